import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { expectedGot, invalidArgument } from '../errors.js';
import { assertDatasetFits } from '../evaluation/assertDatasetFits.js';
import { holdForwardPass, type ForwardPassHold } from '../evaluation/sharedForwardPass.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { assertTrainingKernels } from './assertTrainingKernels.js';
import { assertEngine, assertGraphs } from './engine.js';
import { finishTraining } from './finishTraining.js';
import { historyFiles } from './historyFiles.js';
import { checkpointToResume, progressOf, restoreWeights } from './resumeTraining.js';
import { hasStalled, runPhase } from './runPhase.js';
import { tensorBoardFiles } from './tensorBoardFiles.js';
import type { TrainingEvent } from './trainingEvents.js';
import type { TrainingData, TrainingOptions } from './trainingOptions.js';
import type { TrainingRecorder } from './trainingRecorder.js';
import { NO_GRAPHS, type TrainingReport } from './trainingReport.js';
import { disposeKept, type TrainingRun } from './trainingRun.js';
import { phaseAt, trainingSettings, type TrainingSettings } from './trainingSettings.js';

/**
 * Trains an Inception network on pictures.
 *
 * Each step minimizes the heads' weighted cross-entropies. After each epoch the validation pictures are measured, and at the end the
 * model has the weights of its best epoch. `model.labels` becomes the dataset's classes. Between steps the event loop runs, so that
 * timers, signals and progress bars live. With the same initial weights, data and seed, training repeats itself bit for bit on wasm
 * and cpu; with a `checkpoint`, also when it was killed and resumed.
 *
 * @param model Its input size and number of classes must be the data's. Layers with `trainable = false` stay as they are.
 * @returns One record per epoch, the best of them, and the settings used.
 * @throws InceptionError `INVALID_ARGUMENT` before anything starts, if an option is not usable or data and model do not fit together;
 * `MISSING_KERNEL` if the backend cannot train this model; `BACKEND_UNAVAILABLE` if it has no graphs and they are asked for; `CHECKPOINT_MISMATCH` if the checkpoint's training is another, or unfinished and
 * nothing was said of it; `DIVERGED` if the loss is not finite or beyond all bounds; `ABORTED` once `signal` says so.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §6.
 *
 * @example
 * ```ts
 * const { train: pictures, validation, classes } = await imageFolder('photos', { size: 64, validation: 0.2 });
 * const model = googLeNet({ classes: classes.length, inputShape: [64, 64, 3], stem: 'stride2', widthMultiplier: 0.25 });
 * const report = await train(model, { train: pictures, validation }, { epochs: 10, checkpoint: 'photos.safetensors', resume: true });
 * console.log(report.best.epoch, report.best.validation?.top1);
 * ```
 */
export async function train(model: InceptionModel, data: TrainingData, options: TrainingOptions): Promise<TrainingReport> {
  const events = trainingEvents(model, data, options);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

/**
 * {@link train}, step by step: each step, epoch and checkpoint as it happens. Nothing is computed while the caller holds an event. Whoever
 * leaves the loop ends the training: the model keeps the weights so far, and the checkpoint, if there is one, has everything to go on.
 *
 * @returns The report, as the generator's value once it is done.
 * @throws InceptionError as {@link train}.
 * @example
 * ```ts
 * for await (const event of trainingEvents(model, { train: pictures }, { epochs: 3 })) {
 *   if (event.kind === 'step' && event.progress.loss < 0.1) break;
 * }
 * ```
 */
export async function* trainingEvents(
  model: InceptionModel,
  data: TrainingData,
  options: TrainingOptions,
): AsyncGenerator<TrainingEvent, TrainingReport, void> {
  assertTrainable(model, data);
  const settings = trainingSettings(model, data, options);
  assertEngine('train.engine', options.engine);
  await ensureBackend();
  assertTrainingKernels(model);
  assertGraphs('train.engine', options.engine);
  const checkpoint = await checkpointToResume(model, data, settings, options);
  if (checkpoint?.state.report) {
    restoreWeights(model, checkpoint, 'kept');
    model.labels = [...checkpoint.state.labels];
    return checkpoint.state.report;
  }
  if (checkpoint) restoreWeights(model, checkpoint, 'weights');
  model.labels = [...data.train.classes];
  const recorders = await openRecorders(options, settings, checkpoint?.state.steps ?? 0);
  const run = { ...newRun(model, data, { options, settings, recorders }), ...(checkpoint && progressOf(checkpoint, data)) };
  let forwardPass: ForwardPassHold | undefined;
  try {
    // Every epoch's validation runs the graphs that the first one's has made.
    forwardPass = holdForwardPass(model);
    if (checkpoint)
      await options.onResume?.({ epoch: Math.min(run.epoch + 1, settings.epochs), epochs: settings.epochs, steps: run.steps });
    while (run.epoch < settings.epochs) {
      const phase = phaseAt(settings, run.epoch);
      if (hasStalled(run, phase)) break;
      yield* runPhase(run, phase);
    }
    return await finishTraining(run);
  } finally {
    forwardPass?.release();
    disposeKept(run);
    tf.dispose(run.optimizerBefore ?? {});
    for (const recorder of recorders) await recorder.close();
  }
}

async function openRecorders(
  { history, tensorBoard }: TrainingOptions,
  settings: TrainingSettings,
  stepsDone: number,
): Promise<TrainingRecorder[]> {
  const recorders: TrainingRecorder[] = [];
  if (history !== undefined) recorders.push(await historyFiles(history, settings));
  if (tensorBoard !== undefined) recorders.push(await tensorBoardFiles(tensorBoard, stepsDone));
  return recorders;
}

function newRun(model: InceptionModel, data: TrainingData, asked: Pick<TrainingRun, 'options' | 'settings' | 'recorders'>): TrainingRun {
  const startedAt = performance.now();
  return {
    ...{ model, data, startedAt },
    ...asked,
    elapsedBeforeMs: 0,
    resumedAt: [],
    epoch: 0,
    steps: 0,
    phaseSteps: 0,
    engine: NO_GRAPHS,
    records: [],
    isAtRest: true,
    validationMs: 0,
    savedAt: startedAt,
    savedSteps: 0,
  };
}

function assertTrainable(model: InceptionModel, data: TrainingData): void {
  if (!(model instanceof InceptionModel)) {
    throw invalidArgument('train.model', 'an InceptionModel, from googLeNet() or inceptionNet(spec)', model, 'Use model.fit for others.');
  }
  if (typeof data !== 'object' || data === null) throw invalidArgument('train.data', 'an object with a train dataset', data);
  const { train: pictures, validation } = data;
  assertDatasetFits('train.train', model, pictures);
  if (pictures.count === 0) throw expectedGot('EMPTY_DATASET', 'train.train', 'at least one picture', 0);
  if (validation === undefined) return;
  assertDatasetFits('train.validation', model, validation);
  if (validation.classes.join('\n') !== pictures.classes.join('\n')) {
    throw invalidArgument('train.validation.classes', `the training data's ${pictures.classes.join(', ')}`, validation.classes);
  }
}
