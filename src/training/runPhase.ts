import * as tf from '@tensorflow/tfjs';
import { expectedGot, InceptionError } from '../errors.js';
import { evaluate, type Evaluation } from '../evaluation/evaluate.js';
import { freezeTo } from '../networks/freezeTo.js';
import { checkpointSettings } from './checkpointOptions.js';
import { eagerStep } from './eagerStep.js';
import { isStalled } from './earlyStopping.js';
import { EpochTally } from './epochTally.js';
import { layerRates } from './layerRates.js';
import type { PhaseSettings } from './phases.js';
import { divergedInValidation, momentOf, runStep, type Moment } from './runStep.js';
import { hasProgress, isCheckpointDue, isCheckpointEpoch, saveTraining } from './saveTraining.js';
import type { TrainingEvent } from './trainingEvents.js';
import type { EpochEvaluation, EpochRecord, StepProgress } from './trainingReport.js';
import { keepWeights, takeWeights, type TrainingRun } from './trainingRun.js';
import { phaseAt, phaseIndexAt } from './trainingSettings.js';
import type { TrainingStep } from './trainingStep.js';
import type { TensorSet } from './checkpoint.js';

/** The layers that a phase leaves as they are; call the result to have them as they were. */
export function freezePhase({ model }: TrainingRun, { freezeTo: stage }: PhaseSettings): () => void {
  return stage === undefined ? () => undefined : freezeTo(model, stage);
}

/**
 * Trains one phase, from where the run stands to its end. However it is left, the layers' flags are as they were, and where the weights
 * stand between two steps, a checkpoint holds them.
 */
export async function* runPhase(run: TrainingRun, phase: PhaseSettings): AsyncGenerator<TrainingEvent, void, void> {
  const unfreeze = freezePhase(run, phase);
  let step: TrainingStep | undefined;
  let isOver = false;
  try {
    step = makeStep(run, phase);
    run.step = step;
    while (run.epoch < phase.from + phase.epochs && !hasStalled(run, phase)) yield* trainEpoch(run, step);
    isOver = true;
  } finally {
    // The failure, or the caller's wish to leave, is what counts: a checkpoint that cannot be written does not hide it.
    if (!isOver && step && run.isAtRest && hasProgress(run)) await saveTraining(run).catch(() => undefined);
    delete run.step;
    step?.dispose();
    unfreeze();
  }
}

function makeStep(run: TrainingRun, { optimizer }: PhaseSettings): TrainingStep {
  const { model, settings, data, optimizerBefore } = run;
  const { labelSmoothing, weightDecay, gradientClip, averaging, layerDecay, stageRates } = settings;
  const classWeights = settings.classWeights && data.train.classes.map((name) => settings.classWeights?.[name] ?? 1);
  const rates = layerRates(model, { layerDecay, stageRates });
  const step = eagerStep(model, { optimizer, labelSmoothing, weightDecay, gradientClip, averaging, classWeights, rates });
  if (optimizerBefore === undefined) return step;
  try {
    // At the beginning of a phase there is no state yet.
    if (run.phaseSteps > 0) step.setState(optimizerBefore);
    return step;
  } catch (error) {
    step.dispose();
    throw error;
  } finally {
    tf.dispose(optimizerBefore);
    delete run.optimizerBefore;
  }
}

/** Whether early stopping has ended training; it judges the epochs of the last phase alone. */
export function hasStalled({ settings, records }: TrainingRun, phase: PhaseSettings): boolean {
  const { earlyStopping } = settings;
  if (earlyStopping === undefined || phase.from !== phaseAt(settings, settings.epochs).from) return false;
  return isStalled(
    records.filter(({ epoch }) => epoch > phase.from),
    earlyStopping,
  );
}

async function* trainEpoch(run: TrainingRun, step: TrainingStep): AsyncGenerator<TrainingEvent, void, void> {
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
  const { validation, averaged, averages } = await validateBoth(run, step).catch(async (error: unknown) => {
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

/** An evaluation without what would make the record of many epochs large. */
export function summaryOf({ confusion: _confusion, perClass: _perClass, classes: _classes, ...summary }: Evaluation): EpochEvaluation {
  return summary;
}

interface BothEvaluations {
  readonly validation?: Evaluation;
  readonly averaged?: Evaluation;
  /** The averaged weights. */
  readonly averages?: TensorSet;
}

async function validateBoth(run: TrainingRun, step: TrainingStep): Promise<BothEvaluations> {
  const startedAt = performance.now();
  const validation = await validate(run);
  if (validation === undefined && step.swapAverages === undefined) return {};
  run.validationMs = performance.now() - startedAt;
  if (step.swapAverages === undefined) return { validation };
  run.isAtRest = false;
  step.swapAverages();
  try {
    const averaged = await validate(run);
    return { validation, averaged, averages: takeWeights(run.model) };
  } finally {
    step.swapAverages();
    run.isAtRest = true;
    run.validationMs = performance.now() - startedAt;
  }
}

/** The model on the held-out pictures. */
export async function validate({ model, data, options }: TrainingRun): Promise<Evaluation | undefined> {
  return data.validation && evaluate(model, data.validation, { signal: options.signal });
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
  const message = `train: ended by the caller in epoch ${epoch + 1} of ${settings.epochs}, after ${steps} steps. ${rest}`;
  throw new InceptionError('ABORTED', message, { cause: options.signal.reason });
}
