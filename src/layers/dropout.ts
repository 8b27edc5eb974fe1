import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { randomMask } from './randomMask.js';
import { oneTensor, tfjsLayerClass, type CallArguments, type SaveForGradient } from './tfjsLayerClass.js';
import { drawInTrainingStep } from './trainingStep.js';

/** What {@link dropout} takes. */
export interface DropoutArgs {
  readonly name?: string;
  /** The share of values set to zero in training, 0 ≤ rate < 1. */
  readonly rate: number;
  /** An integer that gives this layer masks of its own; the training step's seed counts as well. */
  readonly seed?: number;
}

interface TfjsDropout {
  readonly rate: number;
  readonly noiseShape?: (number | null)[] | null;
  readonly seed?: number | null;
}

const Base = tfjsLayerClass<TfjsDropout>(tf.layers.dropout({ name: 'dropout', rate: 0 }));

/** tfjs' own Dropout, whose configuration it keeps, with masks that are a function of seed, step and name. */
export class Dropout extends Base {
  /** @nocollapse */
  static className = 'Dropout';

  private calls = 0;

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = oneTensor(inputs);
      return kwargs.training && this.rate > 0 && this.rate < 1 ? this.drop(x) : x;
    });
  }

  private drop(x: tf.Tensor): tf.Tensor {
    const { seed, step, draw } = drawInTrainingStep(this) ?? this.ownStep();
    const purpose = `${this.name} ${this.seed ?? ''} ${draw}`;
    const shape = this.noiseShape?.map((size, axis) => size ?? x.shape[axis]) ?? x.shape;
    // The mask is made inside the operation, where no gradient is recorded.
    const operation = tf.customGrad((...parameters) => {
      const [input, save] = parameters as unknown as [tf.Tensor, SaveForGradient];
      const mask = randomMask(shape, this.rate, { seed, step, purpose });
      save([mask]);
      return { value: tf.mul(input, mask), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [tf.mul(dy, saved[0])] };
    });
    return operation(x);
  }

  private ownStep(): { seed: tf.Scalar; step: tf.Scalar; draw: number } {
    return { seed: tf.scalar(0), step: tf.scalar(this.calls++ % 2 ** 24), draw: 0 };
  }
}

/**
 * Dropout whose mask is a function of (seed, step, layer name), saved and loaded as Keras' and tfjs' `Dropout`.
 *
 * Input and output have the same shape, of any rank. In training the kept values are divided by `1 − rate`; otherwise nothing happens.
 * Seed and step come from {@link runTrainingStep}; outside of it the layer counts its own calls, so that masks still differ from call to
 * call. (tfjs' own layer with a seed gives the same mask every time.)
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the rate is not in [0, 1) or the seed is not an integer.
 * @see Srivastava et al., JMLR 15 (2014), §4.
 * @example
 * ```ts
 * const y = dropout({ name: 'main_dropout', rate: 0.4 }).apply(x) as tf.SymbolicTensor;
 * ```
 */
export function dropout(args: DropoutArgs): tf.layers.Layer {
  const { name, rate, seed } = args;
  const where = `dropout('${name ?? ''}')`;
  if (!(rate >= 0 && rate < 1)) throw invalidArgument(`${where}.rate`, 'a number in [0, 1)', rate);
  if (seed !== undefined && !Number.isInteger(seed)) throw invalidArgument(`${where}.seed`, 'an integer', seed);
  return new Dropout({ name, rate, seed } as never);
}
