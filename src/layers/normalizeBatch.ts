import * as tf from '@tensorflow/tfjs';
import type { SaveForGradient } from './tfjsLayerClass.js';
import { asFeatureMaps, channelMean, scaleAndShift } from './perChannel.js';

/** Called once a forward pass with the batch's own statistics, `[channels]` each. They are gone when it returns. */
export type StatisticsListener = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

interface Derivatives {
  readonly dx: tf.Tensor;
  readonly dGamma: tf.Tensor1D;
  readonly dBeta: tf.Tensor1D;
}

/**
 * Batch normalization with the batch's own mean and variance, as one differentiable operation.
 *
 * `y = (x − mean) / √(variance + epsilon) · gamma + beta`, the variance biased (divided by N), as in tfjs and Keras 3. With
 * `c = x − mean` and `inv = 1 / √(variance + epsilon)` its gradient is
 * `dx = gamma · inv · (dy − mean(dy) − c · inv² · mean(dy · c))`, `dGamma = N · inv · mean(dy · c)`, `dBeta = N · mean(dy)`.
 *
 * @param x Any rank, channels last.
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
    const centered = tf.sub<tf.Tensor4D>(maps, mean);
    const variance = channelMean(tf.square(centered));
    const inverse = tf.rsqrt(tf.add(variance, epsilon)) as tf.Tensor1D;
    onStatistics(mean, variance);
    save([centered, inverse, scale]);
    return {
      value: tf.reshape(scaleAndShift(centered, tf.mul<tf.Tensor1D>(scale, inverse), shift), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const { dx, dGamma, dBeta } = derivatives(dy, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor1D, saved[2] as tf.Tensor1D);
        return [dx, dGamma, dBeta];
      },
    };
  });
  return operation(x, gamma, beta);
}

function derivatives(dy: tf.Tensor, centered: tf.Tensor4D, inverse: tf.Tensor1D, gamma: tf.Tensor1D): Derivatives {
  const maps = tf.reshape(dy, centered.shape) as tf.Tensor4D;
  const count = centered.size / centered.shape[3];
  const meanDy = channelMean(maps);
  const meanDyCentered = channelMean(tf.mul<tf.Tensor4D>(maps, centered));
  const scale = tf.mul<tf.Tensor1D>(gamma, inverse);
  const slope = tf.neg(tf.mul(tf.mul(scale, tf.square(inverse)), meanDyCentered)) as tf.Tensor1D;
  const dx = tf.add(scaleAndShift(maps, scale, tf.neg(tf.mul(scale, meanDy))), tf.mul(centered, slope));
  return {
    dx: tf.reshape(dx, dy.shape),
    dGamma: tf.mul(tf.mul(inverse, meanDyCentered), count),
    dBeta: tf.mul(meanDy, count),
  };
}
