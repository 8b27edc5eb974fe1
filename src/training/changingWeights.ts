import type * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from '../networks/trainingStepContext.js';

/** A weight that training changes. */
export interface ChangingWeight {
  /** `<layer>/<weight>`, the same in every process that builds the same model. */
  readonly name: string;
  readonly variable: tf.Variable;
}

/** The batch normalizations whose moving statistics training moves. */
export function movingBatchNormalizations(model: tf.LayersModel): BatchNormalization[] {
  return model.layers.filter((layer): layer is BatchNormalization => layer instanceof BatchNormalization && !layer.isFrozen);
}

/** Every weight that training changes, in the model's order: its parameters and its moving statistics, and nothing that is frozen. */
export function changingWeights(model: tf.LayersModel): ChangingWeight[] {
  const statistics = movingBatchNormalizations(model).flatMap(({ movingMean, movingVariance }) => [movingMean, movingVariance]);
  const changing = new Set([...model.trainableWeights, ...statistics].map(({ id }) => id));
  return model.weights
    .filter(({ id }) => changing.has(id))
    .map((weight) => ({ name: weight.originalName, variable: weight.read() as tf.Variable }));
}
