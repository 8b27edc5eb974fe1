import * as tf from '@tensorflow/tfjs';
import type { WeightFile } from '../modelFile.js';
import { shapeSize } from '../shapeSize.js';

/** What a model may hold beyond its file's values: enough for every honest difference to be listed, and no memory worth mentioning. */
const FREE_VALUES = 16 * 1024 * 1024;

/** The part of tfjs' layer that this file steps into. */
interface WeightOwner {
  addWeight: (this: WeightOwner, name: string, shape: readonly (number | null)[], ...rest: unknown[]) => tf.LayerVariable;
}

/**
 * Builds a model that a file describes. A description may ask for layers of any size, and for such that cannot be built once others have been:
 * what it asks for is bounded by the values that the file holds, and a failed build leaves no tensor.
 *
 * @param file Holds the model's weights.
 * @param build Synchronous, so that nothing else is built meanwhile.
 */
export function buildWithin<M>(file: WeightFile, build: () => M): M {
  const values = [...file.tensors.values()].reduce((sum, { shape }) => sum + shapeSize(shape), 0);
  const owner = tf.layers.Layer.prototype as unknown as WeightOwner;
  const { addWeight } = owner;
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  const atMost = 2 * values + FREE_VALUES;
  let total = 0;
  owner.addWeight = function (name, shape, ...rest) {
    total += shapeSize(shape.map((size) => size ?? NaN));
    if (!(total <= atMost)) throw new Error(`a weight '${name}' of [${shape.join(', ')}], where the file holds ${values} values`);
    // A name that is none is noticed once the values are there.
    return tf.tidy(() => addWeight.call(this, name, shape, ...rest) as never);
  };
  try {
    return build();
  } catch (error) {
    for (const [name, variable] of Object.entries(tf.engine().registeredVariables)) if (!before.has(name)) variable.dispose();
    throw error;
  } finally {
    owner.addWeight = addWeight;
  }
}
