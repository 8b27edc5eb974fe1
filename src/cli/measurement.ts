import { exitCosts } from '../cost/exitCosts.js';
import type { ImageDataset } from '../data/dataset.js';
import { invalidArgument } from '../errors.js';
import { compareHeads, type HeadComparison } from '../evaluation/compareHeads.js';
import type { CropCount } from '../evaluation/crops.js';
import { earlyExit, type EarlyExit } from '../evaluation/earlyExit.js';
import { evaluate, evaluateScores } from '../evaluation/evaluate.js';
import type { Evaluation } from '../evaluation/evaluationTally.js';
import { scoreDataset, type DatasetScores } from '../evaluation/scoreDataset.js';
import type { InceptionModel } from '../networks/inceptionModel.js';

/** What `inception evaluate` is to find out. */
export interface MeasurementWishes {
  readonly crops: CropCount;
  readonly topK?: readonly number[];
  readonly heads?: boolean;
  readonly earlyExit?: boolean;
  readonly predictions?: string;
}

/** What it found out. */
export interface Measurement {
  readonly evaluation: Evaluation;
  readonly headComparison?: HeadComparison;
  readonly earlyExit?: EarlyExit;
  /** Kept only where something is made of them. */
  readonly scores?: DatasetScores;
}

/** Refuses what would not make sense before anything is computed. @throws InceptionError `INVALID_ARGUMENT` naming the flag. */
export function checkWishes(wishes: MeasurementWishes, models: readonly InceptionModel[]): void {
  if (!wishes.earlyExit) return;
  if (models.length > 1) throw invalidArgument('--early-exit', 'one model', `${models.length} together`, 'Leave out --with.');
  const [{ spec, name }] = models;
  if (spec.auxiliaryHeads.length > 0) return;
  throw invalidArgument(
    '--early-exit',
    'a model with auxiliary heads',
    `${name} without any`,
    'Build it with auxiliaryHeads: true, and train it.',
  );
}

/** Runs the models over the pictures once, and makes everything of it that was asked for. */
export async function measure(
  models: readonly InceptionModel[],
  dataset: ImageDataset,
  { wishes, onBatch }: { readonly wishes: MeasurementWishes; readonly onBatch: (progress: { readonly done: number }) => void },
): Promise<Measurement> {
  const { crops, topK, heads, predictions } = wishes;
  const asked = models.length === 1 ? models[0] : models;
  if (!heads && !wishes.earlyExit && predictions === undefined)
    return { evaluation: await evaluate(asked, dataset, { crops, topK, onBatch }) };
  const scores = await scoreDataset(asked, dataset, { crops, onBatch });
  return {
    evaluation: evaluateScores(scores, { topK }),
    ...(heads && { headComparison: compareHeads(scores) }),
    ...(wishes.earlyExit && { earlyExit: earlyExit(scores, exitCosts(models[0])) }),
    scores,
  };
}
