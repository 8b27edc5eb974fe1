/** How files store numbers, in the words of {@link StoredTensor.dtype}, with the bytes that one takes. */
export const NUMBER_BYTES = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  bfloat16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
  int64: 8,
  float64: 8,
} as const;

/** See {@link NUMBER_BYTES}. */
export type NumberType = keyof typeof NUMBER_BYTES;
