import type { ImageDataset } from '../data/dataset.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { modelsFor, sizeOf, type InputSize, type ModelOrEnsemble } from './assertDatasetFits.js';
import { assertSignal } from './assertSignal.js';
import { checkCrops, cropViews, type CropCount } from './crops.js';
import { meanOfLogs } from './metrics.js';
import { readPictures } from './readPictures.js';
import { scorerOf, type ForwardEngine, type LogProbabilities, type Preprocess, type Scorer } from './scorer.js';
import { distinctViews, scoreViews, type DistinctViews } from './scoreViews.js';

export interface ScoreOptions {
  /**
   * Turns `[batch, height, width, 3]` float32 pictures, RGB 0–255, into the model's input. Default: an InceptionModel's own
   * `preprocess`; for any other model the values as they are.
   */
  readonly preprocess?: Preprocess;
  /**
   * How many views of each picture are judged, their probabilities averaged: see `cropRectangles`. Default 1: the picture as
   * validation sees it.
   */
  readonly crops?: CropCount;
  /**
   * On native backends a model runs as one graph of TensorFlow's where there are batches enough for that to pay; `'eager'`: operation by
   * operation always. Default `'auto'`.
   */
  readonly engine?: ForwardEngine;
  /** Ends the call with `ABORTED` before the next batch. */
  readonly signal?: AbortSignal;
}

/** What one model of several says of a batch. */
export interface MemberScores {
  readonly name: string;
  readonly logProbabilities: LogProbabilities;
}

/** What a model, or several together, say of one batch. */
export interface ScoredBatch {
  readonly labels: Int32Array;
  readonly indices: Int32Array;
  /** By head, main first; of several models the heads that all of them have, each the mean of the models'. */
  readonly logProbabilities: LogProbabilities;
  /** What each model says alone, in the order given. Absent for one model. */
  readonly members?: readonly MemberScores[];
}

interface Member {
  readonly scorer: Scorer;
  readonly size: InputSize;
  readonly views: DistinctViews;
}

/** The mean of several models' answers, for the heads that all of them have. */
function together(members: readonly MemberScores[]): LogProbabilities {
  const all = members.map(({ logProbabilities }) => logProbabilities);
  const shared = Object.entries(all[0]).filter(([head]) => all.every((scores) => head in scores));
  return Object.fromEntries(
    shared.map(([head, rows]) => [head, rows.map((_, picture) => meanOfLogs(all.map((scores) => scores[head][picture])))]),
  );
}

/**
 * Runs a model, or several, in inference over a dataset, batch by batch.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if models and dataset do not fit together, or the dataset cannot give the views that several
 * crops or sizes need; `EMPTY_DATASET` if there is no picture; `CORRUPT_WEIGHTS` if an answer is not finite; `ABORTED` once `signal` says so.
 */
export async function* scoreBatches(
  models: ModelOrEnsemble,
  dataset: ImageDataset,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredBatch, void, undefined> {
  const { crops = 1, preprocess, engine = 'auto', signal } = options;
  checkCrops('evaluate.crops', crops);
  if (engine !== 'auto' && engine !== 'eager') throw invalidArgument('evaluate.engine', "'auto' or 'eager'", engine);
  assertSignal('evaluate.signal', signal);
  const fitting = modelsFor('evaluate.dataset', models, dataset);
  if (dataset.count === 0) throw expectedGot('EMPTY_DATASET', 'evaluate.dataset', 'at least one picture', 0);
  const members: Member[] = [];
  try {
    for (const model of fitting) {
      const size = sizeOf(model, dataset);
      const views = distinctViews(cropViews(size, crops));
      const times = Math.floor((dataset.count * views.views.length) / dataset.batch);
      members.push({ scorer: scorerOf(model, { preprocess, engine, atOnce: dataset.batch, times }), size, views });
    }
    yield* scoredBatches(members, dataset, { crops, signal });
  } finally {
    for (const { scorer } of members) scorer.dispose();
  }
}

async function* scoredBatches(
  members: readonly Member[],
  dataset: ImageDataset,
  { crops, signal }: Required<Pick<ScoreOptions, 'crops'>> & Pick<ScoreOptions, 'signal'>,
): AsyncGenerator<ScoredBatch, void, undefined> {
  const sizes = members.map(({ size }) => size);
  for await (const { labels, indices, inputs } of readPictures('evaluate.dataset', dataset, sizes, crops)) {
    if (signal?.aborted) throw new InceptionError('ABORTED', 'evaluate: ended by the caller before the last batch.');
    const scores: MemberScores[] = [];
    for (const [index, { scorer, views }] of members.entries()) {
      scores.push({ name: scorer.name, logProbabilities: await scoreViews(scorer, inputs[index], views, dataset.batch) });
    }
    if (scores.length === 1) yield { labels, indices, logProbabilities: scores[0].logProbabilities };
    else yield { labels, indices, logProbabilities: together(scores), members: scores };
  }
}
