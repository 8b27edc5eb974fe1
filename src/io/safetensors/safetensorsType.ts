import { shapeSize } from '../shapeSize.js';

/** Bits of one value, by the name of its type: every type that safetensors 0.8 knows, in the reference implementation's order. */
const VALUE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** The name of a type of values, as safetensors writes it. */
export type SafetensorsType = keyof typeof VALUE_BITS;

/** Every type, narrow ones first. */
export const SAFETENSORS_TYPES = Object.keys(VALUE_BITS) as readonly SafetensorsType[];

/** Bytes of a tensor; not a whole number where values narrower than a byte leave one half filled. */
export function tensorBytes(dtype: SafetensorsType, shape: readonly number[]): number {
  return (shapeSize(shape) * VALUE_BITS[dtype]) / 8;
}
