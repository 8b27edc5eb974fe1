import * as tf from '@tensorflow/tfjs';
import type { StoredTensor } from '../storedTensor.js';

/** A file's values as a tensor of the type that a weight has; the file's own was made float32. The caller disposes of it. */
export async function readValue({ dtype }: tf.LayerVariable, stored: Pick<StoredTensor, 'shape' | 'read'>): Promise<tf.Tensor> {
  const values = await stored.read();
  return tf.tidy(() => tf.cast(tf.tensor(values, [...stored.shape]), dtype as 'float32'));
}
