import { Zip, ZipPassThrough } from 'fflate';
import { InceptionError } from '../../errors.js';

/** A file that is to lie in an archive, whole or in pieces that are made as they are asked for. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Sizes and offsets are kept in four bytes; beyond that there is Zip64, which is not written here. */
const LARGEST_ARCHIVE = 2 ** 32 - 2 ** 20;

/** The first day that the format knows, so that the same content gives the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * A zip archive as a stream of bytes, its files uncompressed: floating-point weights hardly shrink.
 *
 * @param where The caller's name, for the message.
 * @throws InceptionError `UNSUPPORTED_FORMAT` if it would be larger than 4 GB.
 */
export async function* zipPieces(where: string, entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > LARGEST_ARCHIVE) {
    throw new InceptionError('UNSUPPORTED_FORMAT', `${where}: expected at most 4 GB for a .keras file, got ${bytes} bytes. Save as .h5.`);
  }
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(piece);
  });
  for (const { name, content } of entries) {
    const file = new ZipPassThrough(name);
    file.mtime = NO_DATE;
    zip.add(file);
    for await (const piece of content) {
      file.push(piece);
      yield* ready;
      ready = [];
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* ready;
}
