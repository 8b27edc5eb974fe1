import * as tf from '@tensorflow/tfjs';

/** Where the packages that `inception native install` brings look for TensorFlow.js: their `@tensorflow/tfjs` is one line that returns it. */
const SHARED = Symbol.for('tfjs-inception.tensorflowjs');

/** Hands the application's one TensorFlow.js to a native package that lies outside the application's `node_modules`. */
export function shareTensorFlow(): void {
  (globalThis as unknown as Record<symbol, unknown>)[SHARED] = tf;
}
