import type { WeightFile } from '../../src/io/modelFile.js';

/** A tensor as the golden files describe it: its values as the bits of float32, so that also what is no number can be compared. */
export interface TensorBits {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bits: readonly number[];
}

/** The bits of float32 values. */
const bitsOf = (values: Float32Array): number[] => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

/** Every tensor of an open file, by name. */
export async function readBits({ tensors }: WeightFile): Promise<Map<string, TensorBits>> {
  const read = new Map<string, TensorBits>();
  for (const [name, tensor] of tensors) {
    const { shape, dtype } = tensor;
    read.set(name, { shape, dtype, bits: bitsOf(await tensor.read()) });
  }
  return read;
}
