/** Castagnoli's polynomial, lowest power in the highest bit. Node's `zlib.crc32` has the other one. */
const POLYNOMIAL = 0x82f63b78;

/** The remainder of every byte. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/**
 * CRC-32C of bytes, an unsigned 32-bit number.
 *
 * @see RFC 3720, §12.1 and the examples of §B.4
 */
export function crc32c(bytes: Uint8Array): number {
  let checksum = 0xffffffff;
  for (const byte of bytes) checksum = (checksum >>> 8) ^ REMAINDERS[(checksum ^ byte) & 0xff];
  return (checksum ^ 0xffffffff) >>> 0;
}
