import * as tf from '@tensorflow/tfjs';

/** What this room has registered: no kernel takes its own place, and none is laid over itself. */
const registered = new WeakSet<tf.KernelConfig>();

/**
 * Puts a kernel in the place of TensorFlow.js' own, if there is one. Where one of ours stands already nothing changes.
 *
 * @param make Gets the kernel that stood there.
 */
export function replaceKernel(kernelName: string, backendName: string, make: (original: tf.KernelConfig) => tf.KernelConfig): void {
  const original = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
  if (original !== undefined) {
    if (registered.has(original)) return;
    tf.unregisterKernel(kernelName, backendName);
  }
  const kernel = make(original as tf.KernelConfig);
  registered.add(kernel);
  tf.registerKernel(kernel);
}
