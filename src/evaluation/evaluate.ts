import type * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import type { ImageDataset } from '../data/dataset.js';
import { checkOptions, expectedGot } from '../errors.js';
import { CalibrationTally, type Calibration } from './calibration.js';
import { combineHeads, type HeadCombination } from './heads.js';
import { HeadTally, argMax, perClass, type ClassEvaluation, type HeadEvaluation } from './metrics.js';
import { assertDatasetFits, scoreBatches, type ScoreOptions } from './scoreBatches.js';

export interface EvaluateOptions extends ScoreOptions {
  /** Called after each batch, with the pictures done so far. */
  readonly onBatch?: (progress: { readonly done: number; readonly count: number }) => void;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof EvaluateOptions, true>> = { preprocess: true, signal: true, onBatch: true };

/** How well a model does on a dataset. Plain JSON: every number is finite. */
export interface Evaluation extends HeadEvaluation {
  /** Every classifier by name, main first. `loss`, `top1` and `top5` beside it are the main one's. */
  readonly heads: Readonly<Record<string, HeadEvaluation>>;
  /** Pictures by true class (row) and by the main classifier's answer (column). */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassEvaluation[];
  /** Whether the main classifier is right as often as it says. */
  readonly calibration: Calibration;
  readonly classes: readonly string[];
  readonly count: number;
  /** The share of the most frequent class, 0 to 1: what answering it always would reach. */
  readonly majorityShare: number;
}

/**
 * Loss and accuracy of every classifier of a model on a dataset, each picture weighing the same whatever its batch.
 *
 * @param model An InceptionModel with any number of heads, or any LayersModel with one softmax output `[batch, classes]`.
 * @throws InceptionError `INVALID_ARGUMENT` if model and dataset do not fit together; `EMPTY_DATASET` if there is no picture;
 * `CORRUPT_WEIGHTS` if an answer is not finite; `ABORTED` once `signal` says so.
 *
 * @example
 * ```ts
 * const { top1, heads, confusion } = await evaluate(model, validation);
 * ```
 */
export async function evaluate(model: tf.LayersModel, dataset: ImageDataset, options: EvaluateOptions = {}): Promise<Evaluation> {
  checkOptions<EvaluateOptions>('evaluate', options, KNOWN_OPTIONS);
  await ensureBackend();
  assertDatasetFits('evaluate.dataset', model, dataset);
  const { classes } = dataset;
  const tallies: Record<string, HeadTally> = {};
  const confusion = classes.map(() => classes.map(() => 0));
  const calibration = new CalibrationTally();
  let count = 0;
  for await (const { labels, logProbabilities } of scoreBatches(model, dataset, options)) {
    for (const [head, rows] of Object.entries(logProbabilities)) {
      const tally = (tallies[head] ??= new HeadTally());
      rows.forEach((row, index) => tally.add(row, labels[index]));
    }
    const [mainRows] = Object.values(logProbabilities);
    mainRows.forEach((row, index) => {
      const answer = argMax(row);
      confusion[labels[index]][answer]++;
      calibration.add(Math.exp(row[answer]), answer === labels[index]);
    });
    count += labels.length;
    options.onBatch?.({ done: count, count: dataset.count });
  }
  if (count === 0) throw expectedGot('EMPTY_DATASET', 'evaluate.dataset.batches(0)', `${dataset.batchesPerEpoch} batches`, 0);
  const heads = Object.fromEntries(Object.entries(tallies).map(([head, tally]) => [head, tally.result()]));
  const classCounts = confusion.map((row) => row.reduce((sum, value) => sum + value, 0));
  return {
    ...Object.values(heads)[0],
    heads,
    confusion,
    perClass: perClass(confusion, classes),
    calibration: calibration.result(),
    classes,
    count,
    majorityShare: Math.max(...classCounts) / count,
  };
}

/**
 * The probabilities that a model gives to every picture of a dataset.
 *
 * @returns One row per picture, by the picture's index in the dataset; in it one probability per class.
 * @throws InceptionError As {@link evaluate}.
 */
export async function predictDataset(
  model: tf.LayersModel,
  dataset: ImageDataset,
  options: ScoreOptions & { readonly heads?: HeadCombination } = {},
): Promise<number[][]> {
  await ensureBackend();
  const probabilities: number[][] = [];
  for await (const { indices, logProbabilities } of scoreBatches(model, dataset, options)) {
    for (const [row, index] of indices.entries()) {
      const byHead = Object.entries(logProbabilities).map(([head, rows]) => [head, rows[row].map(Math.exp)]);
      probabilities[index] = combineHeads(Object.fromEntries(byHead) as Record<string, Float64Array>, options.heads ?? 'main');
    }
  }
  return probabilities;
}
