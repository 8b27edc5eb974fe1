import * as tf from '@tensorflow/tfjs';

/** The attributes that TensorFlow.js gives to the gradient kernels of pooling. */
export interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export type PoolGeometry = ReturnType<typeof tf.backend_util.computePool2DInfo>;

/**
 * The windows of a pooling whose gradient is asked for. There are as many as `dy` has positions: TensorFlow.js does not hand the rounding
 * mode on to every gradient.
 */
export function poolGeometry(input: tf.TensorInfo, dy: tf.TensorInfo, attrs: PoolAttributes): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  return { ...info, outHeight: dy.shape[1], outWidth: dy.shape[2] };
}

/** The rows of pixels, counted through all pictures, that a line of windows sees. */
export function rowsSeenFrom(line: number, g: PoolGeometry): { first: number; rows: number } {
  const picture = Math.floor(line / g.outHeight) * g.inHeight;
  const top = (line % g.outHeight) * g.strideHeight - g.padInfo.top;
  const first = Math.max(0, top);
  return { first: picture + first, rows: Math.min(g.inHeight, top + g.filterHeight) - first };
}

/**
 * Visits one channel's windows, those that see nothing but padding left out.
 *
 * @param visit Gets the indices of the window's pixels, in reading order, and that of its output.
 */
export function forEachWindow(g: PoolGeometry, channel: number, visit: (pixels: readonly number[], position: number) => void): void {
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const { first, rows } = rowsSeenFrom(line, g);
    for (let column = 0; column < g.outWidth; column++) {
      const left = column * g.strideWidth - g.padInfo.left;
      const pixels = [];
      for (let row = first; row < first + rows; row++) {
        for (let pixel = Math.max(0, left); pixel < Math.min(g.inWidth, left + g.filterWidth); pixel++) {
          pixels.push((row * g.inWidth + pixel) * g.inChannels + channel);
        }
      }
      if (pixels.length > 0) visit(pixels, (line * g.outWidth + column) * g.inChannels + channel);
    }
  }
}
