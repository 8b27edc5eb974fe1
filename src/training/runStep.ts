import * as tf from '@tensorflow/tfjs';
import type { ImageBatch } from '../data/dataset.js';
import { InceptionError, show } from '../errors.js';
import { imagesTensor } from '../evaluation/imagesTensor.js';
import { putWeights, type TrainingRun } from './trainingRun.js';
import type { StepMeasurement } from './epochTally.js';
import { checkpointSettings } from './checkpointOptions.js';
import { countText } from './planReasons.js';
import { headWeightsAt } from './headWeights.js';
import { learningRateAt } from './schedules.js';
import { SEED_LIMIT, phaseAt, phaseIndexAt, type TrainingSettings } from './trainingSettings.js';
import type { Divergence, StepResult, TrainingStep } from './trainingStep.js';

/** A loss so many times that of answering at random is not learning any more. */
const EXPLODED = 100;

/** Keeps the random numbers of one phase apart from those of the next: their steps are counted from 0 again. */
const PHASE_SEEDS = 7_919;

/** What a step is given beside its batch. */
export interface Moment {
  readonly learningRate: number;
  readonly headWeights: readonly number[];
}

/** @param progress Epochs done, with the fraction of the running one. */
export function momentOf(settings: TrainingSettings, progress: number): Moment {
  const phase = phaseAt(settings, Math.floor(progress));
  return {
    learningRate: learningRateAt(phase.schedule, progress - phase.from, phase),
    headWeights: headWeightsAt(settings.headWeights, progress / settings.epochs),
  };
}

/**
 * One step on one batch, read back.
 *
 * @throws InceptionError `DIVERGED` naming step and layer; the model then has its best weights so far, or those from before the step.
 */
export async function runStep(run: TrainingRun, step: TrainingStep, batch: ImageBatch, moment: Moment): Promise<StepMeasurement> {
  const { settings, phaseSteps, epoch } = run;
  const { mixed } = batch;
  const limit = lossLimit(run, moment);
  const inputs = {
    images: imagesTensor(batch),
    labels: tf.tensor1d(batch.labels, 'int32'),
    ...(mixed && { mixed: { labels: tf.tensor1d(mixed.labels, 'int32'), shares: tf.tensor1d(mixed.shares, 'float32') } }),
    learningRate: tf.scalar(moment.learningRate),
    headWeights: tf.tensor1d([...moment.headWeights]),
    step: tf.scalar(phaseSteps, 'int32'),
    lossLimit: tf.scalar(limit),
    seed: tf.scalar((settings.seed + PHASE_SEEDS * phaseIndexAt(settings, epoch)) % SEED_LIMIT, 'int32'),
  };
  let result: StepResult | undefined;
  try {
    result = step.run(inputs, inputs);
    const measured = await readBack(result, batch.labels.length);
    if (!(measured.loss <= limit)) throw diverged(run, measured.loss, moment, await step.undo(inputs, inputs));
    return measured;
  } finally {
    tf.dispose([inputs, { ...result }]);
  }
}

async function readBack(result: StepResult, count: number): Promise<StepMeasurement> {
  const { loss, correct, headLosses, gradientNorm } = result;
  const read = async (tensor: tf.Tensor): Promise<number> => (await tensor.data())[0];
  const heads = Object.entries(headLosses).map(async ([head, value]) => [head, await read(value)] as const);
  return {
    loss: await read(loss),
    correct: await read(correct),
    headLosses: Object.fromEntries(await Promise.all(heads)),
    ...(gradientNorm && { gradientNorm: await read(gradientNorm) }),
    count,
  };
}

/** A loss beyond this one, as a float32 holds it, is not learning any more. */
function lossLimit({ data, settings }: TrainingRun, { headWeights }: Moment): number {
  const heads = headWeights.reduce((sum, weight) => sum + weight, 0);
  const heaviest = Math.max(1, ...Object.values(settings.classWeights ?? {}));
  return Math.fround(EXPLODED * heaviest * Math.max(heads, 1) * Math.log(Math.max(2, data.train.classes.length)));
}

function diverged(run: TrainingRun, loss: number, { learningRate }: Moment, { layer, what, largest }: Divergence): InceptionError {
  const { epoch, steps } = run;
  const found =
    largest === undefined
      ? `The first layer whose ${what} are not finite is ${layer}.`
      : `Values first grow large in ${layer}: up to ${largest.toPrecision(2)}.`;
  const advice = adviceAfter(run, learningRate, 'from before that step');
  return new InceptionError(
    'DIVERGED',
    `train, epoch ${epoch + 1}, step ${steps + 1}: expected a loss that falls, got ${show(loss)}. ${found} ${advice}`,
  );
}

/** What an epoch's validation failed with; where the last step has overflowed the weights, the answers to the held-out pictures tell. */
export function divergedInValidation(run: TrainingRun, error: unknown): unknown {
  if (!(error instanceof InceptionError && error.code === 'CORRUPT_WEIGHTS')) return error;
  const { settings, epoch, steps } = run;
  run.isAtRest = false;
  const advice = adviceAfter(run, momentOf(settings, epoch).learningRate, 'that are not finite');
  const message = `train, epoch ${epoch + 1}, step ${steps}: expected finite answers to the held-out pictures, got others. ${advice}`;
  return new InceptionError('DIVERGED', message, { cause: error });
}

/** Gives the model its best weights so far, if there are any, and says so and what to try. */
function adviceAfter(run: TrainingRun, learningRate: number, otherwise: string): string {
  const { model, kept, settings, options, savedSteps } = run;
  if (kept) putWeights(model, kept.weights);
  const weights = kept ? `of epoch ${kept.epoch} again` : otherwise;
  const clip = settings.gradientClip?.norm === undefined ? ', clip the gradients (gradientClip: { norm: 2 }, also in a recipe)' : '';
  const path = savedSteps > 0 ? checkpointSettings(options.checkpoint)?.path : undefined;
  const stands =
    path === undefined
      ? ''
      : ` ${path} holds the training after ${countText(savedSteps, 'step')}, to go on from with such a change (--resume --accept-changes).`;
  return (
    `The model has the weights ${weights}. Lower the learning rate (--learning-rate; it was ${Number(learningRate.toPrecision(3))})${clip}, ` +
    `warm up for longer, or look for damaged pictures.${stands}`
  );
}
