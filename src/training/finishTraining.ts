import * as tf from '@tensorflow/tfjs';
import { isBetter } from './bestEpoch.js';
import { reestimateBatchNormalization } from './reestimateBatchNormalization.js';
import { freezePhase, validate } from './runPhase.js';
import { elapsedMsOf, saveTraining } from './saveTraining.js';
import { bestRecord, putWeights, takeWeights, type TrainingRun } from './trainingRun.js';
import type { TrainingReport } from './trainingReport.js';
import { phaseAt } from './trainingSettings.js';

/** Gives the model the weights that training ends with, and says how it went. */
export async function finishTraining(run: TrainingRun): Promise<TrainingReport> {
  const { model, kept, records, settings, steps, resumedAt } = run;
  if (kept) putWeights(model, kept.weights);
  const reestimation = settings.reestimateBatchNormalization && (await reestimate(run, settings.reestimateBatchNormalization));
  const report: TrainingReport = {
    epochs: records,
    best: bestRecord(records),
    restoredBest: kept !== undefined && kept.epoch !== records[records.length - 1].epoch,
    stoppedEarly: records.length < settings.epochs,
    ...(reestimation && { reestimation }),
    settings,
    resumedAt,
    steps,
    elapsedMs: elapsedMsOf(run),
  };
  run.epoch = settings.epochs;
  await saveTraining(run, report);
  return report;
}

/** Batch normalization's statistics anew, kept where the held-out pictures do not fare worse by them, or where there are none. */
async function reestimate(run: TrainingRun, { batches }: { readonly batches: number }): Promise<TrainingReport['reestimation']> {
  const { model, data, options, settings } = run;
  const unfreeze = freezePhase(run, phaseAt(settings, settings.epochs));
  const weights = takeWeights(model);
  try {
    const before = await validate(run);
    await reestimateBatchNormalization(model, data.train, { batches, signal: options.signal });
    const after = await validate(run);
    const kept = before === undefined || after === undefined || !isBetter(before, after);
    if (!kept) putWeights(model, weights);
    return { ...(before && { before }), ...(after && { after }), kept };
  } finally {
    tf.dispose(weights);
    unfreeze();
  }
}
