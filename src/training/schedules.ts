import { invalidArgument } from '../errors.js';

/**
 * How the learning rate moves over the epochs, as data.
 *
 * - `'constant'`: it stays.
 * - `'step'`: multiplied by `factor` each time another `everyEpochs` epochs are complete. GoogLeNet: −4 % every 8 epochs, `factor: 0.96`
 *   (arXiv:1409.4842, §6); Inception v3 and v4: `factor: 0.94`, `everyEpochs: 2` (arXiv:1512.00567, §8).
 * - `'cosine'`: falls along half a cosine to `minimum`, a share of the learning rate (default 0), at the end of the last epoch
 *   (arXiv:1608.03983, equation 5, without restarts).
 *
 * Each rises in a straight line over the first `warmupEpochs` (default 0) from nothing to the learning rate.
 */
export type Schedule = (
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly factor: number; readonly everyEpochs: number }
  | { readonly kind: 'cosine'; readonly minimum?: number }
) & { readonly warmupEpochs?: number };

/** GoogLeNet's own: −4 % every 8 epochs. */
export const GOOGLENET_SCHEDULE: Schedule = { kind: 'step', factor: 0.96, everyEpochs: 8 };

/** Inception v3's and v4's: ×0.94 every 2 epochs. */
export const INCEPTION_V3_SCHEDULE: Schedule = { kind: 'step', factor: 0.94, everyEpochs: 2 };

/**
 * The learning rate at a moment of training.
 *
 * @param epoch Epochs done, with the fraction of the running one: 2.5 is the middle of the third.
 * @param settings The learning rate that the schedule starts from, and the number of epochs in all.
 *
 * @example
 * ```ts
 * learningRateAt({ kind: 'step', factor: 0.96, everyEpochs: 8 }, 17, { learningRate: 0.01, epochs: 100 }); // 0.009216
 * ```
 */
export function learningRateAt(
  schedule: Schedule,
  epoch: number,
  { learningRate, epochs }: { readonly learningRate: number; readonly epochs: number },
): number {
  const { warmupEpochs = 0 } = schedule;
  if (epoch < warmupEpochs) return (learningRate * epoch) / warmupEpochs;
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * schedule.factor ** Math.floor(epoch / schedule.everyEpochs);
    case 'cosine': {
      const { minimum = 0 } = schedule;
      const done = Math.min(1, (epoch - warmupEpochs) / Math.max(epochs - warmupEpochs, Number.MIN_VALUE));
      return learningRate * (minimum + (1 - minimum) * 0.5 * (1 + Math.cos(Math.PI * done)));
    }
  }
}

/**
 * @throws InceptionError `INVALID_ARGUMENT` if a schedule's numbers make no sense.
 */
export function assertSchedule(where: string, schedule: Schedule): void {
  const { warmupEpochs = 0 } = schedule;
  if (!(warmupEpochs >= 0)) throw invalidArgument(`${where}.warmupEpochs`, 'a number of epochs, 0 or more', warmupEpochs);
  switch (schedule.kind) {
    case 'constant':
      return;
    case 'step':
      if (!(schedule.factor > 0)) throw invalidArgument(`${where}.factor`, 'a number above 0', schedule.factor);
      if (!(schedule.everyEpochs > 0)) throw invalidArgument(`${where}.everyEpochs`, 'a number of epochs above 0', schedule.everyEpochs);
      return;
    case 'cosine': {
      const { minimum = 0 } = schedule;
      if (!(minimum >= 0 && minimum <= 1)) throw invalidArgument(`${where}.minimum`, 'a share of the learning rate, 0 to 1', minimum);
      return;
    }
    default:
      throw invalidArgument(where, "a schedule of kind 'constant', 'step' or 'cosine'", schedule);
  }
}
