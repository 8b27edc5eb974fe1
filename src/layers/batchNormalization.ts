import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { batchStatisticsListener } from './batchStatistics.js';
import { normalizeBatch } from './normalizeBatch.js';
import { normalizeWithStatistics } from './normalizeWithStatistics.js';
import { oneTensor, tfjsLayerClass, type CallArguments } from './tfjsLayerClass.js';

/** What {@link batchNormalization} takes. */
export interface BatchNormalizationArgs {
  readonly name?: string;
  /** The share of the moving average that stays at each step, 0 ≤ momentum < 1. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance under the root, > 0. Default 1e-3. */
  readonly epsilon?: number;
  /** Whether there is a gamma to train. Default true. */
  readonly scale?: boolean;
  /** Whether there is a beta to train. Default true. */
  readonly center?: boolean;
  /** `false` freezes it: nothing is trained, nothing is updated, and it normalizes with its moving statistics. Default true. */
  readonly trainable?: boolean;
}

interface TfjsBatchNormalization {
  axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: tf.LayerVariable;
  readonly beta?: tf.LayerVariable;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
}

interface SavedConfig {
  name?: string;
  axis?: number | number[];
}

/**
 * Remembers that a model's `trainable` was set. tfjs tells a layer by marking its trainable weights, and a layer that has neither gamma
 * nor beta would never hear of it; so this stands among them, hidden from everyone who asks for weights.
 */
class FreezeMark {
  trainable = true;
}

const Base = tfjsLayerClass<TfjsBatchNormalization>(tf.layers.batchNormalization({ name: 'batch_normalization' }));

/** tfjs' own BatchNormalization, whose configuration and weights it keeps, with another way of computing. */
export class BatchNormalization extends Base {
  /** @nocollapse */
  static className = 'BatchNormalization';

  private readonly freezeMark = new FreezeMark();

  constructor(config: SavedConfig = {}) {
    super({ ...config, axis: oneAxis(config) } as never);
    this._trainableWeights.push(this.freezeMark as unknown as tf.LayerVariable);
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return super.trainableWeights.filter((weight) => !((weight as unknown) instanceof FreezeMark));
  }

  override set trainableWeights(weights: tf.LayerVariable[]) {
    super.trainableWeights = weights;
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return super.nonTrainableWeights.filter((weight) => !((weight as unknown) instanceof FreezeMark));
  }

  override set nonTrainableWeights(weights: tf.LayerVariable[]) {
    super.nonTrainableWeights = weights;
  }

  /** Whether it keeps its averages, and normalizes with them even in training. */
  get isFrozen(): boolean {
    return !this.trainable || !this.freezeMark.trainable;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
    if (this.axis !== -1 && this.axis !== shape.length - 1) {
      throw invalidArgument(
        `batchNormalization('${this.name}').axis`,
        `-1 or ${shape.length - 1}, the last of ${JSON.stringify(shape)}`,
        this.axis,
        'Only channels-last tensors are normalized here; permute the axes first.',
      );
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor {
    const frozen = this.isFrozen;
    return tf.tidy(() => {
      const x = oneTensor(inputs);
      return kwargs.training && !frozen ? this.normalizeWithBatch(x) : this.normalizeWithMovingStatistics(x, frozen);
    });
  }

  private normalizeWithBatch(x: tf.Tensor): tf.Tensor {
    const channels = x.shape[x.rank - 1];
    const gamma = this.gamma?.read() ?? tf.ones([channels]);
    const beta = this.beta?.read() ?? tf.zeros([channels]);
    return normalizeBatch(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, {
      epsilon: this.epsilon,
      onStatistics:
        batchStatisticsListener(this) ??
        ((mean, variance) => {
          this.moveTowards(this.movingMean, mean);
          this.moveTowards(this.movingVariance, variance);
        }),
    });
  }

  private moveTowards(average: tf.LayerVariable, value: tf.Tensor1D): void {
    const before = average.read();
    average.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - this.momentum)));
  }

  private normalizeWithMovingStatistics(x: tf.Tensor, frozen: boolean): tf.Tensor {
    const statistics = {
      mean: this.movingMean.read() as tf.Tensor1D,
      variance: this.movingVariance.read() as tf.Tensor1D,
      gamma: this.gamma?.read() as tf.Tensor1D | undefined,
      beta: this.beta?.read() as tf.Tensor1D | undefined,
    };
    return normalizeWithStatistics(x, statistics, { epsilon: this.epsilon, constant: frozen });
  }
}

/** Keras 2 writes the axis as a list of one. */
function oneAxis({ name, axis = -1 }: SavedConfig): number {
  const axes = Array.isArray(axis) ? axis : [axis];
  if (axes.length !== 1 || !Number.isInteger(axes[0])) {
    throw invalidArgument(`batchNormalization('${name ?? ''}').axis`, 'one integer, or a list of one', axis);
  }
  return axes[0];
}

/**
 * Batch normalization over the last axis, saved and loaded as Keras' and tfjs' `BatchNormalization`.
 *
 * Input and output `[batch, …, channels]`. In training it uses the batch's mean and biased variance (divided by N, as tfjs and Keras 3;
 * Keras 2's fused kernel and torch put N − 1 into the moving variance) and moves its averages; otherwise, and always when frozen
 * (`trainable = false` on it or on the model that holds it), it uses the averages and leaves them alone. Weights in order: gamma, beta,
 * moving_mean, moving_variance. tfjs' own layer throws in training without gamma or beta and trains its averages when frozen; this one
 * does neither.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if momentum or epsilon is out of range.
 * @see arXiv:1502.03167, Algorithms 1 and 2.
 * @example
 * ```ts
 * const y = batchNormalization({ name: 'conv1_bn', scale: false }).apply(x) as tf.SymbolicTensor;
 * ```
 */
export function batchNormalization(args: BatchNormalizationArgs = {}): tf.layers.Layer {
  const { name, momentum = 0.99, epsilon = 1e-3, scale = true, center = true, trainable } = args;
  const where = `batchNormalization('${name ?? ''}')`;
  if (!(momentum >= 0 && momentum < 1)) throw invalidArgument(`${where}.momentum`, 'a number in [0, 1)', momentum);
  if (!(epsilon > 0 && epsilon < Infinity)) throw invalidArgument(`${where}.epsilon`, 'a positive number', epsilon);
  return new BatchNormalization({ name, momentum, epsilon, scale, center, trainable } as SavedConfig);
}
