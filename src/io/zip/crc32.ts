import zlib from 'node:zlib';

/** The remainder of every byte by zip's polynomial, lowest power in the highest bit. */
const REMAINDERS = new Uint32Array(256).map((_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

/** {@link crc32} for the first releases of Node.js 20, whose zlib keeps its own to itself. */
export function tableCrc32(data: Uint8Array, start = 0): number {
  let rest = ~start;
  for (const byte of data) rest = REMAINDERS[(rest ^ byte) & 0xff] ^ (rest >>> 8);
  return ~rest >>> 0;
}

/**
 * The checksum that zip files keep of their entries, an unsigned 32-bit number.
 *
 * @param start Of the bytes before `data`.
 * @see PKWARE APPNOTE.TXT, section 4.4.7
 */
export const crc32: (data: Uint8Array, start?: number) => number = (zlib as Partial<typeof zlib>).crc32 ?? tableCrc32;
