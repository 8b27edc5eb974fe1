import * as tf from '@tensorflow/tfjs';
import type { UpdateRule } from './updateRule.js';

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
  return {
    name: 'adam',
    slots: { mean: 0, meanSquare: 0 },
    update(value, gradient, slots, { learningRate, step }) {
      const number = tf.add(tf.cast(step, 'float32'), 1);
      const meanShare = tf.sub(1, tf.pow(beta1, number));
      const rootShare = tf.sqrt(tf.sub(1, tf.pow(beta2, number)));
      const mean = tf.add(tf.mul(slots.mean, beta1), tf.mul(gradient, 1 - beta1));
      const meanSquare = tf.add(tf.mul(slots.meanSquare, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const root = tf.add(tf.div(tf.sqrt(meanSquare), rootShare), epsilon);
      return {
        value: tf.sub(value, tf.div(tf.mul(mean, tf.div(learningRate, meanShare)), root)),
        slots: { mean, meanSquare },
      };
    },
  };
}
