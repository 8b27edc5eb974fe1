import * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '../spec/types.js';

export type { Preprocessing };

/**
 * Turns pictures into a network's input: `value · scale + offset` a channel.
 *
 * @param images `[batch, height, width, channels]`, 0–255, any numeric type, as many channels as there are offsets.
 * @returns float32 of the same shape. The caller disposes of it.
 */
export function preprocessPictures(images: tf.Tensor4D, { channelOrder, scale, offset }: Preprocessing): tf.Tensor4D {
  return tf.tidy(() => {
    const ordered = channelOrder === 'bgr' ? tf.reverse(images, 3) : images;
    return tf.add<tf.Tensor4D>(tf.mul(tf.cast(ordered, 'float32'), scale), tf.tensor1d([...offset]));
  });
}
