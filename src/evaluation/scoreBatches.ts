import * as tf from '@tensorflow/tfjs';
import type { ImageBatch, ImageDataset } from '../data/dataset.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { logitsGraph } from './logitsGraph.js';
import { logSoftmax } from './metrics.js';

export interface ScoreOptions {
  /**
   * Turns `[batch, height, width, 3]` float32 pictures, RGB 0–255, into the model's input. Default: an InceptionModel's own
   * `preprocess`; for any other model the values as they are.
   */
  readonly preprocess?: (images: tf.Tensor4D) => tf.Tensor4D;
  /** Ends the call with `ABORTED` before the next batch. */
  readonly signal?: AbortSignal;
}

/** What a model says of one batch. */
export interface ScoredBatch {
  readonly labels: Int32Array;
  readonly indices: Int32Array;
  /** By head, main first: one row of natural log-probabilities per picture. */
  readonly logProbabilities: Readonly<Record<string, readonly Float64Array[]>>;
}

/** Float32's smallest normal number: a probability that has underflowed costs 87.3 nats instead of infinitely many. */
const SMALLEST_PROBABILITY = 2 ** -126;

interface Scorer {
  readonly name: string;
  readonly heads: readonly string[];
  forward(images: tf.Tensor4D): tf.Tensor2D[];
  logProbabilities(row: Float32Array): Float64Array;
}

/** The pictures of a batch as a tensor: `[count, height, width, 3]` float32, RGB 0–255. The caller disposes of it. */
export function imagesTensor(batch: ImageBatch): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(batch.pixels), [...batch.shape], 'float32');
}

/**
 * Refuses a dataset that a model cannot have been made for.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the picture size or the number of classes differs.
 */
export function assertDatasetFits(where: string, model: tf.LayersModel, dataset: ImageDataset): void {
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}: model`, 'a tf.LayersModel', model);
  if (typeof dataset?.batches !== 'function') {
    throw invalidArgument(where, 'an ImageDataset, from imageFolder or imageArrays', dataset);
  }
  const [, height, width] = model.inputs[0].shape;
  const [dataHeight, dataWidth] = dataset.size;
  if ((height !== null && height !== dataHeight) || (width !== null && width !== dataWidth)) {
    throw invalidArgument(
      `${where}.size`,
      `${height} × ${width} pixels, the input of ${model.name}`,
      `${dataHeight} × ${dataWidth}`,
      'Read the pictures with that size, or build the network with this inputShape.',
    );
  }
  const classes = model.outputs[0].shape.at(-1);
  if (classes !== dataset.classes.length) {
    throw invalidArgument(
      `${where}.classes`,
      `${classes} classes, the output of ${model.name}`,
      dataset.classes,
      `Build the network with classes: ${dataset.classes.length}.`,
    );
  }
}

function scorerOf(model: tf.LayersModel, options: ScoreOptions): Scorer {
  if (model instanceof InceptionModel) {
    const graph = logitsGraph(model as InceptionModel);
    const preprocess = options.preprocess ?? ((images: tf.Tensor4D) => model.preprocess(images));
    return {
      name: model.name,
      heads: graph.heads,
      forward: (images) => graph.run(preprocess(images), false),
      logProbabilities: logSoftmax,
    };
  }
  if (model.outputs.length !== 1 || model.outputs[0].shape.length !== 2) {
    throw invalidArgument('evaluate.model', 'an InceptionModel, or one output of shape [batch, classes]', model.outputNames);
  }
  const preprocess = options.preprocess ?? ((images: tf.Tensor4D) => images);
  return {
    name: model.name,
    heads: ['main'],
    forward: (images) => [model.call([preprocess(images)], { training: false })].flat() as tf.Tensor2D[],
    logProbabilities: (row) => Float64Array.from(row, (value) => Math.log(Math.max(value, SMALLEST_PROBABILITY))),
  };
}

/** A broken network has no accuracy: every comparison with NaN is false, and would count as some answer. */
function assertFinite(where: string, values: Float32Array): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken === undefined) return;
  const advice = 'Its weights or moving statistics are not finite: training diverged, or they do not belong to it.';
  throw expectedGot('CORRUPT_WEIGHTS', where, 'finite answers', broken, advice);
}

async function scoreBatch(scorer: Scorer, batch: ImageBatch): Promise<ScoredBatch> {
  const outputs = tf.tidy(() => scorer.forward(imagesTensor(batch)));
  try {
    const logProbabilities: Record<string, Float64Array[]> = {};
    for (const [index, head] of scorer.heads.entries()) {
      const values = (await outputs[index].data()) as Float32Array;
      const classes = outputs[index].shape[1];
      assertFinite(`${scorer.name}: ${head}`, values);
      logProbabilities[head] = Array.from(batch.labels, (_, row) =>
        scorer.logProbabilities(values.subarray(row * classes, (row + 1) * classes)),
      );
    }
    return { labels: batch.labels, indices: batch.indices, logProbabilities };
  } finally {
    tf.dispose(outputs);
  }
}

/**
 * Runs a model in inference over a dataset, batch by batch.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if model and dataset do not fit together; `EMPTY_DATASET` if there is no picture;
 * `CORRUPT_WEIGHTS` if an answer is not finite; `ABORTED` once `signal` says so.
 */
export async function* scoreBatches(
  model: tf.LayersModel,
  dataset: ImageDataset,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredBatch, void, undefined> {
  assertDatasetFits('evaluate.dataset', model, dataset);
  if (dataset.count === 0) throw expectedGot('EMPTY_DATASET', 'evaluate.dataset', 'at least one picture', 0);
  const scorer = scorerOf(model, options);
  for await (const batch of dataset.batches(0)) {
    if (options.signal?.aborted) throw new InceptionError('ABORTED', 'evaluate: ended by the caller before the last batch.');
    yield await scoreBatch(scorer, batch);
  }
}
