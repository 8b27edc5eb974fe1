import * as tf from '@tensorflow/tfjs';
import type { UpdateRule, UpdateScalars } from './updateRule.js';

export interface AdamSettings {
  readonly kind: 'adam';
  /** The share of the mean gradient that stays at each step. Default 0.9. */
  readonly beta1?: number;
  /** The share of the mean square that stays at each step. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with bias correction taken from the step's number `t` (1 at the first step):
 * `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `w ← w − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + epsilon)`.
 *
 * @see Kingma & Ba 2014, arXiv:1412.6980, algorithm 1.
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: Omit<AdamSettings, 'kind'> = {}): UpdateRule {
  const corrections = ({ learningRate, step }: UpdateScalars): { meanRate: tf.Tensor; rootShare: tf.Tensor } => {
    const number = tf.add(tf.cast(step, 'float32'), 1);
    return { meanRate: tf.div(learningRate, complementOfPower(beta1, number)), rootShare: tf.sqrt(complementOfPower(beta2, number)) };
  };
  return {
    name: 'adam',
    decay: 'coupled',
    slots: { mean: 0, meanSquare: 0 },
    at(scalars) {
      const { meanRate, rootShare } = corrections(scalars);
      const [kept1, added1, kept2, added2, offset] = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon].map((value) => tf.scalar(value));
      return (value, gradient, slots) => {
        const mean = tf.add(tf.mul(slots.mean, kept1), tf.mul(gradient, added1));
        const meanSquare = tf.add(tf.mul(slots.meanSquare, kept2), tf.mul(tf.square(gradient), added2));
        const root = tf.add(tf.div(tf.sqrt(meanSquare), rootShare), offset);
        return { value: tf.sub(value, tf.div(tf.mul(mean, meanRate), root)), slots: { mean, meanSquare } };
      };
    },
    // TensorFlow takes both corrections into the rate, from powers of beta that lose digits; with powers of 0 it takes the rate as it is.
    native(scalars) {
      const { meanRate, rootShare } = corrections(scalars);
      const settings = [tf.mul(meanRate, rootShare), tf.scalar(beta1), tf.scalar(beta2), tf.mul(rootShare, epsilon)];
      const none = tf.scalar(0);
      return { operation: 'ResourceApplyAdam', slots: ['mean', 'meanSquare'], inputs: (gradient) => [none, none, ...settings, gradient] };
    },
  };
}

/**
 * `1 − beta^exponent` as `2u / (1 + u)` with `u = tanh(−exponent · ln(beta) / 2)`: the plain form would lose four of float32's seven
 * digits where the power is near 1.
 */
function complementOfPower(beta: number, exponent: tf.Tensor): tf.Tensor {
  const u = tf.tanh(tf.mul(exponent, -Math.log(beta) / 2));
  return tf.div(tf.mul(u, 2), tf.add(u, 1));
}
