import * as tf from '@tensorflow/tfjs';
import { expectedGot } from '../../errors.js';
import { buildWithin } from './buildWithin.js';
import { camelCased } from './camelCased.js';
import { checkBuiltLayers } from './checkBuiltLayers.js';
import { checkLayerGraph } from './checkLayerGraph.js';
import type { ModelFile, WeightFile } from '../modelFile.js';

/** How tfjs makes a model of a configuration. */
type FromConfig = (type: unknown, config: unknown, customObjects: object, isOverwritten: boolean) => unknown;

/**
 * Builds the model that a topology describes, all of its weights zero, as tfjs' own loader does; but at once, so that what a failed build has
 * made is known and disposed of.
 *
 * @param opened Holds the weights.
 * @throws InceptionError `CORRUPT_MODEL` if tfjs cannot build it.
 */
export function buildFromTopology(opened: WeightFile, topology: ModelFile['topology']): tf.LayersModel {
  try {
    const { class_name: className, config } = topology;
    checkLayerGraph(config);
    const known = tf.serialization.SerializationMap.getMap().classNameMap;
    if (typeof className !== 'string' || !Object.hasOwn(known, className)) throw new Error(`a model of class ${String(className)}`);
    const [type, fromConfig] = known[className] as unknown as [unknown, FromConfig];
    return buildWithin(opened, () => {
      const model = fromConfig(type, camelCased(config), {}, true);
      if (!(model instanceof tf.LayersModel)) throw new Error(`a ${className}`);
      checkBuiltLayers(model);
      return model;
    });
  } catch (cause) {
    const advice = 'A layer of your own must be registered (tf.serialization.registerClass) before it is loaded.';
    throw expectedGot(
      'CORRUPT_MODEL',
      `${opened.file}: the topology`,
      'layers that TensorFlow.js builds',
      (cause as Error).message,
      advice,
      cause,
    );
  }
}
