import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../errors.js';

/** Whole numbers that TF32, to which a GPU may round, holds exactly. */
const PRODUCT = [19, 22, 43, 50];
const CONVOLVED = 3 * 3 * 4;

/**
 * Multiplies two matrices (cuBLAS) and convolves (cuDNN) on the active backend. TensorFlow lists a GPU before it has opened the libraries
 * that it computes with there.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if either fails or gives another number than it must.
 */
export function proveGpu(): void {
  const [found, expected] = [compute(), [...PRODUCT, CONVOLVED, CONVOLVED, CONVOLVED, CONVOLVED]];
  if (found.every((value, index) => value === expected[index])) return;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `a product and a convolution on the GPU: expected ${expected.join(', ')}, got ${found.join(', ')}.`,
  );
}

function compute(): number[] {
  try {
    return tf.tidy(() => {
      const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
      const convolved = tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 4]), tf.ones<tf.Rank.R4>([3, 3, 4, 1]), 1, 'valid');
      return [...product.dataSync(), ...convolved.dataSync()];
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InceptionError('BACKEND_UNAVAILABLE', `TensorFlow found a GPU and cannot compute on it: ${reason}`, { cause });
  }
}
