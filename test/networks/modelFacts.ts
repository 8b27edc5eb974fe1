import * as tf from '@tensorflow/tfjs';
import type { Cost } from '../../src/cost/costOf.js';
import { countsOf } from '../blocks/blockModel.js';

/**
 * Trainable and non-trainable values by operation: the layers `<name>_conv`, `<name>_bn` and `<name>_relu` are one.
 *
 * @param operations Those whose own names may end so.
 */
export function countsByOperation(model: tf.LayersModel, operations: readonly string[] = []): Record<string, [number, number]> {
  const counts: Record<string, [number, number]> = {};
  for (const layer of model.layers) {
    const [trainable, nonTrainable] = countsOf(layer);
    if (trainable + nonTrainable === 0) continue;
    const name = operations.includes(layer.name) ? layer.name : layer.name.replace(/_(conv|bn|relu)$/, '');
    const [before, beforeNonTrainable] = counts[name] ?? [0, 0];
    counts[name] = [before + trainable, beforeNonTrainable + nonTrainable];
  }
  return counts;
}

/** The same, as the cost model has it. */
export function countsByRow({ rows }: Cost): Record<string, [number, number]> {
  const counted = rows.filter(({ parameters }) => parameters.total > 0);
  return Object.fromEntries(counted.map(({ name, parameters }) => [name, [parameters.trainable, parameters.nonTrainable]]));
}

/** The names of all layers that a layer's output depends on, itself included. */
export function ancestors(model: tf.LayersModel, layer: string): string[] {
  return tf.model({ inputs: model.inputs, outputs: model.getLayer(layer).output }).layers.map(({ name }) => name);
}

/** Every weight's values by name. */
export function weightValues(model: tf.LayersModel): Record<string, Float32Array> {
  return Object.fromEntries(model.weights.map((weight) => [weight.originalName, weight.read().dataSync<'float32'>()]));
}

export function shapesOf(tensors: Readonly<Record<string, tf.SymbolicTensor>>): Record<string, readonly (number | null)[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));
}
