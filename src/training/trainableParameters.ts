import type * as tf from '@tensorflow/tfjs';
import type { Parameter } from './optimizers/optimizer.js';

/** Weights that decay: a kernel by any name (`kernel`, `depthwise_kernel`, `pointwise_kernel`), but no bias, gamma or beta. */
const DECAYING_WEIGHT = /kernel$/;

/** The parameters that training may move, in the model's order. A layer with `trainable = false` has none. */
export function trainableParameters(model: tf.LayersModel): Parameter[] {
  const layers = new Map(model.layers.flatMap((layer) => layer.weights.map((weight) => [weight.id, layer.name])));
  return model.trainableWeights.map((weight) => ({
    name: weight.originalName,
    layer: layers.get(weight.id) as string,
    variable: weight.read() as tf.Variable,
    decays: DECAYING_WEIGHT.test(weight.originalName),
  }));
}
