import * as tf from '@tensorflow/tfjs';

/** Bounds of one step's gradients, taken before weight decay is added. Where both are given, `value` acts first. */
export interface GradientClip {
  /** The largest length of all gradients together as one vector; a longer one is scaled down to it. */
  readonly norm?: number;
  /** The largest size of any element; what is beyond is set to it. */
  readonly value?: number;
}

/**
 * The length of all gradients together as one vector.
 *
 * Each gradient is summed on its own: one float32 sum over the 5.6 million numbers of a GoogLeNet is off by 0.5 %, the sum of 173 by 1e-5.
 */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient))))));
}

/**
 * Gradients within bounds: first each element within ±`value`, then all together no longer than `norm`, as `tf.clip_by_global_norm`
 * scales them. Gradients within the bounds come out to the same bits.
 *
 * @param norm The gradients' {@link globalNorm}.
 * @see Szegedy et al. 2015, arXiv:1512.00567, §8: norm 2.
 */
export function clipGradients(gradients: tf.NamedTensorMap, norm: tf.Scalar, clip: GradientClip): tf.NamedTensorMap {
  const { value, norm: longest } = clip;
  const bounded = value === undefined ? gradients : mapped(gradients, (gradient) => tf.clipByValue(gradient, -value, value));
  if (longest === undefined) return bounded;
  const length = value === undefined ? norm : globalNorm(Object.values(bounded));
  const scale = tf.div(longest, tf.maximum(length, longest));
  return mapped(bounded, (gradient) => tf.mul(gradient, scale));
}

function mapped(gradients: tf.NamedTensorMap, change: (gradient: tf.Tensor) => tf.Tensor): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, change(gradient)]));
}
