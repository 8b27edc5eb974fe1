import * as tf from '@tensorflow/tfjs';
import { asFeatureMaps, channelMean, scaleAndShift } from './perChannel.js';
import type { SaveForGradient } from './tfjsLayerClass.js';

/** Called once a forward pass with the batch's own statistics, `[channels]` each. They are gone when it returns. */
export type StatisticsListener = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/**
 * Batch normalization with the batch's own mean and variance, as one differentiable operation.
 *
 * `y = c · inverse · gamma + beta` with `c = x − mean` and `inverse = 1 / √(mean(c²) + epsilon)`: the variance is the biased one (divided
 * by N), as in tfjs and Keras 3, and taken of the centered values, for E[x²] − mean² cancels in float32.
 *
 * @param x Any rank from 2, channels last.
 * @param gamma `[channels]`.
 * @param beta `[channels]`.
 * @returns The shape of `x`.
 * @see Ioffe and Szegedy, arXiv:1502.03167, Algorithm 1 and §3.
 */
export function normalizeBatch(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { epsilon, onStatistics }: { epsilon: number; onStatistics: StatisticsListener },
): tf.Tensor {
  const operation = tf.customGrad((...parameters) => {
    const [input, scale, shift, save] = parameters as unknown as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, SaveForGradient];
    const maps = asFeatureMaps(input);
    const mean = channelMean(maps);
    const centered = scaleAndShift(maps, tf.onesLike(mean), tf.neg(mean));
    const variance = channelMean(tf.square(centered));
    const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(variance, epsilon));
    onStatistics(mean, variance);
    save([centered, inverse, scale]);
    return {
      value: tf.reshape(scaleAndShift(centered, tf.mul(scale, inverse), shift), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, ...(saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D])),
    };
  });
  return operation(x, gamma, beta);
}

/**
 * `[dx, dGamma, dBeta]`: `dx = gamma · inverse · (dy − mean(dy) − c · inverse² · mean(dy · c))`, `dGamma = N · inverse · mean(dy · c)`,
 * `dBeta = N · mean(dy)`.
 */
function gradient(dy: tf.Tensor, centered: tf.Tensor4D, inverse: tf.Tensor1D, gamma: tf.Tensor1D): tf.Tensor[] {
  const maps = tf.reshape<tf.Rank.R4>(dy, centered.shape);
  const count = centered.size / centered.shape[3];
  const meanDy = channelMean(maps);
  const meanDyCentered = channelMean(tf.mul(maps, centered));
  const scale = tf.mul<tf.Tensor1D>(gamma, inverse);
  const slope = tf.mul<tf.Tensor1D>(tf.mul(scale, tf.neg(tf.square(inverse))), meanDyCentered);
  const dx = tf.add(scaleAndShift(maps, scale, tf.neg(tf.mul<tf.Tensor1D>(scale, meanDy))), scaleAndShift(centered, slope));
  return [tf.reshape(dx, dy.shape), tf.mul(tf.mul(inverse, meanDyCentered), count), tf.mul(meanDy, count)];
}
