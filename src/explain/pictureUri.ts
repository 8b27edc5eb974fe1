import { deflateSync } from 'node:zlib';
import { expectedGot, invalidArgument } from '../errors.js';

/** A picture for a report: an encoded file, or pixels (RGB, 0–255, `[height, width, 3]` row by row) as a network saw them. */
export type ReportPicture = Uint8Array | { readonly pixels: Uint8Array; readonly height: number; readonly width: number };

/** How the encodings that every browser shows begin. `null` stands for any byte. */
const ENCODINGS: readonly { readonly type: string; readonly start: readonly (number | null)[] }[] = [
  { type: 'image/png', start: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', start: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', start: [0x47, 0x49, 0x46, 0x38] },
  { type: 'image/webp', start: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50] },
];

const PNG_SIGNATURE = Uint8Array.from(ENCODINGS[0].start as number[]);

/**
 * A picture as a `data:` address, so that a page needs no second file.
 *
 * @throws InceptionError `UNREADABLE_IMAGE` if the bytes are not PNG, JPEG, GIF or WebP; `INVALID_ARGUMENT` if there are not
 *   `height · width · 3` pixel values.
 */
export function pictureUri(picture: ReportPicture): string {
  if (!(picture instanceof Uint8Array)) return address('image/png', encodePng(picture));
  const encoding = ENCODINGS.find(({ start }) => start.every((byte, index) => byte === null || picture[index] === byte));
  if (encoding === undefined) {
    throw expectedGot('UNREADABLE_IMAGE', 'pictureUri', 'the bytes of a PNG, JPEG, GIF or WebP file', picture.subarray(0, 8));
  }
  return address(encoding.type, picture);
}

function address(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}

/** Eight-bit RGB PNG without filters: small pictures do not repay choosing any. */
function encodePng({ pixels, height, width }: { pixels: Uint8Array; height: number; width: number }): Uint8Array {
  const rowLength = width * 3;
  if (!(height > 0 && width > 0) || pixels.length !== height * rowLength) {
    throw invalidArgument('pictureUri.pixels', `${height} × ${width} × 3 values`, pixels.length);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Buffer.alloc(height * (rowLength + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * rowLength, (y + 1) * rowLength), y * (rowLength + 1) + 1);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

// node:zlib has a crc32 of its own only from Node 20.15 on.
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
