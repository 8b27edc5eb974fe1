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
    decay: 'coupled',
    slots: { meanSquare: 1, momentum: 0 },
    at({ learningRate }) {
      const [kept, added, share, offset] = [decay, 1 - decay, momentum, epsilon].map((value) => tf.scalar(value));
      return (value, gradient, slots) => {
        const meanSquare = tf.add(tf.mul(slots.meanSquare, kept), tf.mul(tf.square(gradient), added));
        const scaled = tf.mul(gradient, tf.mul(tf.rsqrt(tf.add(meanSquare, offset)), learningRate));
        const sum = tf.add(tf.mul(slots.momentum, share), scaled);
        return { value: tf.sub(value, sum), slots: { meanSquare, momentum: sum } };
      };
    },
    native({ learningRate }) {
      const settings = [decay, momentum, epsilon].map((value) => tf.scalar(value));
      return {
        operation: 'ResourceApplyRMSProp',
        slots: ['meanSquare', 'momentum'],
        inputs: (gradient) => [learningRate, ...settings, gradient],
      };
    },
  };
}
