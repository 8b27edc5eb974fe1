import type { EpochRecord, StepProgress } from '../../src/training/trainingReport.js';
import { evaluationOf } from '../explain/sampleRun.js';

const CLASSES = ['cat', 'dog'];

/** An epoch of 100 steps in which all that can be measured was, or only what always is. */
export function epochRecord(epoch: number, measured: 'all' | 'least'): EpochRecord {
  const least: EpochRecord = {
    epoch,
    loss: 2 / epoch,
    headLosses: { main: 1.5 / epoch, auxiliary_4a: 0.1 },
    top1: 1 - 1 / (epoch + 1),
    learningRate: 0.05,
    elapsedMs: 60_000.25,
    imagesPerSecond: 1 / 3,
  };
  if (measured === 'least') return least;
  const validation = evaluationOf(
    [
      [3, 1],
      [1, 5],
    ],
    CLASSES,
    0.75,
  );
  const averaged = evaluationOf(
    [
      [4, 0],
      [1, 5],
    ],
    CLASSES,
    0.5,
  );
  return { ...least, validation, averaged, gradientNorm: 1e-7 };
}

/** Step `steps` of epochs of 100 steps. */
export function stepProgress(steps: number, gradientNorm?: number): StepProgress {
  const epoch = Math.ceil(steps / 100);
  return {
    epoch,
    epochs: 3,
    step: steps - (epoch - 1) * 100,
    stepsPerEpoch: 100,
    steps,
    loss: 1 / steps,
    headLosses: { main: 0.9 / steps, auxiliary_4a: 0.1 / steps },
    ...(gradientNorm === undefined ? {} : { gradientNorm }),
    epochLoss: 2 / steps,
    epochTop1: steps / 1000,
    learningRate: 0.05,
    imagesPerSecond: 231.4,
    etaMs: 1000,
  };
}
