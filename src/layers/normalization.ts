import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { oneTensor } from './tfjsLayerClass.js';

interface Config {
  readonly name?: string;
  /** `-1` in a list or alone: one mean a channel; `null` or an empty list: one mean for all. */
  readonly axis?: number | readonly number[] | null;
  /** Constants in place of weights, both or neither. */
  readonly mean?: number | readonly number[] | null;
  readonly variance?: number | readonly number[] | null;
  /** Undoes the normalization: `x · √variance + mean`. */
  readonly invert?: boolean;
}

/** Keras divides by no smaller a deviation. */
const SMALLEST_DEVIATION = 1e-7;

/**
 * Keras' Normalization: `(x − mean) / √variance`, with the statistics of data that Keras saw (its `adapt`), or such as were given.
 *
 * Input and output `[batch, …, channels]`. Weights, none of them trained: mean, variance, count; none if mean and variance were given.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if an axis other than the last is kept, or one of mean and variance is given alone.
 * @see keras/src/layers/preprocessing/normalization.py
 */
export class Normalization extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'Normalization';

  private readonly config: Config;
  private readonly isPerChannel: boolean;
  private statistics: readonly tf.LayerVariable[] = [];

  constructor(config: Config = {}) {
    super(config);
    const { name, axis = -1, mean = null, variance = null, invert = false } = config;
    const where = `Normalization('${name ?? ''}')`;
    const axes = axis === null ? [] : [axis].flat();
    if (axes.length > 1 || (axes.length === 1 && axes[0] !== -1)) throw invalidArgument(`${where}.axis`, '-1, the last, or null', axis);
    if ((mean === null) !== (variance === null)) throw invalidArgument(where, 'mean and variance, or neither', { mean, variance });
    this.isPerChannel = axes.length === 1;
    this.config = { axis: this.isPerChannel ? [-1] : null, mean, variance, invert };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    if (this.config.mean === null) {
      const shape = this.isPerChannel ? [(inputShape as tf.Shape).at(-1)!] : [];
      const [zeros, ones] = [tf.initializers.zeros(), tf.initializers.ones()];
      const add = (name: string, size: number[], initializer: typeof zeros): tf.LayerVariable =>
        this.addWeight(name, size, 'float32', initializer, undefined, false);
      this.statistics = [add('mean', shape, zeros), add('variance', shape, ones), add('count', [], zeros)];
    }
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return inputShape as tf.Shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [mean, variance] = this.statistics.length > 0 ? this.statistics.map((weight) => weight.read()) : this.constants();
      const deviation = tf.maximum(tf.sqrt(variance), SMALLEST_DEVIATION);
      const x = tf.cast(oneTensor(inputs), 'float32');
      return this.config.invert ? tf.add(mean, tf.mul(x, deviation)) : tf.div(tf.sub(x, mean), deviation);
    });
  }

  private constants(): [tf.Tensor, tf.Tensor] {
    const { mean, variance } = this.config;
    return [tf.tensor(mean as tf.TensorLike, undefined, 'float32'), tf.tensor(variance as tf.TensorLike, undefined, 'float32')];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...(this.config as tf.serialization.ConfigDict), ...super.getConfig() };
  }
}
