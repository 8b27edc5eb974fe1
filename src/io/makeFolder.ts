import { mkdir } from 'node:fs/promises';
import { writeFailed } from './atomicFile.js';

/**
 * Makes a folder, and those above it, where they are missing.
 *
 * @param where The caller's name, for the message.
 * @throws InceptionError `WRITE_FAILED` if a file stands there or permission is missing.
 */
export async function makeFolder(where: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writeFailed(where, folder, cause);
  });
}
