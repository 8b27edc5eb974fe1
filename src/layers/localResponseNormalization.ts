import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { oneTensor } from './tfjsLayerClass.js';

/** The neighbourhood and alpha in TensorFlow's terms. */
export interface TensorFlowTerms {
  /** Neighbours on either side; the sum runs over `2 · depthRadius + 1` channels. Default 5. */
  readonly depthRadius?: number;
  /** Factor of the sum of squares, > 0. Default 1. */
  readonly alpha?: number;
}

/** The neighbourhood and alpha in Caffe's and the papers' terms. */
export interface CaffeTerms {
  /** Channels the sum runs over, odd. `depthRadius` is `(size − 1) / 2`. */
  readonly size: number;
  /** Factor of the sum of squares before it is divided by `size`: TensorFlow's alpha is `alphaOverSize / size`. */
  readonly alphaOverSize: number;
}

/** What {@link localResponseNormalization} takes: `depthRadius` and `alpha`, or Caffe's `size` and `alphaOverSize`. */
export type LocalResponseNormalizationArgs = {
  readonly name?: string;
  /** Added to the scaled sum, > 0. Default 1 (Caffe's k). */
  readonly bias?: number;
  /** The exponent, > 0. Default 0.5. */
  readonly beta?: number;
} & (TensorFlowTerms | CaffeTerms);

interface Config {
  readonly name?: string;
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** The layer behind {@link localResponseNormalization}. Files that hold it need this package to be imported. */
export class LocalResponseNormalization extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'LocalResponseNormalization';

  private readonly depthRadius: number;
  private readonly bias: number;
  private readonly alpha: number;
  private readonly beta: number;

  constructor(config: Config) {
    super(config);
    const { name, depthRadius, bias, alpha, beta } = config;
    const where = `localResponseNormalization('${name ?? ''}')`;
    if (!(Number.isInteger(depthRadius) && depthRadius >= 0)) {
      throw invalidArgument(`${where}.depthRadius`, 'an integer of at least 0', depthRadius);
    }
    for (const [key, value] of Object.entries({ bias, alpha, beta })) {
      if (!(value > 0 && value < Infinity)) throw invalidArgument(`${where}.${key}`, 'a positive number', value);
    }
    this.depthRadius = depthRadius;
    this.bias = bias;
    this.alpha = alpha;
    this.beta = beta;
    this.inputSpec = [{ ndim: 4 }];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() =>
      tf.localResponseNormalization(oneTensor(inputs) as tf.Tensor4D, this.depthRadius, this.bias, this.alpha, this.beta),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { depthRadius, bias, alpha, beta } = this;
    return { depthRadius, bias, alpha, beta, ...super.getConfig() };
  }
}

/**
 * Local response normalization across channels: `y = x / (bias + alpha · Σ x²)^beta`, the sum over `2 · depthRadius + 1` neighbours.
 *
 * Input and output `[batch, height, width, channels]`. TensorFlow multiplies the sum by alpha, Caffe and the papers by alpha / size with
 * size = 2 · depthRadius + 1; write Caffe's numbers as `size` and `alphaOverSize`.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if depthRadius, size, bias, alpha or beta is out of range.
 * @see Krizhevsky et al. 2012, §3.3; GoogLeNet, arXiv:1409.4842, Figure 3.
 * @example
 * ```ts
 * // Caffe's lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }
 * localResponseNormalization({ name: 'norm1', size: 5, alphaOverSize: 1e-4, beta: 0.75 });
 * ```
 */
export function localResponseNormalization(args: LocalResponseNormalizationArgs = {}): tf.layers.Layer {
  const { name, bias = 1, beta = 0.5 } = args;
  if (!('size' in args)) {
    const { depthRadius = 5, alpha = 1 } = args;
    return new LocalResponseNormalization({ name, depthRadius, bias, alpha, beta });
  }
  const { size, alphaOverSize } = args;
  if (!(Number.isInteger(size) && size > 0 && size % 2 === 1)) {
    throw invalidArgument(`localResponseNormalization('${name ?? ''}').size`, 'an odd positive integer', size);
  }
  return new LocalResponseNormalization({ name, depthRadius: (size - 1) / 2, bias, alpha: alphaOverSize / size, beta });
}
