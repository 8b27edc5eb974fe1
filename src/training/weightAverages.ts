import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { changingWeights } from './changingWeights.js';
import type { NamedState } from './namedState.js';

/** Exponential moving averages of all the weights that training changes, moving statistics included. */
export interface WeightAverages {
  /** By `<layer>/<weight>/average`. */
  readonly state: NamedState;
  /**
   * Moves the averages towards the weights.
   *
   * @param step int32: steps done before the one that made these weights.
   */
  update(step: tf.Scalar): void;
  /** Exchanges the weights and their averages, without a copy. */
  swap(): void;
  dispose(): void;
}

/**
 * Averages that start as the weights are: `average ← average − (1 − d) · (average − weight)` with
 * `d = min(decay, (1 + t) / (10 + t))`, `t` the steps done, 1 after the first, as TensorFlow's ExponentialMovingAverage has it where the
 * global step is its number of updates. So they follow at first and become steady as training goes on.
 *
 * @see Szegedy et al. 2015, arXiv:1512.00567, §8; Szegedy et al. 2014, arXiv:1409.4842, §6.
 */
export function weightAverages(model: InceptionModel, decay: number): WeightAverages {
  const pairs = changingWeights(model).map(({ name, variable }) => ({
    name,
    weight: variable,
    average: tf.tidy(() => tf.variable(tf.clone(variable), false)),
  }));
  return {
    state: Object.fromEntries(pairs.map(({ name, average }) => [`${name}/average`, average])),
    update: (step) =>
      tf.tidy(() => {
        // 1 − d, taken without the difference, which would lose digits where d is near 1.
        const rate = tf.maximum(1 - decay, tf.div(9, tf.add(tf.cast(step, 'float32'), 11)));
        for (const { weight, average } of pairs) average.assign(tf.sub(average, tf.mul(tf.sub(average, weight), rate)));
      }),
    swap: () =>
      tf.tidy(() => {
        for (const { weight, average } of pairs) {
          const held = tf.clone(weight);
          weight.assign(average);
          average.assign(held);
        }
      }),
    dispose: () => tf.dispose(pairs.map(({ average }) => average)),
  };
}
