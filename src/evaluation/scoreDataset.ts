import { ensureBackend } from '../backends/ensureBackend.js';
import type { ImageDataset } from '../data/dataset.js';
import { checkOptions, expectedGot } from '../errors.js';
import type { ModelOrEnsemble } from './assertDatasetFits.js';
import type { CropCount } from './crops.js';
import { scoreBatches, type MemberScores, type ScoreOptions } from './scoreBatches.js';
import type { LogProbabilities } from './scorer.js';

/** What a model, or several together, say of every picture of a dataset: what evaluations, comparisons and lists are made from. */
export interface DatasetScores {
  readonly classes: readonly string[];
  /** The name of each picture, in the order in which the dataset gave them. */
  readonly names: readonly string[];
  /** The class index of each picture. */
  readonly labels: Int32Array;
  /** By head, main first; of several models the heads that all of them have, each the mean of the models'. */
  readonly logProbabilities: LogProbabilities;
  /** What each model says alone. Absent for one model. */
  readonly members?: readonly MemberScores[];
  readonly crops: CropCount;
}

/** Options of `scoreDataset`. */
export interface ScoreDatasetOptions extends ScoreOptions {
  /** Called after each batch, with the pictures done so far. */
  readonly onBatch?: (progress: { readonly done: number; readonly count: number }) => void;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof ScoreDatasetOptions, true>> = {
  preprocess: true,
  crops: true,
  engine: true,
  signal: true,
  onBatch: true,
};

/** Appends rows to those of the same heads. */
function append(to: Record<string, Float64Array[]>, rows: LogProbabilities): void {
  for (const [head, values] of Object.entries(rows)) (to[head] ??= []).push(...values);
}

/**
 * Runs a model, or several, over a dataset once and keeps every answer: 8 bytes for each picture, head and class.
 *
 * @returns What `evaluateScores`, `compareHeads`, `earlyExit` and `predictionsOf` take.
 * @throws InceptionError As `evaluate`.
 * @example
 * ```ts
 * const scores = await scoreDataset(model, validation);
 * const { best, combinations } = compareHeads(scores);
 * ```
 */
export async function scoreDataset(
  models: ModelOrEnsemble,
  dataset: ImageDataset,
  options: ScoreDatasetOptions = {},
): Promise<DatasetScores> {
  checkOptions<ScoreDatasetOptions>('scoreDataset', options, KNOWN_OPTIONS);
  await ensureBackend();
  const names: string[] = [];
  const labels: number[] = [];
  const logProbabilities: Record<string, Float64Array[]> = {};
  const members: { readonly name: string; readonly logProbabilities: Record<string, Float64Array[]> }[] = [];
  for await (const batch of scoreBatches(models, dataset, options)) {
    names.push(...Array.from(batch.indices, (index) => dataset.nameOf(index)));
    labels.push(...batch.labels);
    append(logProbabilities, batch.logProbabilities);
    batch.members?.forEach(({ name, logProbabilities: rows }, index) => {
      members[index] ??= { name, logProbabilities: {} };
      append(members[index].logProbabilities, rows);
    });
    options.onBatch?.({ done: labels.length, count: dataset.count });
  }
  if (labels.length === 0) throw expectedGot('EMPTY_DATASET', 'scoreDataset.dataset.batches(0)', `${dataset.batchesPerEpoch} batches`, 0);
  return {
    ...{ classes: dataset.classes, names, labels: Int32Array.from(labels), logProbabilities, crops: options.crops ?? 1 },
    ...(members.length > 0 && { members }),
  };
}
