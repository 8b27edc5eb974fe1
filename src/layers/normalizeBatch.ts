import * as tf from '@tensorflow/tfjs';
import { hasKernel } from './hasKernel.js';
import { asFeatureMaps, channelMean, scaleAndShift } from './perChannel.js';
import type { SaveForGradient } from './tfjsLayerClass.js';

/** Called once a forward pass with the batch's own statistics, `[channels]` each. They are gone when it returns. */
export type StatisticsListener = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/** The two passes over maps of `[batch, height, width, channels]`. */
interface Normalized {
  readonly value: tf.Tensor;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly saved: tf.Tensor[];
  /** `[dx, dGamma, dBeta]`, of dy and what was saved. */
  readonly gradient: (dy: tf.Tensor4D, saved: tf.Tensor[]) => tf.Tensor[];
}

type Normalize = (maps: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number) => Normalized;

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
    // Of one value TensorFlow's own correction, N / (N − 1), is infinite.
    const inOne = hasKernel('NormalizeBatch') && maps.size > scale.size;
    const { value, mean, variance, saved, gradient } = (inOne ? normalizeInOne : normalizeComposed)(maps, scale, shift, epsilon);
    onStatistics(mean, variance);
    save(saved);
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]): tf.Tensor[] => {
      const [dx, ...dParameters] = gradient(tf.reshape<tf.Rank.R4>(dy, maps.shape), kept);
      return [tf.reshape(dx, input.shape), ...dParameters];
    };
    return { value: tf.reshape(value, input.shape), gradFunc };
  });
  return operation(x, gamma, beta);
}

/** By the backend's own operations, one a pass, where it has them. */
const normalizeInOne: Normalize = (maps, gamma, beta, epsilon) => {
  const outputs = tf.engine().runKernel<tf.Tensor[]>('NormalizeBatch', { x: maps, gamma, beta }, { epsilon });
  const [value, mean, variance, ...reserved] = outputs as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, ...tf.Tensor[]];
  const gradient = (dy: tf.Tensor4D, [x, scale, reserved1, reserved2, reserved3]: tf.Tensor[]): tf.Tensor[] =>
    tf.engine().runKernel('NormalizeBatchGrad', { dy, x, gamma: scale, reserved1, reserved2, reserved3 }, { epsilon });
  return { value, mean, variance, saved: [maps, gamma, ...reserved], gradient };
};

const normalizeComposed: Normalize = (maps, gamma, beta, epsilon) => {
  const mean = channelMean(maps);
  const centered = scaleAndShift(maps, tf.onesLike(mean), tf.neg(mean));
  const variance = channelMean(tf.square(centered));
  const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(variance, epsilon));
  const value = scaleAndShift(centered, tf.mul(gamma, inverse), beta);
  const gradient = (dy: tf.Tensor4D, saved: tf.Tensor[]): tf.Tensor[] =>
    composedGradient(dy, ...(saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]));
  return { value, mean, variance, saved: [centered, inverse, gamma], gradient };
};

/**
 * `dx = gamma · inverse · (dy − mean(dy) − c · inverse² · mean(dy · c))`, `dGamma = N · inverse · mean(dy · c)`, `dBeta = N · mean(dy)`.
 */
function composedGradient(dy: tf.Tensor4D, centered: tf.Tensor4D, inverse: tf.Tensor1D, gamma: tf.Tensor1D): tf.Tensor[] {
  const count = centered.size / centered.shape[3];
  const meanDy = channelMean(dy);
  const meanDyCentered = channelMean(tf.mul(dy, centered));
  const scale = tf.mul<tf.Tensor1D>(gamma, inverse);
  const slope = tf.mul<tf.Tensor1D>(tf.mul(scale, tf.neg(tf.square(inverse))), meanDyCentered);
  const dx = tf.add(scaleAndShift(dy, scale, tf.neg(tf.mul<tf.Tensor1D>(scale, meanDy))), scaleAndShift(centered, slope));
  return [dx, tf.mul(tf.mul(inverse, meanDyCentered), count), tf.mul(meanDy, count)];
}
