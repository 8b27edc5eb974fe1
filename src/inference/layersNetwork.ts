import type * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import type { Preprocessing } from '../networks/preprocessPictures.js';
import { checkPlainShapes } from './plainShapes.js';
import { VIEWS_AT_ONCE, type PictureNetwork } from './pictureNetwork.js';

/** Layers that hand on the values they get: what a model ends in is said by the layer before them. */
const PASSING: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Dropout', 'Permute']);

/**
 * A plain LayersModel, of Keras for example, which does not say how pictures become its input.
 *
 * @throws InceptionError `INVALID_ARGUMENT` unless it has one input `[batch, height, width, 3]` and one output `[batch, classes]`, of
 *   probabilities by a softmax or of logits.
 */
export function layersNetwork(where: string, model: tf.LayersModel, preprocessing: Preprocessing): PictureNetwork {
  const shapes = checkPlainShapes(where, model.name, {
    inputs: model.inputs.map(({ shape }) => shape),
    outputs: model.outputs.map(({ shape }) => shape),
  });
  const activation = lastActivation(model.outputs[0].sourceLayer);
  if (activation !== 'softmax' && activation !== 'linear') {
    throw invalidArgument(`${where}.modelOrPath`, 'a model that ends in a softmax, or in logits', `${activation} in ${model.name}`);
  }
  const endsIn = activation === 'softmax' ? 'probabilities' : 'logits';
  return { name: model.name, ...shapes, labels: [], preprocessing, graph: model, headNames: ['main'], endsIn, atOnce: VIEWS_AT_ONCE };
}

/** The last function that a model's values went through: `'linear'` for a layer that has none of its own. */
function lastActivation(layer: tf.layers.Layer): string {
  const kind = layer.getClassName();
  if ('outputs' in layer) return lastActivation((layer as tf.LayersModel).outputs[0].sourceLayer);
  if (PASSING.has(kind)) return lastActivation((layer.input as tf.SymbolicTensor).sourceLayer);
  const { activation = 'linear' } = layer.getConfig() as { activation?: string };
  return kind === 'Softmax' ? 'softmax' : activation;
}
