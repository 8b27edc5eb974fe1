import type { Evaluation } from '../evaluation/evaluate.js';
import type { EpochRecord } from './trainingReport.js';

/** What an epoch is judged by: the averaged weights' evaluation, where weights are averaged. */
export function judgedOf({ averaged, validation }: EpochRecord): Evaluation | undefined {
  return averaged ?? validation;
}

/** Whether an evaluation is better than another: a higher top-1, of equals the lower loss. */
export function isBetter(candidate: Evaluation, best: Evaluation | undefined): boolean {
  if (best === undefined) return true;
  return candidate.top1 > best.top1 || (candidate.top1 === best.top1 && candidate.loss < best.loss);
}
