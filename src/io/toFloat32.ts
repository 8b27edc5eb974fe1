import type { NumberType } from './numberType.js';
import { typedView } from './typedView.js';

/** The bits that float32 has beyond bfloat16's sixteen. */
const BFLOAT16_SHIFT = 16;

/** The bits of a fraction that float32 has beyond float16's ten. */
const FRACTION_SHIFT = 13;

/** What sets the exponents' zeros apart: float32's is at 127, float16's at 15. */
const EXPONENT_SHIFT = 112;

/** An exponent of all ones says infinity, or no number; in float16 and in float32. */
const [HALF_SPECIAL, SPECIAL] = [31, 255];

/** What the last bit of a float16 without an exponent is worth. */
const SMALLEST_HALF = 2 ** -24;

/**
 * Stored numbers as float32: half precision widened exactly, bit for bit also where it is no number; doubles and wide integers rounded to the
 * nearest; truth as 1 and 0.
 *
 * @param data A whole number of values, little-endian.
 * @returns Of float32 a view of `data` where that is aligned; of every other type memory of its own.
 */
export function toFloat32(type: NumberType, data: Uint8Array<ArrayBuffer>): Float32Array {
  return CONVERSIONS[type](data);
}

const CONVERSIONS: Readonly<Record<NumberType, (data: Uint8Array<ArrayBuffer>) => Float32Array>> = {
  bool: (data) => Float32Array.from(data, (value) => (value === 0 ? 0 : 1)),
  uint8: (data) => new Float32Array(data),
  int8: (data) => new Float32Array(typedView(Int8Array, data)),
  uint16: (data) => new Float32Array(typedView(Uint16Array, data)),
  int16: (data) => new Float32Array(typedView(Int16Array, data)),
  float16: (data) => widenHalves(typedView(Uint16Array, data)),
  bfloat16: (data) => fromBits(typedView(Uint16Array, data), (half) => half << BFLOAT16_SHIFT),
  uint32: (data) => new Float32Array(typedView(Uint32Array, data)),
  int32: (data) => new Float32Array(typedView(Int32Array, data)),
  float32: (data) => typedView(Float32Array, data),
  uint64: (data) => Float32Array.from(typedView(BigUint64Array, data), Number),
  int64: (data) => Float32Array.from(typedView(BigInt64Array, data), Number),
  float64: (data) => new Float32Array(typedView(Float64Array, data)),
};

function widenHalves(halves: Uint16Array): Float32Array {
  const values = fromBits(halves, (half) => {
    const exponent = (half >> 10) & HALF_SPECIAL;
    const wide = exponent === HALF_SPECIAL ? SPECIAL : exponent + EXPONENT_SHIFT;
    return ((half & 0x8000) << 16) | (wide << 23) | ((half & 0x3ff) << FRACTION_SHIFT);
  });
  // Without an exponent there is no leading one: float16 has numbers down to 2^-24 so, and its zeros.
  halves.forEach((half, at) => {
    if ((half & 0x7c00) === 0) values[at] = (half & 0x8000 ? -1 : 1) * (half & 0x3ff) * SMALLEST_HALF;
  });
  return values;
}

function fromBits(halves: Uint16Array, widen: (half: number) => number): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let at = 0; at < halves.length; at++) bits[at] = widen(halves[at]);
  return new Float32Array(bits.buffer);
}
