import type { StoredTensor } from '../../../src/io/storedTensor.js';

/** Tensors of shapes, as a reader hands them over; without values of their own, all are zeros. */
export function storedTensors(
  shapes: Iterable<readonly [string, readonly number[]]>,
  values: (name: string, shape: readonly number[]) => Float32Array = (_, shape) =>
    new Float32Array(shape.reduce((size, side) => size * side, 1)),
): Map<string, StoredTensor> {
  return new Map(
    [...shapes].map(([name, shape]) => [name, { name, shape, dtype: 'float32', read: async () => Promise.resolve(values(name, shape)) }]),
  );
}
