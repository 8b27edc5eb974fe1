import { CalibrationTally } from '../../src/evaluation/calibration.js';
import type { Evaluation } from '../../src/evaluation/evaluate.js';
import { perClass } from '../../src/evaluation/metrics.js';
import type { TrainingReport } from '../../src/training/trainingReport.js';

/** An evaluation that follows from a confusion matrix. */
export function evaluationOf(confusion: readonly (readonly number[])[], classes: readonly string[], loss = 0.6125): Evaluation {
  const counts = confusion.map((row) => row.reduce((sum, value) => sum + value, 0));
  const count = counts.reduce((sum, value) => sum + value, 0);
  const top1 = confusion.reduce((sum, row, index) => sum + row[index], 0) / count;
  const main = { loss, top1, top5: 1 };
  const calibration = new CalibrationTally();
  // Every answer as sure as 0.8.
  confusion.forEach((row, label) =>
    row.forEach((cell, answer) => {
      for (let picture = 0; picture < cell; picture++) calibration.add(0.8, answer === label);
    }),
  );
  return {
    ...main,
    heads: { main },
    confusion,
    perClass: perClass(confusion, classes),
    calibration: calibration.result(),
    classes,
    count,
    majorityShare: Math.max(...counts) / count,
  };
}

/** A training of as many epochs as there are losses. */
export function trainingOf(losses: readonly number[], validation?: Evaluation): TrainingReport {
  const epochs = losses.map((loss, index) => ({
    epoch: index + 1,
    loss: loss + 1,
    headLosses: { main: loss },
    top1: index / (index + 1),
    validation,
    learningRate: 0.05,
    elapsedMs: 61_000,
    imagesPerSecond: 231.44,
  }));
  return {
    epochs,
    best: epochs[epochs.length - 1],
    restoredBest: validation !== undefined,
    stoppedEarly: false,
    resumedAt: [],
    engine: { name: 'graph', compileMs: 400 },
    steps: 1234 * losses.length,
    elapsedMs: 125_000,
    settings: {
      epochs: losses.length,
      optimizer: { kind: 'sgd', momentum: 0.9 },
      learningRate: 0.05,
      schedule: { kind: 'step', factor: 0.96, everyEpochs: 8 },
      headWeights: { main: 1, auxiliary_4a: 0.3 },
      labelSmoothing: 0.1,
      weightDecay: 4e-5,
      seed: 7,
      restoreBest: true,
      batch: 32,
    },
  };
}
