import type * as tf from '@tensorflow/tfjs';
import type { Parameter } from './optimizers/optimizer.js';

/** Weights that decay: a kernel by any name (`kernel`, `depthwise_kernel`, `pointwise_kernel`), but no bias, gamma or beta. */
const DECAYING_WEIGHT = /kernel$/;

/** The parameters that training may move, in the model's order. A layer with `trainable = false` has none. */
export function trainableParameters(model: tf.LayersModel): Parameter[] {
  return model.trainableWeights.map((weight) => ({
    name: weight.originalName,
    variable: weight.read() as tf.Variable,
    decays: DECAYING_WEIGHT.test(weight.originalName),
  }));
}
