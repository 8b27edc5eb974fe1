import * as tf from '@tensorflow/tfjs';

/** Whether the active backend has an operation by this name, which another may have to compose of several. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
