import * as tf from '@tensorflow/tfjs';
import type { ModelSnapshot } from '../modelSnapshot.js';

/** A tensor of a snapshot under the name it is saved by. */
export type SnapshotWeight = ModelSnapshot['weights'][number];

/** How many bytes a weight takes where it is stored as it is. */
export function weightLength({ tensor }: SnapshotWeight): number {
  return tensor.size * tf.util.bytesPerElement(tensor.dtype);
}

/**
 * The bytes from `from` to `to` of weights laid one after the other, tensor by tensor. Of the weights no more than one is in memory beside
 * the model's own, and of a weight that is cut no more than is asked for.
 *
 * @param from,to Multiples of eight, or the end.
 */
export async function* snapshotBytes(weights: readonly SnapshotWeight[], from: number, to: number): AsyncGenerator<Uint8Array> {
  let begin = 0;
  for (const weight of weights) {
    const end = begin + weightLength(weight);
    const [first, last] = [Math.max(from, begin), Math.min(to, end)];
    if (first < last) yield partOf(weight, first - begin, last - begin);
    begin = end;
  }
}

async function partOf(weight: SnapshotWeight, from: number, to: number): Promise<Uint8Array> {
  const { tensor } = weight;
  if (to - from === weightLength(weight)) return bytesOf(tensor);
  const valueBytes = tf.util.bytesPerElement(tensor.dtype);
  const part = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), from / valueBytes, (to - from) / valueBytes));
  try {
    return await bytesOf(part);
  } finally {
    part.dispose();
  }
}

async function bytesOf(tensor: tf.Tensor): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await tensor.data();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
