import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve, sep } from 'node:path';

/** Endings that a command's file may have. */
const ENDINGS = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];

/**
 * A program as a shell would find it.
 *
 * @param names A name to look for on `PATH` or a path; the first that exists.
 * @returns Its path, or `undefined`.
 */
export async function findProgram(...names: readonly string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    const places = name.includes('/') || name.includes(sep) ? [resolve(name)] : folders.map((folder) => join(folder, name));
    for (const place of places.flatMap((path) => ENDINGS.map((ending) => path + ending))) {
      if (await isProgram(place)) return place;
    }
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
