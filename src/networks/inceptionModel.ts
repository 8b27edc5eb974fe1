import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import type { NetworkSpec, Preprocessing } from '../spec/types.js';
import { preprocessPictures } from './preprocessPictures.js';

/** Tensors of a network by the names of its stages or heads. */
type TensorsByName<Name extends string> = Readonly<Record<Name, tf.SymbolicTensor>>;

/** The tensors a builder hands over beside inputs and outputs. */
export interface InceptionModelParts<Endpoint extends string, Head extends string> {
  readonly input: tf.SymbolicTensor;
  readonly endpoints: TensorsByName<Endpoint>;
  readonly heads: TensorsByName<Head>;
  readonly logits: TensorsByName<Head>;
  readonly outputs: readonly tf.SymbolicTensor[];
  readonly name: string;
}

/**
 * A tfjs LayersModel that knows its own architecture.
 *
 * Input `[batch, height, width, channels]`, already preprocessed (see {@link InceptionModel.preprocess}). Without auxiliary heads one
 * output, `[batch, classes]` probabilities; with them an array in the order main, auxiliary_4a, auxiliary_4d. It keeps tfjs' class name
 * `Model`, so that what it saves is an ordinary tfjs model.
 *
 * @typeParam Endpoint The names of the trunk's stages, where a builder knows them.
 * @typeParam Head The names of the classifiers, where a builder knows them.
 * @example
 * ```ts
 * const model = googLeNet();
 * const features = tf.model({ inputs: model.inputs, outputs: model.endpoints.inception_4a });
 * ```
 */
export class InceptionModel<Endpoint extends string = string, Head extends string = string> extends tf.LayersModel {
  /** The architecture this model was built from. */
  readonly spec: NetworkSpec;
  /** Every trunk stage by name: `endpoints.inception_4a`. */
  readonly endpoints: TensorsByName<Endpoint>;
  /** Every classifier's output by name, main first: `heads.main`, `heads.auxiliary_4a`, … Empty where the top is left out. */
  readonly heads: TensorsByName<Head>;
  /** Every classifier's values before the softmax, by the same names as `heads`. */
  readonly logits: TensorsByName<Head>;
  /** The names of the classes by index, or none if the model has not learnt any. */
  labels: readonly string[] = [];

  constructor(spec: NetworkSpec, parts: InceptionModelParts<Endpoint, Head>) {
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
   * @param images `[batch, height, width, channels]`, as many channels as the input has, three of them RGB, 0–255, any numeric type.
   * @returns float32 of the same shape. The caller disposes of it.
   * @throws InceptionError `INVALID_ARGUMENT` for tensors of another rank or number of channels.
   */
  preprocess(images: tf.Tensor4D): tf.Tensor4D {
    const { offset } = this.preprocessing;
    if (images.rank !== 4 || images.shape[3] !== offset.length) {
      throw invalidArgument(`${this.name}.preprocess`, `images of shape [batch, height, width, ${offset.length}]`, images.shape);
    }
    return preprocessPictures(images, this.preprocessing);
  }
}
