import * as tf from '@tensorflow/tfjs';
import type { UpdateRule } from './updateRule.js';

export interface RmsPropSettings {
  readonly kind: 'rmsprop';
  /** The share of the mean square that stays at each step. Default 0.9. */
  readonly decay?: number;
  /** Default 0.9. */
  readonly momentum?: number;
  /** Added to the mean square under the root. Default 1.0, as in the papers: then the rule is close to SGD for small gradients. */
  readonly epsilon?: number;
}

/**
 * RMSProp with momentum, in the form of TensorFlow 1's RMSPropOptimizer, which the Inception papers used:
 * `s ← decay · s + (1 − decay) · g²`, `m ← momentum · m + rate · g / √(s + epsilon)`, `w ← w − m`.
 * The mean square starts at 1 and epsilon is under the root; Keras starts at 0.
 *
 * @see Szegedy et al. 2015, arXiv:1512.00567, §8: decay 0.9, epsilon 1.0, rate 0.045.
 */
export function rmsProp({ decay = 0.9, momentum = 0.9, epsilon = 1 }: Omit<RmsPropSettings, 'kind'> = {}): UpdateRule {
  return {
    name: 'rmsprop',
    slots: { meanSquare: 1, momentum: 0 },
    update(value, gradient, slots, { learningRate }) {
      const meanSquare = tf.add(tf.mul(slots.meanSquare, decay), tf.mul(tf.square(gradient), 1 - decay));
      const scaled = tf.mul(gradient, tf.mul(tf.rsqrt(tf.add(meanSquare, epsilon)), learningRate));
      const sum = tf.add(tf.mul(slots.momentum, momentum), scaled);
      return { value: tf.sub(value, sum), slots: { meanSquare, momentum: sum } };
    },
  };
}
