import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { THUMBNAIL_BYTES } from './perceptualHash.js';
import type { Picture } from './resample.js';

/**
 * One decoded picture as a file: a header of 296 bytes, then the RGB bytes.
 *
 * | bytes | what                                                     |
 * | ----: | -------------------------------------------------------- |
 * |     8 | `INCPIC01`                                               |
 * |   4+4 | width and height in pixels, little-endian                |
 * |   216 | the whole picture's thumbnail                            |
 * |    32 | SHA-256 of the RGB bytes                                 |
 * |    32 | SHA-256 of the entry's key and of all the above          |
 *
 * Nothing in it is believed before the digest that covers it has been compared; the key in the digest keeps an entry from standing in for
 * another one.
 */
export interface CacheEntry {
  readonly picture: Picture;
  /** `[8, 9, 3]`, see `perceptualHash.ts`. */
  readonly thumbnail: Uint8Array;
}

const MAGIC = 'INCPIC01';
const THUMBNAIL_AT = 16;
const PIXELS_DIGEST_AT = THUMBNAIL_AT + THUMBNAIL_BYTES;
const HEADER_DIGEST_AT = PIXELS_DIGEST_AT + 32;
const HEADER_BYTES = HEADER_DIGEST_AT + 32;

const digest = (...parts: (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The header's bytes; the pixels follow them in the file. */
export function entryHeader(key: string, { picture: { pixels, width, height }, thumbnail }: CacheEntry): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(width, 8);
  header.writeUInt32LE(height, 12);
  header.set(thumbnail, THUMBNAIL_AT);
  header.set(digest(pixels), PIXELS_DIGEST_AT);
  header.set(digest(key, header.subarray(0, HEADER_DIGEST_AT)), HEADER_DIGEST_AT);
  return header;
}

async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<boolean> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly thumbnail: Uint8Array;
  readonly pixelsDigest: Buffer;
}

/** @returns `undefined` unless the header is whole, belongs to the key, and the file is as long as it says. */
async function readHeader(file: FileHandle, key: string): Promise<Header | undefined> {
  const header = Buffer.alloc(HEADER_BYTES);
  if (!(await readFully(file, header, 0))) return undefined;
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (!digest(key, header.subarray(0, HEADER_DIGEST_AT)).equals(header.subarray(HEADER_DIGEST_AT))) return undefined;
  const width = header.readUInt32LE(8);
  const height = header.readUInt32LE(12);
  if ((await file.stat()).size !== HEADER_BYTES + width * height * 3) return undefined;
  const thumbnail = header.subarray(THUMBNAIL_AT, PIXELS_DIGEST_AT);
  return { width, height, thumbnail, pixelsDigest: header.subarray(PIXELS_DIGEST_AT, HEADER_DIGEST_AT) };
}

/** The thumbnail alone, for a few microseconds; `undefined` if the entry is damaged, as far as can be seen without its pixels. */
export async function readThumbnail(file: FileHandle, key: string): Promise<Uint8Array | undefined> {
  return (await readHeader(file, key))?.thumbnail;
}

/** The whole entry; `undefined` if a bit of it is not as it was written. */
export async function readEntry(file: FileHandle, key: string): Promise<CacheEntry | undefined> {
  const header = await readHeader(file, key);
  if (!header) return undefined;
  const { width, height, thumbnail, pixelsDigest } = header;
  const pixels = Buffer.allocUnsafeSlow(width * height * 3);
  if (!(await readFully(file, pixels, HEADER_BYTES)) || !digest(pixels).equals(pixelsDigest)) return undefined;
  return { picture: { pixels, width, height }, thumbnail };
}
