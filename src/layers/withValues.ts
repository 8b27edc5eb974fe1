import * as tf from '@tensorflow/tfjs';

/** What gives a weight its first values. tfjs does not export the type. */
export type Initializer = ReturnType<typeof tf.initializers.zeros>;

/**
 * One of tfjs' initializers, its values from another function. It stays an instance of tfjs' class, whose name and configuration a saved
 * model records and any reader knows.
 *
 * @param values Gives the `size` values of a kernel `[…window, in, out]`, of which `fanIn` (window · in) meet in each output.
 */
export function withValues(initializer: Initializer, values: (size: number, fanIn: number) => Float32Array): Initializer {
  return Object.assign(initializer, {
    apply(shape: number[]): tf.Tensor {
      const fanIn = tf.util.sizeFromShape(shape.slice(0, -1));
      return tf.tensor(values(tf.util.sizeFromShape(shape), fanIn), shape);
    },
  });
}
