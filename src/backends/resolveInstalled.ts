import { createRequire } from 'node:module';
import { join } from 'node:path';
import { InceptionError } from '../errors.js';

/**
 * The main file of an optional package.
 *
 * @param install What `npm install` must be given for it.
 * @throws InceptionError `BACKEND_UNAVAILABLE` with the command that adds it, if it is nowhere.
 */
export function resolveInstalled(packageName: string, install: string): string {
  const entry = findInstalled(packageName);
  if (entry !== undefined) return entry;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${packageName} is not installed. Add it to your application with \`npm install ${install}\`.`,
  );
}

/** The main file of an optional package: beside this library first, then in the folder the process was started in. */
export function findInstalled(packageName: string): string | undefined {
  for (const base of [__filename, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(base).resolve(packageName);
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
