import type * as tf from '@tensorflow/tfjs';

/** What tfjs passes to a layer's `call`. */
export type CallArguments = Record<string, unknown>;

/** What tfjs hands a custom gradient to keep tensors for the way back. */
export type SaveForGradient = (tensors: tf.Tensor[]) => void;

/**
 * A layer of tfjs as a base class whose own fields are described by `Fields`.
 *
 * tfjs exports factories, not classes, so a layer that must save and load exactly as tfjs' own takes its class from an instance. Names,
 * weights, configuration and `instanceof` are then tfjs' by construction.
 */
export type LayerClass<Fields> = new (layerArguments: never) => tf.layers.Layer & Fields;

/** The class of one of tfjs' own layers. Give the instance a name, so that tfjs' automatic numbering does not move. */
export function tfjsLayerClass<Fields>(instance: tf.layers.Layer): LayerClass<Fields> {
  return (Object.getPrototypeOf(instance) as { constructor: LayerClass<Fields> }).constructor;
}

/** The one tensor of a layer that has one input. */
export function oneTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0] : inputs;
}
