import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';

/** A network's classifiers before their softmax, computed by one pass through the layers they share. */
export interface LogitsGraph {
  /** The heads' names, main first: the keys of `model.logits`. */
  readonly heads: readonly string[];
  /**
   * @param input `[batch, height, width, channels]`, preprocessed.
   * @param training Whether batch normalization and dropout act as in training.
   * @returns One `[batch, classes]` a head, in the order of `heads`.
   */
  run(input: tf.Tensor4D, training: boolean): tf.Tensor2D[];
}

/**
 * The graph from a model's input to the logits of all its heads. It shares the model's layers and owns nothing that needs disposal.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the model has no classifier (`includeTop: false`).
 */
export function logitsGraph(model: InceptionModel): LogitsGraph {
  const heads = Object.keys(model.logits);
  if (heads.length === 0) {
    throw invalidArgument(model.name, 'a network with at least one classifier', heads, 'Build it with includeTop: true.');
  }
  const graph = tf.model({ inputs: model.inputs, outputs: heads.map((head) => model.logits[head]), name: `${model.name}_logits` });
  return {
    heads,
    // `call` leaves out what `predict` and `apply` do per batch: slicing, name scopes and a second walk over the graph.
    run: (input, training) => [graph.call([input], { training })].flat() as tf.Tensor2D[],
  };
}
