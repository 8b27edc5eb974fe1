import { homedir } from 'node:os';
import { join } from 'node:path';

/** The variable that names another folder for native packages than the user's own. */
export const NATIVE_HOME_VARIABLE = 'TFJS_INCEPTION_NATIVE';

/**
 * The folder that `inception native install` fills: outside every project's `node_modules`, so that `npm ci` leaves it alone and all
 * projects of a user share it.
 *
 * @returns `$TFJS_INCEPTION_NATIVE` where it is set; otherwise `tfjs-inception/native` in the folder where this platform keeps a user's
 * application data (`$XDG_DATA_HOME`, `~/.local/share`, `~/Library/Application Support` or `%LOCALAPPDATA%`).
 */
export function nativeHome(): string {
  return process.env[NATIVE_HOME_VARIABLE] || join(applicationData(), 'tfjs-inception', 'native');
}

function applicationData(): string {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
}
