/**
 * Bob Jenkins' hash, the checksum of HDF5's superblocks and object headers.
 *
 * @param bytes At least one.
 * @returns An unsigned 32-bit integer.
 * @see https://burtleburtle.net/bob/c/lookup3.c, `hashlittle` with an initial value of 0.
 */
export function lookup3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [a, b, c] = Array<number>(3).fill((0xdeadbeef + bytes.length) | 0);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + view.getUint32(at, true)) | 0;
    b = (b + view.getUint32(at + 4, true)) | 0;
    c = (c + view.getUint32(at + 8, true)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
  }
  const rest = new DataView(new ArrayBuffer(12));
  for (let index = at; index < bytes.length; index++) rest.setUint8(index - at, bytes[index]);
  return finish((a + rest.getUint32(0, true)) | 0, (b + rest.getUint32(4, true)) | 0, (c + rest.getUint32(8, true)) | 0);
}

function finish(a: number, b: number, c: number): number {
  c = (c ^ b) - rotate(b, 14);
  a = (a ^ c) - rotate(c, 11);
  b = (b ^ a) - rotate(a, 25);
  c = (c ^ b) - rotate(b, 16);
  a = (a ^ c) - rotate(c, 4);
  b = (b ^ a) - rotate(a, 14);
  c = (c ^ b) - rotate(b, 24);
  return c >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
