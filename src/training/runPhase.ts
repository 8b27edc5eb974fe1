import * as tf from '@tensorflow/tfjs';
import { freezeTo } from '../networks/freezeTo.js';
import { isStalled } from './earlyStopping.js';
import { engineOf, stepByEngine } from './engine.js';
import { layerRates } from './layerRates.js';
import type { PhaseSettings } from './phases.js';
import { hasProgress, saveTraining } from './saveTraining.js';
import type { TrainingEvent } from './trainingEvents.js';
import { trainEpoch } from './trainEpoch.js';
import type { TrainingRun } from './trainingRun.js';
import { phaseAt } from './trainingSettings.js';
import type { TrainingStep } from './trainingStep.js';

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
  const stepSettings = { optimizer, labelSmoothing, weightDecay, gradientClip, averaging, classWeights, rates };
  const step = stepByEngine(model, stepSettings, engineOf(run));
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
