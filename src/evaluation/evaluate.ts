import { ensureBackend } from '../backends/ensureBackend.js';
import type { ImageDataset } from '../data/dataset.js';
import { checkOptions, expectedGot, invalidArgument } from '../errors.js';
import { modelsFor, type ModelOrEnsemble } from './assertDatasetFits.js';
import { EvaluationTally, type Evaluation } from './evaluationTally.js';
import { combineHeads, type HeadCombination } from './heads.js';
import { scoreBatches, type ScoreOptions } from './scoreBatches.js';
import type { DatasetScores } from './scoreDataset.js';

export type { Evaluation } from './evaluationTally.js';

export interface EvaluateOptions extends ScoreOptions {
  /** For each `k` the share of pictures whose own class is among the `k` highest, besides top-1 and top-5. Default: none. */
  readonly topK?: readonly number[];
  /** Called after each batch, with the pictures done so far. */
  readonly onBatch?: (progress: { readonly done: number; readonly count: number }) => void;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof EvaluateOptions, true>> = {
  preprocess: true,
  crops: true,
  topK: true,
  engine: true,
  signal: true,
  onBatch: true,
};

function checkTopK(where: string, topK: readonly number[]): void {
  const fits = Array.isArray(topK) && topK.every((k) => Number.isInteger(k) && k > 0);
  if (!fits) throw invalidArgument(where, 'a list of positive integers', topK);
}

/**
 * Loss and accuracy of every classifier of a model on a dataset, each picture weighing the same whatever its batch.
 *
 * Several models answer together by the mean of their probabilities, as the papers' ensembles do. The first one's input has the dataset's
 * size, the others' may have another; all must have learned the same classes.
 *
 * @param models An InceptionModel with any number of heads, any LayersModel with one softmax output `[batch, classes]`, or a list of them.
 * @throws InceptionError `INVALID_ARGUMENT` if models and dataset do not fit together, or if the dataset cannot give the views that
 * several crops or sizes need; `EMPTY_DATASET` if there is no picture; `CORRUPT_WEIGHTS` if an answer is not finite; `ABORTED` once
 * `signal` says so.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §7, for crops and ensembles.
 *
 * @example
 * ```ts
 * const { top1, heads, confusion } = await evaluate(model, validation);
 * const together = await evaluate([model, another], validation, { crops: 10 });
 * ```
 */
export async function evaluate(models: ModelOrEnsemble, dataset: ImageDataset, options: EvaluateOptions = {}): Promise<Evaluation> {
  checkOptions<EvaluateOptions>('evaluate', options, KNOWN_OPTIONS);
  const { topK = [], crops = 1, onBatch } = options;
  checkTopK('evaluate.topK', topK);
  await ensureBackend();
  // Before `dataset.classes` is read of what may be no dataset.
  modelsFor('evaluate.dataset', models, dataset);
  const tally = new EvaluationTally(dataset.classes, { topK, crops });
  for await (const batch of scoreBatches(models, dataset, options)) {
    tally.add(batch);
    onBatch?.({ done: tally.count, count: dataset.count });
  }
  if (tally.count === 0) throw expectedGot('EMPTY_DATASET', 'evaluate.dataset.batches(0)', `${dataset.batchesPerEpoch} batches`, 0);
  return tally.result();
}

/**
 * The evaluation that follows from answers that were kept: what `evaluate` gives for the same models and pictures.
 *
 * @param scores Of at least one picture.
 * @throws InceptionError `INVALID_ARGUMENT` if a `k` is not a positive integer.
 */
export function evaluateScores(scores: DatasetScores, options: Pick<EvaluateOptions, 'topK'> = {}): Evaluation {
  checkOptions<Pick<EvaluateOptions, 'topK'>>('evaluateScores', options, { topK: true });
  const { topK = [] } = options;
  checkTopK('evaluateScores.topK', topK);
  const tally = new EvaluationTally(scores.classes, { topK, crops: scores.crops });
  tally.add(scores);
  return tally.result();
}

/**
 * The probabilities that a model, or several together, give to every picture of a dataset.
 *
 * @returns One row per picture, by the picture's index in the dataset; in it one probability per class.
 * @throws InceptionError As {@link evaluate}.
 */
export async function predictDataset(
  models: ModelOrEnsemble,
  dataset: ImageDataset,
  options: ScoreOptions & { readonly heads?: HeadCombination } = {},
): Promise<number[][]> {
  await ensureBackend();
  const probabilities: number[][] = [];
  for await (const { indices, logProbabilities } of scoreBatches(models, dataset, options)) {
    for (const [row, index] of indices.entries()) {
      const byHead = Object.entries(logProbabilities).map(([head, rows]) => [head, rows[row].map(Math.exp)]);
      probabilities[index] = combineHeads(Object.fromEntries(byHead) as Record<string, Float64Array>, options.heads ?? 'main');
    }
  }
  return probabilities;
}
