import { invalidArgument } from '../../errors.js';
import { decodeHeader, headerLength, LENGTH_BYTES } from './safetensorsHeader.js';
import { layOutSafetensors } from './safetensorsLayout.js';
import { tensorBytes, type SafetensorsType } from './safetensorsType.js';

/** A tensor as a safetensors file holds it. */
export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: SafetensorsType;
  /** A scalar's is empty. */
  readonly shape: readonly number[];
  /** The values in row-major order, little-endian. */
  readonly data: Uint8Array;
}

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order in which the data lies. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A safetensors file in pieces to be written one after the other: the header, then each tensor's own bytes, uncopied.
 *
 * @param metadata Texts by name, for readers of the file.
 * @throws InceptionError `INVALID_ARGUMENT` if a name is there twice, reserved or no Unicode, or data is not of the length that its shape has.
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const { header, sorted } = layOutSafetensors(tensors, metadata);
  for (const { name, dtype, shape, data } of sorted) {
    const bytes = tensorBytes(dtype, shape);
    if (data.length === bytes) continue;
    throw invalidArgument(`encodeSafetensors: tensor '${name}'`, `${bytes} bytes for ${dtype} [${shape.join(', ')}]`, data.length);
  }
  return [header, ...sorted.map(({ data }) => data)];
}

/**
 * What a safetensors file holds. Nothing in the file is trusted: every length, offset, shape and name is checked before a tensor is given out.
 *
 * @param file What an error calls it.
 * @param bytes The whole file.
 * @returns Views of `bytes`, uncopied.
 * @throws InceptionError `CORRUPT_WEIGHTS` naming the file, the tensor, the value and its bound.
 * @see https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(file: string, bytes: Uint8Array): SafetensorsFile {
  const dataFrom = LENGTH_BYTES + headerLength(file, bytes.subarray(0, LENGTH_BYTES), bytes.length);
  const { infos, metadata } = decodeHeader(file, bytes.subarray(LENGTH_BYTES, dataFrom), bytes.length - dataFrom);
  const tensors = infos.map(([name, { dtype, shape, data_offsets: offsets }]): [string, SafetensorsTensor] => {
    const [begin, end] = offsets.map((offset) => dataFrom + offset);
    return [name, { name, dtype, shape, data: bytes.subarray(begin, end) }];
  });
  return { tensors: new Map(tensors), metadata };
}
