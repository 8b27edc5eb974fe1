import * as tf from '@tensorflow/tfjs';
import { registerLayers } from '../../layers/register.js';
import { camelCased } from '../topology/camelCased.js';
import type { LayerConfig } from './kerasLayers.js';

/** What shapes do not depend on, and a layer can be made without. */
const WITHOUT_EFFECT = /_initializer$|_regularizer$|_constraint$|^activation$|^batch_|^dtype$/;

/**
 * The shape that a layer gives, the batch included, computed by tfjs' own class of it without making a weight.
 *
 * @param config With Python's names, as a saved topology has it.
 * @param inputs A shape for each tensor that the layer is applied to.
 */
export function outputShape(className: string, config: LayerConfig, inputs: readonly tf.Shape[]): tf.Shape {
  registerLayers();
  const [layerClass, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className];
  const settings = Object.entries(config).filter(([key]) => !WITHOUT_EFFECT.test(key));
  const ours = camelCased(Object.fromEntries(settings)) as tf.serialization.ConfigDict;
  const layer = fromConfig(layerClass, ours) as tf.layers.Layer;
  return layer.computeOutputShape(inputs.length === 1 ? inputs[0] : [...inputs]) as tf.Shape;
}
