import * as tf from '@tensorflow/tfjs';
import { attributes, nativeKernel, type AttributeValues, type NativeBackend } from './nativeBackend.js';

interface Attributes {
  readonly epsilon: number;
}

type Inputs<Names extends string> = Readonly<Record<Names, tf.TensorInfo>>;

/**
 * Batch normalization with the batch's own statistics, in one operation. `x` is `[batch, height, width, channels]` and has more than one
 * position a channel.
 *
 * @returns y, the mean, the biased variance (divided by N), and three tensors that are TensorFlow's own affair, for the gradient.
 */
export const normalizeBatch = nativeKernel<Inputs<'x' | 'gamma' | 'beta'>, Attributes>(
  'NormalizeBatch',
  ({ inputs: { x, gamma, beta }, attrs: { epsilon }, backend }) => {
    // In training TensorFlow reads no moving statistics; any two tensors of their shape may stand in their place.
    const given = [x, gamma, beta, gamma, beta];
    const operation = attributes(backend, normalization(epsilon, true));
    const [y, mean, corrected, ...reserved] = backend.executeMultipleOutputs('FusedBatchNormV3', operation, given, 6);
    const variance = biasedVariance(backend, corrected, { x, savedVariance: reserved[1] });
    corrected.dispose();
    return [y, mean, variance, ...reserved];
  },
);

/** The gradient of the same: from dy, x, gamma and the three reserved tensors to `[dx, dGamma, dBeta]`. */
export const normalizeBatchGrad = nativeKernel<Inputs<'dy' | 'x' | 'gamma' | 'reserved1' | 'reserved2' | 'reserved3'>, Attributes>(
  'NormalizeBatchGrad',
  ({ inputs: { dy, x, gamma, reserved1, reserved2, reserved3 }, attrs: { epsilon }, backend }) => {
    const given = [dy, x, gamma, reserved1, reserved2, reserved3];
    const operation = attributes(backend, normalization(epsilon, true));
    const [dx, dGamma, dBeta, ...unused] = backend.executeMultipleOutputs('FusedBatchNormGradV3', operation, given, 5);
    tf.dispose(unused);
    return [dx, dGamma, dBeta];
  },
);

/** Batch normalization with statistics that are given, in one operation. */
export const normalizeWithStatistics = nativeKernel<Inputs<'x' | 'gamma' | 'beta' | 'mean' | 'variance'>, Attributes>(
  'NormalizeWithStatistics',
  ({ inputs: { x, gamma, beta, mean, variance }, attrs: { epsilon }, backend }) => {
    const operation = attributes(backend, normalization(epsilon, false));
    const [y, ...unused] = backend.executeMultipleOutputs('FusedBatchNormV3', operation, [x, gamma, beta, mean, variance], 6);
    tf.dispose(unused);
    return y;
  },
);

function normalization(epsilon: number, training: boolean): AttributeValues {
  return { types: ['T', 'U'], floats: { epsilon }, flags: { is_training: training }, texts: { data_format: 'NHWC' } };
}

/**
 * TensorFlow's variance is meant for its own moving average: divided by N − 1. The one that it normalized with lies among the reserved
 * tensors on a CPU; on a GPU there is 1 / √(variance + epsilon) in that place.
 */
function biasedVariance(
  { isUsingGpuDevice }: NativeBackend,
  corrected: tf.Tensor,
  { x, savedVariance }: { x: tf.TensorInfo; savedVariance: tf.Tensor },
): tf.Tensor {
  if (!isUsingGpuDevice) return tf.clone(savedVariance);
  const count = tf.util.sizeFromShape(x.shape) / corrected.size;
  return tf.tidy(() => tf.mul(corrected, (count - 1) / count));
}
