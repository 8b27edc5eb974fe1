import * as tf from '@tensorflow/tfjs';
import type { Padding, Size } from '../spec/types.js';
import { bothSides, outputLength } from '../spec/windows.js';

interface Window {
  readonly name?: string;
  readonly window: Size;
  readonly strides: Size;
  readonly padding: Padding;
}

/**
 * Turns any {@link Padding} into one that Keras' layers know: `'same'`, or zeros laid round by a ZeroPadding2D and then `'valid'`.
 *
 * @param x `[batch, height, width, channels]`, height and width known where the padding is `'ceil'`.
 * @returns The input to convolve or pool, and the padding to do it with.
 */
export function padInput(x: tf.SymbolicTensor, { name, window, strides, padding }: Window): [tf.SymbolicTensor, 'same' | 'valid'] {
  if (padding === 'same' || padding === 'valid') return [x, padding];
  const sides = padding === 'ceil' ? ceilPadding(x, window, strides) : ([0, 1] as const).map(() => [padding.zeros, padding.zeros]);
  if (sides.flat().every((zeros) => zeros === 0)) return [x, 'valid'];
  const layer = tf.layers.zeroPadding2d({
    name: name === undefined ? undefined : `${name}_padding`,
    padding: sides as [[number, number], [number, number]],
  });
  return [layer.apply(x) as tf.SymbolicTensor, 'valid'];
}

/** As many rows below and columns right as the last window reaches past the map. */
function ceilPadding(x: tf.SymbolicTensor, window: Size, strides: Size): [number, number][] {
  return [0, 1].map((axis) => {
    const size = x.shape[axis + 1] as number;
    const [length, stride] = [bothSides(window)[axis], bothSides(strides)[axis]];
    const reach = (outputLength(size, length, stride, 'ceil') - 1) * stride + length;
    return [0, Math.max(0, reach - size)];
  });
}
