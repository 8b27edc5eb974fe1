import * as tf from '@tensorflow/tfjs';

/**
 * The two passes over `[batch, height, width, channels]` that batch normalization is made of, as the operations that are fast on every
 * backend. No gradient is meant to flow through them: their callers bring their own.
 */

/** Any tensor as four dimensions with the same channels last: `[1, n, 1, channels]` unless it has four already. */
export function asFeatureMaps(x: tf.Tensor): tf.Tensor4D {
  if (x.rank === 4) return x as tf.Tensor4D;
  const channels = x.shape[x.rank - 1];
  return tf.reshape(x, [1, x.size / channels, 1, channels]);
}

/** Mean over everything but the channels: `[batch, height, width, channels]` → `[channels]`. */
export function channelMean(x: tf.Tensor4D): tf.Tensor1D {
  const [batch, height, width, channels] = x.shape;
  const perPicture = tf.avgPool(x, [height, width], 1, 'valid');
  return tf.reshape(tf.matMul(tf.fill([1, batch], 1 / batch), tf.reshape(perPicture, [batch, channels])), [channels]);
}

/** `x · scale + shift` with one scale and one shift a channel. */
export function scaleAndShift(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D): tf.Tensor4D {
  return tf.add(tf.mul(x, scale), shift);
}
