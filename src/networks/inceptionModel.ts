import * as tf from '@tensorflow/tfjs';
import type { NetworkSpec, Preprocessing } from '../spec/types.js';

/** The tensors a builder hands over beside inputs and outputs. */
export interface InceptionModelParts {
  readonly input: tf.SymbolicTensor;
  readonly endpoints: Readonly<Record<string, tf.SymbolicTensor>>;
  readonly heads: Readonly<Record<string, tf.SymbolicTensor>>;
  readonly logits: Readonly<Record<string, tf.SymbolicTensor>>;
  readonly outputs: readonly tf.SymbolicTensor[];
  readonly name: string;
}

/**
 * A tfjs LayersModel that knows its own architecture.
 *
 * Input `[batch, height, width, channels]`, already preprocessed (see {@link InceptionModel.preprocess}). Without auxiliary heads one
 * output, `[batch, classes]` probabilities; with them an array in the order main, auxiliary_4a, auxiliary_4d. It keeps tfjs' class name
 * `Model`, so that what it saves is an ordinary tfjs model.
 */
export class InceptionModel extends tf.LayersModel {
  /** The architecture this model was built from. */
  readonly spec: NetworkSpec;
  /** Every trunk stage by name: `endpoints.inception_4a`. */
  readonly endpoints: Readonly<Record<string, tf.SymbolicTensor>>;
  /** Every classifier's output by name, main first: `heads.main`, `heads.auxiliary_4a`, … Empty where the top is left out. */
  readonly heads: Readonly<Record<string, tf.SymbolicTensor>>;
  /** Every classifier's values before the softmax, by the same names as `heads`. */
  readonly logits: Readonly<Record<string, tf.SymbolicTensor>>;
  /** The names of the classes by index, or none if the model has not learnt any. */
  labels: readonly string[] = [];

  constructor(spec: NetworkSpec, parts: InceptionModelParts) {
    super({ inputs: [parts.input], outputs: [...parts.outputs], name: parts.name });
    this.spec = spec;
    this.endpoints = parts.endpoints;
    this.heads = parts.heads;
    this.logits = parts.logits;
  }

  /** How 0–255 RGB values become this model's input. Part of the spec, saved with the model. */
  get preprocessing(): Preprocessing {
    return this.spec.preprocessing;
  }

  /**
   * Turns pictures into this model's input.
   *
   * @param images `[batch, height, width, 3]`, RGB, 0–255, any numeric type.
   * @returns float32 of the same shape. The caller disposes of it.
   */
  preprocess(images: tf.Tensor4D): tf.Tensor4D {
    const { channelOrder, scale, offset } = this.preprocessing;
    return tf.tidy(() => {
      const ordered = channelOrder === 'bgr' ? tf.reverse(images, 3) : images;
      return tf.add<tf.Tensor4D>(tf.mul(tf.cast(ordered, 'float32'), scale), tf.tensor1d([...offset]));
    });
  }
}
Object.defineProperty(InceptionModel, 'className', { value: 'Model', configurable: true });
