import * as tf from '@tensorflow/tfjs';
import { expectedGot, invalidArgument } from '../errors.js';
import { isGraphModel, loadGraphModel } from '../io/tfjs/loadGraphModel.js';
import { loadModel } from '../io/loadModel.js';
import { resolveModelPath } from '../io/modelPath.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { IMAGENET_LABELS } from '../networks/imagenetLabels.js';
import { requirePreprocessing, type ClassifierOptions } from './classifierOptions.js';
import { graphNetwork } from './graphNetwork.js';
import { inceptionNetwork } from './inceptionNetwork.js';
import { layersNetwork } from './layersNetwork.js';
import type { PictureNetwork } from './pictureNetwork.js';

/** A model in memory, or the path of a saved one. */
export type ModelOrPath = tf.LayersModel | tf.GraphModel | string;

/** @throws InceptionError what `loadModel` throws. */
export async function loadPictureModel(where: string, path: string): Promise<tf.LayersModel | tf.GraphModel> {
  // A path that means nothing here is loadModel's to complain of.
  const location = await resolveModelPath(where, path, { access: 'read' }).catch(() => undefined);
  return location && (await isGraphModel(where, location)) ? loadGraphModel(where, location) : loadModel(path);
}

/**
 * What a classifier has to know of a model.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if it is no model that classifies pictures, or if the options lack what the model does not say.
 */
export async function networkOf(where: string, model: tf.LayersModel | tf.GraphModel, options: ClassifierOptions): Promise<PictureNetwork> {
  const network = await describe(where, model, options);
  const { labels } = options;
  if (labels === undefined) return network;
  const names = labels === 'imagenet' ? IMAGENET_LABELS : labels;
  if (names.length === network.classes) return { ...network, labels: names };
  const advice = 'Networks of TF-Slim have a class for the background before the others.';
  throw expectedGot('INVALID_ARGUMENT', `${where}.labels`, `${network.classes} labels, one a class`, names.length, advice);
}

function describe(
  where: string,
  model: tf.LayersModel | tf.GraphModel,
  options: ClassifierOptions,
): PictureNetwork | Promise<PictureNetwork> {
  if (model instanceof InceptionModel) return inceptionNetwork(where, model as InceptionModel, options.heads ?? 'main');
  if (model instanceof tf.LayersModel) return layersNetwork(where, model, requirePreprocessing(where, options));
  if (model instanceof tf.GraphModel) return graphNetwork(where, model, requirePreprocessing(where, options));
  throw invalidArgument(`${where}.modelOrPath`, 'a model, or the path where one was saved', model);
}
