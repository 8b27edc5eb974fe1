import type { EpochEvaluation, EpochRecord } from './trainingReport.js';

/** What an epoch is judged by: the averaged weights' evaluation, where weights are averaged. */
export function judgedOf({ averaged, validation }: EpochRecord): EpochEvaluation | undefined {
  return averaged ?? validation;
}

/** Whether an evaluation is better than another: a higher top-1, of equals the lower loss. */
export function isBetter(
  candidate: Pick<EpochEvaluation, 'top1' | 'loss'>,
  best: Pick<EpochEvaluation, 'top1' | 'loss'> | undefined,
): boolean {
  if (best === undefined) return true;
  return candidate.top1 > best.top1 || (candidate.top1 === best.top1 && candidate.loss < best.loss);
}
