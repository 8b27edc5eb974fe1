import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import type { Padding, Size } from '../spec/types.js';

/** Height and width from a {@link Size}. */
export function pair(size: Size): [number, number] {
  return typeof size === 'number' ? [size, size] : [size[0], size[1]];
}

interface Window {
  readonly name?: string;
  readonly kernelSize: Size;
  readonly strides: Size;
  readonly padding: Padding;
}

/**
 * Turns any {@link Padding} into one that Keras' layers know: `'same'`, or zeros laid round by a ZeroPadding2D and then `'valid'`.
 *
 * Zeros round a max pool equal the originals' "no value" only where nothing is negative, that is after a ReLU, which is where all
 * published networks pool.
 *
 * @param x `[batch, height, width, channels]`.
 * @returns The input to convolve or pool, and the padding to do it with.
 * @throws InceptionError `INVALID_ARGUMENT` if `'ceil'` meets an input of unknown height or width.
 */
export function padInput(x: tf.SymbolicTensor, { name, kernelSize, strides, padding }: Window): [tf.SymbolicTensor, 'same' | 'valid'] {
  if (padding === 'same' || padding === 'valid') return [x, padding];
  const layerName = name === undefined ? undefined : `${name}_padding`;
  if (padding !== 'ceil') return [zeroPadding(x, [[padding.zeros, padding.zeros], [padding.zeros, padding.zeros]], layerName), 'valid']; // prettier-ignore
  const kernel = pair(kernelSize);
  const stride = pair(strides);
  const missing = [0, 1].map((axis) => {
    const size = x.shape[axis + 1];
    if (size === null) {
      throw invalidArgument(
        `${name ?? 'pool'}.padding`,
        `a fixed input size with padding 'ceil'`,
        x.shape,
        "Give inputShape, or use 'same'.",
      );
    }
    return Math.max(0, Math.ceil((size - kernel[axis]) / stride[axis]) * stride[axis] + kernel[axis] - size);
  });
  if (missing[0] === 0 && missing[1] === 0) return [x, 'valid'];
  return [zeroPadding(x, [[0, missing[0]], [0, missing[1]]], layerName), 'valid']; // prettier-ignore
}

function zeroPadding(x: tf.SymbolicTensor, padding: [[number, number], [number, number]], name: string | undefined): tf.SymbolicTensor {
  return tf.layers.zeroPadding2d({ padding, name }).apply(x) as tf.SymbolicTensor;
}
