import * as tf from '@tensorflow/tfjs';
import type { ImageDataset } from '../data/dataset.js';
import { invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';

/** One model, or several that answer together by the mean of their probabilities. */
export type ModelOrEnsemble = tf.LayersModel | readonly tf.LayersModel[];

/** Height and width in pixels. */
export type InputSize = readonly [height: number, width: number];

function assertClassesFit(where: string, model: tf.LayersModel, dataset: ImageDataset): void {
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}: model`, 'a tf.LayersModel', model);
  if (typeof dataset?.batches !== 'function') {
    throw invalidArgument(where, 'an ImageDataset, from imageFolder or imageArrays', dataset);
  }
  const classes = model.outputs[0].shape.at(-1);
  if (classes === dataset.classes.length) return;
  throw invalidArgument(
    `${where}.classes`,
    `${classes} classes, the output of ${model.name}`,
    dataset.classes,
    `Build the network with classes: ${dataset.classes.length}.`,
  );
}

/** A network's input size; one that takes any size takes the dataset's. */
export function sizeOf(model: tf.LayersModel, dataset: ImageDataset): InputSize {
  const [, height, width] = model.inputs[0].shape;
  return [height ?? dataset.size[0], width ?? dataset.size[1]];
}

/**
 * Refuses a dataset that a model cannot have been made for.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the picture size or the number of classes differs.
 */
export function assertDatasetFits(where: string, model: tf.LayersModel, dataset: ImageDataset): void {
  assertClassesFit(where, model, dataset);
  const [height, width] = sizeOf(model, dataset);
  const [dataHeight, dataWidth] = dataset.size;
  if (height === dataHeight && width === dataWidth) return;
  throw invalidArgument(
    `${where}.size`,
    `${height} × ${width} pixels, the input of ${model.name}`,
    `${dataHeight} × ${dataWidth}`,
    'Read the pictures with that size, or build the network with this inputShape.',
  );
}

const labelsOf = (model: tf.LayersModel): readonly string[] => (model instanceof InceptionModel ? model.labels : []);

/**
 * The models of an ensemble, or the one there is. The first one's input has the dataset's size; the others' may have another.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if one does not fit the dataset, or if two were trained on different classes.
 */
export function modelsFor(where: string, models: ModelOrEnsemble, dataset: ImageDataset): readonly tf.LayersModel[] {
  const all = Array.isArray(models) ? (models as readonly tf.LayersModel[]) : [models as tf.LayersModel];
  if (all.length === 0) throw invalidArgument(`${where}: model`, 'at least one tf.LayersModel', models);
  assertDatasetFits(where, all[0], dataset);
  const first = all.find((model) => labelsOf(model).length > 0) ?? all[0];
  const other = all.findIndex((model) => labelsOf(model).length > 0 && labelsOf(model).join('\n') !== labelsOf(first).join('\n'));
  if (other < 0) {
    for (const model of all.slice(1)) assertClassesFit(where, model, dataset);
    return all;
  }
  const advice = 'Models that answer together must have learned the same classes in the same order.';
  const place = `${where}: labels of model ${other + 1} (${all[other].name})`;
  throw invalidArgument(place, labelsOf(first).join(', '), labelsOf(all[other]).join(', '), advice);
}
