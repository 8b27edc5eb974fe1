import { openRandomAccess, type DamageCode } from './randomAccessFile.js';

/** How every zip archive begins. */
export const ZIP_START = 'PK';

/** How every pickle of protocol 2 and above begins. */
export const PICKLE_START = '\x80';

/**
 * A file's first two bytes, or fewer where it has no more, a character each.
 *
 * @throws InceptionError `NOT_FOUND`; `code` if they cannot be read.
 */
export async function fileStart(where: string, file: string, code: DamageCode): Promise<string> {
  const source = await openRandomAccess(where, file, code);
  try {
    return Buffer.from(await source.read(0, Math.min(2, source.bytes))).toString('latin1');
  } finally {
    await source.close();
  }
}
