import * as tf from '@tensorflow/tfjs';

/** Pictures as bytes, RGB 0–255, `[count, height, width, 3]`. */
export interface PictureBytes {
  readonly pixels: Uint8Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: 3];
}

/** The pictures as a tensor: `[count, height, width, 3]` float32, RGB 0–255. The caller disposes of it. */
export function imagesTensor({ pixels, shape }: PictureBytes): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(pixels), [...shape], 'float32');
}
