import * as tf from '@tensorflow/tfjs';

/** An operation of a training step: what it takes, and what it computes. */
interface CheckedOperation {
  readonly name: string;
  readonly inputs: readonly (readonly number[])[];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
}

/** Small enough for the cpu backend to go through in a moment, forward and backward. */
const OPERATIONS: readonly CheckedOperation[] = [
  {
    name: 'a 3×3 convolution',
    inputs: [[2, 14, 14, 8], [3, 3, 8, 16]], // prettier-ignore
    compute: (images, filters) => tf.conv2d(images as tf.Tensor4D, filters as tf.Tensor4D, 1, 'same'),
  },
  {
    name: 'a 5×5 convolution with stride 2',
    inputs: [[2, 15, 15, 3], [5, 5, 3, 8]], // prettier-ignore
    compute: (images, filters) => tf.conv2d(images as tf.Tensor4D, filters as tf.Tensor4D, 2, 'same'),
  },
  { name: 'ReLU', inputs: [[4, 64]], compute: (values) => tf.relu(values) },
  {
    name: 'a 3×3 max pool with stride 2',
    inputs: [[2, 15, 15, 4]],
    compute: (images) => tf.maxPool(images as tf.Tensor4D, 3, 2, 'same'),
  },
  {
    name: 'batch normalization',
    inputs: [[4, 6, 6, 8], [8], [8]],
    compute: (images, offset, scale) => {
      const { mean, variance } = tf.moments(images, [0, 1, 2]);
      return tf.batchNorm(images, mean, variance, offset, scale, 1e-3);
    },
  },
  { name: 'a product of matrices', inputs: [[4, 64], [64, 10]], compute: (a, b) => tf.matMul(a, b) }, // prettier-ignore
];

/** What an operation gave: `'a 3×3 convolution'`, or the gradient of one of its inputs. */
export type ComputedValues = ReadonlyMap<string, Float32Array>;

/** Runs every operation on the active backend, forward and backward, on the same numbers each time. */
export async function computeOperations(): Promise<ComputedValues> {
  const found = new Map<string, Float32Array>();
  for (const { name, inputs, compute } of OPERATIONS) {
    const outputs = tf.tidy(() => {
      const given = inputs.map((shape, index) => numbers(shape, index + 1));
      const forward = compute(...given);
      return [forward, ...tf.grads(compute)(given, numbers(forward.shape, inputs.length + 1))];
    });
    for (const [index, output] of outputs.entries()) {
      const what = index === 0 ? name : `${name}, gradient of its input ${index}`;
      found.set(what, (await output.data()) as Float32Array);
    }
    tf.dispose(outputs);
  }
  return found;
}

/** Numbers between −1 and 1 that depend on nothing but their place and a seed. */
function numbers(shape: readonly number[], seed: number): tf.Tensor {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(values, [...shape]);
}
