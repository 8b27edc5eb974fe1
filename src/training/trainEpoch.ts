import { expectedGot, InceptionError } from '../errors.js';
import { checkpointSettings } from './checkpointOptions.js';
import { EpochTally } from './epochTally.js';
import { divergedInValidation, momentOf, runStep, type Moment } from './runStep.js';
import { hasProgress, isCheckpointDue, isCheckpointEpoch, saveTraining } from './saveTraining.js';
import { countText } from './planReasons.js';
import type { TrainingEvent } from './trainingEvents.js';
import type { EpochRecord, StepProgress } from './trainingReport.js';
import { keepWeights, type TrainingRun } from './trainingRun.js';
import { phaseIndexAt } from './trainingSettings.js';
import type { TrainingStep } from './trainingStep.js';
import { summaryOf, validateEpoch } from './validateEpoch.js';

/**
 * Trains one epoch, from where the run stands to its validation and its checkpoint.
 *
 * @throws InceptionError `ABORTED` if the caller ends training, once a checkpoint is written; `DIVERGED`.
 */
export async function* trainEpoch(run: TrainingRun, step: TrainingStep): AsyncGenerator<TrainingEvent, void, void> {
  const { data, options } = run;
  const tally = new EpochTally(run.tallyBefore);
  run.tally = tally;
  run.isAtRest = true;
  await endIfAborted(run);
  for await (const batch of data.train.batches(run.epoch, tally.steps)) {
    const moment = momentOf(run.settings, run.epoch + tally.steps / data.train.batchesPerEpoch);
    run.isAtRest = false;
    const measured = await runStep(run, step, batch, moment);
    tally.add(measured);
    run.steps++;
    run.phaseSteps++;
    run.isAtRest = true;
    const progress = progressOf(run, tally, { ...moment, ...measured });
    for (const recorder of run.recorders) await recorder.onStep?.(progress);
    await options.onStep?.(progress);
    yield { kind: 'step', progress };
    // A step holds the thread; here messages, timers and signals get their turn.
    await new Promise((resolve) => setImmediate(resolve));
    await endIfAborted(run);
    if (isCheckpointDue(run)) yield* checkpointEvent(run);
  }
  if (tally.count === 0)
    throw expectedGot('EMPTY_DATASET', `train.train.batches(${run.epoch})`, `${data.train.batchesPerEpoch} batches`, 0);
  yield* endEpoch(run, step, tally);
}

async function* endEpoch(run: TrainingRun, step: TrainingStep, tally: EpochTally): AsyncGenerator<TrainingEvent, void, void> {
  const { settings, options } = run;
  const means = tally.means();
  const { validation, averaged, averages } = await validateEpoch(run, step).catch(async (error: unknown) => {
    await endIfAborted(run);
    throw divergedInValidation(run, error);
  });
  const { learningRate } = momentOf(settings, run.epoch + (tally.steps - 1) / tally.steps);
  const judged = { ...(validation && { validation: summaryOf(validation) }), ...(averaged && { averaged: summaryOf(averaged) }) };
  const record: EpochRecord = { epoch: run.epoch + 1, ...means, ...judged, learningRate, elapsedMs: tally.elapsedMs };
  run.records.push(record);
  keepWeights(run, averages, averaged ?? validation);
  run.epoch++;
  if (phaseIndexAt(settings, run.epoch) !== phaseIndexAt(settings, run.epoch - 1)) run.phaseSteps = 0;
  delete run.tally;
  delete run.tallyBefore;
  for (const recorder of run.recorders) await recorder.onEpoch(record, run.records);
  await options.onEpoch?.(record);
  yield { kind: 'epoch', record };
  if (isCheckpointEpoch(run, record.epoch)) yield* checkpointEvent(run);
}

async function* checkpointEvent(run: TrainingRun): AsyncGenerator<TrainingEvent, void, void> {
  const written = await saveTraining(run);
  if (written) yield { kind: 'checkpoint', ...written };
}

function progressOf(
  run: TrainingRun,
  tally: EpochTally,
  { loss, headLosses, gradientNorm, learningRate }: Moment & Pick<StepProgress, 'loss' | 'headLosses' | 'gradientNorm'>,
): StepProgress {
  const { settings, data, epoch, validationMs } = run;
  const stepsPerEpoch = data.train.batchesPerEpoch;
  const means = tally.means();
  const stepsLeft = (settings.epochs - epoch) * stepsPerEpoch - tally.steps;
  return {
    epoch: epoch + 1,
    epochs: settings.epochs,
    step: tally.steps,
    stepsPerEpoch,
    steps: run.steps,
    loss,
    headLosses,
    ...(gradientNorm !== undefined && { gradientNorm }),
    epochLoss: means.loss,
    epochTop1: means.top1,
    learningRate,
    imagesPerSecond: means.imagesPerSecond,
    etaMs: (stepsLeft * tally.elapsedMs) / tally.steps + (settings.epochs - epoch) * validationMs,
  };
}

/** @throws InceptionError `ABORTED` if the caller ends training, once a checkpoint is written. */
async function endIfAborted(run: TrainingRun): Promise<void> {
  const { options, settings, epoch, steps } = run;
  if (!options.signal?.aborted) return;
  if (hasProgress(run)) await saveTraining(run);
  run.isAtRest = false;
  const path = steps > 0 ? checkpointSettings(options.checkpoint)?.path : undefined;
  const rest =
    path === undefined ? 'The model keeps the weights so far.' : `${path} holds all that is needed to go on (resume: true, --resume).`;
  const message = `train: ended by the caller in epoch ${epoch + 1} of ${settings.epochs}, after ${countText(steps, 'step')}. ${rest}`;
  throw new InceptionError('ABORTED', message, { cause: options.signal.reason });
}
