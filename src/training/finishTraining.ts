import * as tf from '@tensorflow/tfjs';
import type { Evaluation } from '../evaluation/evaluate.js';
import { isBetter } from './bestEpoch.js';
import { reestimateBatchNormalization } from './reestimateBatchNormalization.js';
import { freezePhase } from './runPhase.js';
import { elapsedMsOf, saveTraining } from './saveTraining.js';
import { bestRecord, putWeights, takeWeights, type TrainingRun } from './trainingRun.js';
import type { TrainingReport } from './trainingReport.js';
import { phaseAt } from './trainingSettings.js';
import { summaryOf, validate } from './validateEpoch.js';

/** Gives the model the weights that training ends with, and says how it went. */
export async function finishTraining(run: TrainingRun): Promise<TrainingReport> {
  const { model, kept, records, settings, steps, resumedAt } = run;
  if (kept) putWeights(model, kept.weights);
  const before = kept?.evaluation ?? (await validate(run));
  const reestimated = settings.reestimateBatchNormalization && (await reestimate(run, before, settings.reestimateBatchNormalization));
  const evaluation = reestimated?.evaluation ?? before;
  const report: TrainingReport = {
    epochs: records,
    best: bestRecord(records),
    ...(evaluation && { evaluation }),
    restoredBest: kept !== undefined && kept.epoch !== records[records.length - 1].epoch,
    stoppedEarly: records.length < settings.epochs,
    ...(reestimated && { reestimation: reestimated.record }),
    ...{ settings, resumedAt, engine: run.engine, steps },
    elapsedMs: elapsedMsOf(run),
  };
  run.epoch = settings.epochs;
  await saveTraining(run, report);
  return report;
}

/** Batch normalization's statistics anew, kept where the held-out pictures do not fare worse by them, or where there are none. */
async function reestimate(
  run: TrainingRun,
  before: Evaluation | undefined,
  { batches }: { readonly batches: number },
): Promise<{ readonly record: TrainingReport['reestimation']; readonly evaluation?: Evaluation }> {
  const { model, data, options, settings } = run;
  const unfreeze = freezePhase(run, phaseAt(settings, settings.epochs));
  const weights = takeWeights(model);
  try {
    await reestimateBatchNormalization(model, data.train, { batches, signal: options.signal });
    const after = await validate(run);
    const kept = before === undefined || after === undefined || !isBetter(before, after);
    if (!kept) putWeights(model, weights);
    const record = { ...(before && { before: summaryOf(before) }), ...(after && { after: summaryOf(after) }), kept };
    return { record, ...(kept && after && { evaluation: after }) };
  } finally {
    tf.dispose(weights);
    unfreeze();
  }
}
