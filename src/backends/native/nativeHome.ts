import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InceptionError } from '../../errors.js';
import { attempt } from '../attempt.js';

/** The variable that names another folder for native packages than the user's own. */
export const NATIVE_HOME_VARIABLE = 'TFJS_INCEPTION_NATIVE';

/**
 * The folder that `inception native install` fills: outside every project's `node_modules`, so that `npm ci` leaves it alone and all
 * projects of a user share it.
 *
 * @returns `$TFJS_INCEPTION_NATIVE` where it is set; otherwise `tfjs-inception/native` in the folder where this platform keeps a user's
 * application data (`$XDG_DATA_HOME`, `~/.local/share`, `~/Library/Application Support` or `%LOCALAPPDATA%`).
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` where neither is named and the user has no home folder.
 */
export function nativeHome(): string {
  return resolve(process.env[NATIVE_HOME_VARIABLE] || join(applicationData(), 'tfjs-inception', 'native'));
}

function applicationData(): string {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homeFolder(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homeFolder(), 'Library', 'Application Support');
  return process.env.XDG_DATA_HOME || join(homeFolder(), '.local', 'share');
}

/** A user of a container may be a bare number, with no HOME and no entry in the system's list of users. */
function homeFolder(): string {
  const folder = attempt(homedir);
  if (folder) return folder;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `inception native: expected a home folder of this user, got none. Set ${NATIVE_HOME_VARIABLE} to a folder.`,
  );
}
