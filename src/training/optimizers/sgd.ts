import * as tf from '@tensorflow/tfjs';
import type { UpdateRule } from './updateRule.js';

export interface SgdSettings {
  readonly kind: 'sgd';
  /** The share of the previous steps' sum that stays, 0 ≤ momentum < 1. Default 0.9. */
  readonly momentum?: number;
  /** Whether the gradient is taken ahead of the momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, in TensorFlow's form:
 * `m ← momentum · m + g`, `w ← w − rate · m`; with `nesterov`, `w ← w − rate · (g + momentum · m)`.
 *
 * @see Szegedy et al. 2014, arXiv:1409.4842, §6: GoogLeNet's optimizer, momentum 0.9.
 */
export function sgd({ momentum = 0.9, nesterov = false }: Omit<SgdSettings, 'kind'> = {}): UpdateRule {
  if (momentum === 0) {
    return {
      name: 'sgd',
      decay: 'coupled',
      slots: {},
      at:
        ({ learningRate }) =>
        (value, gradient, slots) => ({ value: tf.sub(value, tf.mul(gradient, learningRate)), slots }),
      native: ({ learningRate }) => ({
        operation: 'ResourceApplyGradientDescent',
        slots: [],
        inputs: (gradient) => [learningRate, gradient],
      }),
    };
  }
  return {
    name: 'sgd',
    decay: 'coupled',
    slots: { momentum: 0 },
    at({ learningRate }) {
      const share = tf.scalar(momentum);
      return (value, gradient, slots) => {
        const sum = tf.add(tf.mul(slots.momentum, share), gradient);
        const direction = nesterov ? tf.add(gradient, tf.mul(sum, share)) : sum;
        return { value: tf.sub(value, tf.mul(direction, learningRate)), slots: { momentum: sum } };
      };
    },
    native({ learningRate }) {
      const share = tf.scalar(momentum);
      return {
        operation: 'ResourceApplyMomentum',
        flags: { use_nesterov: nesterov },
        slots: ['momentum'],
        inputs: (gradient) => [learningRate, gradient, share],
      };
    },
  };
}
