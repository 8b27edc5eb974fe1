import { openRandomAccess } from './randomAccessFile.js';
import { openZip } from './zip/openZip.js';

/** What a file's own bytes give away. `'weights'` is anything else, which may still be weights of a kind that is known. */
export type FileContent = 'keras' | 'h5' | 'safetensors' | 'weights';

const HDF5 = '\x89HDF\r\n\x1a\n';

const ZIP = 'PK\x03\x04';

/** An HDF5 file may begin with a user's own block of 512 bytes, or of that doubled any number of times; nobody's is longer than this. */
const MAX_USER_BLOCK = 2 ** 20;

/** The entry that makes a zip archive a Keras model; archives of weights alone, Keras' and PyTorch's, have none. */
const KERAS_ENTRY = 'config.json';

/**
 * What a file holds, by its content and whatever its name.
 *
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_MODEL` for a zip archive that is none.
 */
export async function fileContent(where: string, path: string): Promise<FileContent> {
  const source = await openRandomAccess(where, path, 'CORRUPT_MODEL');
  const startsWith = async (text: string, at = 0): Promise<boolean> =>
    at + text.length <= source.bytes && Buffer.from(await source.read(at, text.length)).toString('latin1') === text;
  try {
    if (await startsWith(ZIP)) return await zipContent(where, path);
    for (let at = 0; at <= MAX_USER_BLOCK; at = Math.max(512, at * 2)) if (await startsWith(HDF5, at)) return 'h5';
    return (await startsWith('{', 8)) ? 'safetensors' : 'weights';
  } finally {
    await source.close();
  }
}

async function zipContent(where: string, path: string): Promise<FileContent> {
  const archive = await openZip(where, path, 'CORRUPT_MODEL');
  await archive.close();
  return archive.entries.has(KERAS_ENTRY) ? 'keras' : 'weights';
}
