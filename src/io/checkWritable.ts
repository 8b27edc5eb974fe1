import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFailed } from './atomicFile.js';

/**
 * Tries it out, in the folder or in the nearest one above it that exists: permissions, quotas and read-only disks all speak up.
 *
 * @param path What is to be written, as an error names it. Default: the folder.
 * @throws InceptionError `WRITE_FAILED` if the folder cannot be written to.
 */
export async function checkWritable(where: string, folder: string, path = folder): Promise<void> {
  try {
    await rmdir(await mkdtemp(join(await nearestExisting(resolve(folder)), '.inception-')));
  } catch (cause) {
    throw writeFailed(where, path, cause);
  }
}

async function nearestExisting(folder: string): Promise<string> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' || dirname(folder) === folder) throw cause;
    return undefined;
  });
  return found ? folder : nearestExisting(dirname(folder));
}
