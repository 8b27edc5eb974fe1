import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { expectedGot, invalidArgument } from '../errors.js';
import { PARTIAL_FOLDER } from './pictureCache.js';

/** A write takes milliseconds: what has been under way for an hour belongs to a process that was killed. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Backup programs pass over a directory with this file. Source: bford.info/cachedir. */
const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n# Decoded pictures. The folder may be removed at any time.\n';

/**
 * Makes a directory ready for a {@link PictureCache}: makes it, makes sure that it can be written to, and removes what killed processes left.
 *
 * @param pictures The folders of pictures: none of them may come to hold the cache as a class.
 * @throws InceptionError `INVALID_ARGUMENT` for one that would be a class folder, `WRITE_FAILED` if it cannot be written to.
 */
export async function prepareCacheDirectory(where: string, directory: string, pictures: readonly string[]): Promise<void> {
  const around = pictures.find((folder) => isClassFolder(folder, directory));
  if (around !== undefined) {
    throw invalidArgument(
      where,
      `a folder outside of the pictures' (${around})`,
      directory,
      'Give another one, or one whose name begins with a dot.',
    );
  }
  const partial = join(directory, PARTIAL_FOLDER);
  try {
    await mkdir(partial, { recursive: true });
    await writeFile(join(directory, 'CACHEDIR.TAG'), CACHE_TAG);
    await removeAbandoned(partial);
  } catch (cause) {
    const { message } = cause as Error;
    throw expectedGot(
      'WRITE_FAILED',
      where,
      'a folder that can be written to',
      message,
      'Give another path, or none to cache nothing.',
      cause,
    );
  }
}

/** Whether a directory is in a folder and not hidden there. */
function isClassFolder(folder: string, directory: string): boolean {
  const below = relative(resolve(folder), resolve(directory));
  const parts = below.split(sep);
  return !isAbsolute(below) && parts[0] !== '..' && !parts.some((part) => part.startsWith('.'));
}

async function removeAbandoned(partial: string): Promise<void> {
  for (const name of await readdir(partial)) {
    const path = join(partial, name);
    // Another process may remove it, too, or finish it.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - ABANDONED_AFTER_MS) await rm(path, { force: true });
  }
}
