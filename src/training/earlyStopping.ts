import { invalidArgument } from '../errors.js';
import { isBetter, judgedOf } from './bestEpoch.js';
import type { EpochEvaluation, EpochRecord } from './trainingReport.js';

/** When training ends before its last epoch. */
export interface EarlyStopping {
  /** So many epochs without a gain end it: a positive integer. */
  readonly patience: number;
  /** A smaller gain in top-1 counts as none, 0 ≤ minimumGain < 1. @default 0: then of equal top-1 a lower loss is a gain */
  readonly minimumGain?: number;
}

/** @throws InceptionError `INVALID_ARGUMENT` */
export function assertEarlyStopping({ patience, minimumGain = 0 }: EarlyStopping, hasValidation: boolean): void {
  if (!(Number.isInteger(patience) && patience > 0)) {
    throw invalidArgument('train.earlyStopping.patience', 'a positive integer', patience);
  }
  if (!(minimumGain >= 0 && minimumGain < 1)) {
    throw invalidArgument('train.earlyStopping.minimumGain', 'a share of the pictures, 0 ≤ minimumGain < 1', minimumGain);
  }
  if (!hasValidation) throw invalidArgument('train.earlyStopping', 'validation data to judge by', undefined, 'Hold some pictures out.');
}

/**
 * Whether the last of these epochs ends training.
 *
 * @param records The epochs of the last phase so far.
 */
export function isStalled(records: readonly EpochRecord[], { patience, minimumGain = 0 }: EarlyStopping): boolean {
  let best: EpochEvaluation | undefined;
  let since = 0;
  for (const record of records) {
    const judged = judgedOf(record);
    if (judged === undefined) return false;
    const isGain = best === undefined || minimumGain === 0 ? isBetter(judged, best) : judged.top1 >= best.top1 + minimumGain;
    since = isGain ? 0 : since + 1;
    if (isGain) best = judged;
  }
  return since >= patience;
}
