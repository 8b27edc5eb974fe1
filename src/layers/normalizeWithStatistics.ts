import * as tf from '@tensorflow/tfjs';
import { affine } from './affine.js';
import { hasKernel } from './hasKernel.js';
import { asFeatureMaps, channelMean, scaleAndShift } from './perChannel.js';
import type { SaveForGradient } from './tfjsLayerClass.js';

/** What a batch is normalized by, `[channels]` each. Without gamma it is 1, without beta 0. */
interface Statistics {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly gamma?: tf.Tensor1D;
  readonly beta?: tf.Tensor1D;
}

/** `constant`: gamma and beta get no gradient, which saves a pass or two. */
interface Settings {
  readonly epsilon: number;
  readonly constant: boolean;
}

/**
 * `(x − mean) / √(variance + epsilon) · gamma + beta`, differentiable in x, gamma and beta.
 *
 * @param x Any rank from 2, channels last.
 * @returns The shape of `x`.
 */
export function normalizeWithStatistics(x: tf.Tensor, statistics: Statistics, settings: Settings): tf.Tensor {
  return hasKernel('NormalizeWithStatistics') ? normalizeInOne(x, statistics, settings) : normalizeComposed(x, statistics, settings);
}

function normalizeComposed(x: tf.Tensor, { mean, variance, gamma, beta }: Statistics, { epsilon, constant }: Settings): tf.Tensor {
  const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(variance, epsilon));
  const scale = gamma ? tf.mul<tf.Tensor1D>(inverse, gamma) : inverse;
  const offset = tf.mul<tf.Tensor1D>(mean, scale);
  return affine(x, scale, beta ? tf.sub(beta, offset) : tf.neg(offset), { constant });
}

/** By the backend's own operation, where it has one. */
function normalizeInOne(x: tf.Tensor, statistics: Statistics, { epsilon, constant }: Settings): tf.Tensor {
  const { mean, variance, gamma = tf.onesLike(mean), beta = tf.zerosLike(mean) } = statistics;
  const operation = tf.customGrad((...parameters) => {
    const input = parameters[0] as tf.Tensor;
    const save = parameters[parameters.length - 1] as unknown as SaveForGradient;
    const inputs = { x: asFeatureMaps(input), gamma, beta, mean, variance };
    const value = tf.engine().runKernel<tf.Tensor>('NormalizeWithStatistics', inputs, { epsilon });
    save([gamma, mean, variance, ...(constant ? [] : [input])]);
    return { value: tf.reshape(value, input.shape), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved, epsilon) };
  });
  return constant ? operation(x) : operation(x, gamma, beta);
}

/** `[dx, dGamma, dBeta]`, or `[dx]` alone where `x` was not kept. */
function gradient(dy: tf.Tensor, [gamma, mean, variance, x]: tf.Tensor[], epsilon: number): tf.Tensor[] {
  const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(variance, epsilon));
  const maps = asFeatureMaps(dy);
  const dx = tf.reshape(scaleAndShift(maps, tf.mul<tf.Tensor1D>(gamma, inverse)), dy.shape);
  if (!x) return [dx];
  const count = dy.size / gamma.size;
  const dBeta = tf.mul(channelMean(maps), count);
  const alongX = tf.mul(channelMean(tf.mul(maps, asFeatureMaps(x))), count);
  return [dx, tf.mul(inverse, tf.sub(alongX, tf.mul(mean, dBeta))), dBeta];
}
