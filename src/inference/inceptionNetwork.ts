import * as tf from '@tensorflow/tfjs';
import { expectedGot, invalidArgument } from '../errors.js';
import type { HeadCombination } from '../evaluation/heads.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { recordedCropFraction } from './classifierOptions.js';
import { VIEWS_AT_ONCE, type PictureNetwork } from './pictureNetwork.js';

/**
 * One of this package's networks, cut to the heads that are asked for.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if it has no classifier, takes other than three channels, or has not one label a class.
 */
export function inceptionNetwork(where: string, model: InceptionModel, heads: HeadCombination): PictureNetwork {
  const { classes, inputShape, classifierActivation } = model.spec;
  const [height, width, channels] = inputShape;
  if (classes === 0) throw invalidArgument(`${where}.modelOrPath`, 'a model with a classifier', model.name, 'Build it with its top.');
  if (channels !== 3) throw invalidArgument(`${where}.modelOrPath`, 'a model for pictures of 3 channels', inputShape);
  if (model.labels.length !== 0 && model.labels.length !== classes) {
    throw expectedGot('INVALID_ARGUMENT', `${where}.model.labels`, `${classes} labels, one a class, or none`, model.labels.length);
  }
  const headNames = heads === 'main' ? ['main'] : Object.keys(model.heads);
  const outputs = headNames.map((name) => model.heads[name]);
  return {
    name: model.name,
    size: [height, width],
    classes,
    labels: model.labels,
    preprocessing: model.preprocessing,
    graph: tf.model({ inputs: model.inputs, outputs, name: `${model.name}_classifier` }),
    headNames,
    endsIn: classifierActivation === 'linear' ? 'logits' : 'probabilities',
    atOnce: VIEWS_AT_ONCE,
    cropFraction: recordedCropFraction(model),
  };
}
