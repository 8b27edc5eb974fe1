import { toFloat32 } from '../../src/io/toFloat32.js';

const bytesOf = (values: { readonly buffer: ArrayBuffer }): Uint8Array<ArrayBuffer> => new Uint8Array(values.buffer);

/** A float16 by its definition: a sign, five bits of exponent, ten of fraction. */
function definition(half: number): number {
  const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('toFloat32', () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, half) => half);

  it('float16: all 65,536 are what the definition says', () => {
    const values = toFloat32('float16', bytesOf(halves));
    expect([...values].every((value, half) => Object.is(value, definition(half)))).toBe(true);
  });

  it('bfloat16: all 65,536 are the upper half of a float32', () => {
    const bits = new Uint32Array(toFloat32('bfloat16', bytesOf(halves)).buffer);
    expect([...bits].every((value, half) => value === half * 65_536)).toBe(true);
  });

  it.each([
    { type: 'bool', stored: Uint8Array.of(0, 1, 255), values: [0, 1, 1] },
    { type: 'int8', stored: Int8Array.of(-128, 127), values: [-128, 127] },
    { type: 'int16', stored: Int16Array.of(-32_768, 1), values: [-32_768, 1] },
    { type: 'uint16', stored: Uint16Array.of(65_535), values: [65_535] },
    { type: 'uint32', stored: Uint32Array.of(2 ** 32 - 1), values: [2 ** 32] },
    { type: 'int32', stored: Int32Array.of(16_777_217, -1), values: [16_777_216, -1] },
    { type: 'int64', stored: BigInt64Array.of(-(2n ** 53n) - 1n, 7n), values: [-(2 ** 53), 7] },
    { type: 'uint64', stored: BigUint64Array.of(2n ** 64n - 1n), values: [2 ** 64] },
    { type: 'float64', stored: Float64Array.of(0.1, 1e300, -0), values: [Math.fround(0.1), Infinity, -0] },
  ] as const)('$type: $values', ({ type, stored, values }) => {
    expect([...toFloat32(type, bytesOf(stored))]).toEqual([...values]);
  });

  it('float32 that lies beside a boundary of four bytes is read as well', () => {
    const bytes = new Uint8Array(9);
    new DataView(bytes.buffer).setFloat32(1, 1.5, true);
    new DataView(bytes.buffer).setFloat32(5, -2, true);
    expect(toFloat32('float32', bytes.subarray(1))).toEqual(Float32Array.of(1.5, -2));
  });
});
