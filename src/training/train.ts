import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import type { ImageBatch } from '../data/dataset.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { evaluate, type Evaluation } from '../evaluation/evaluate.js';
import { assertDatasetFits, imagesTensor } from '../evaluation/scoreBatches.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { assertTrainingKernels } from './assertTrainingKernels.js';
import { eagerStep } from './eagerStep.js';
import { EpochTally, type StepMeasurement } from './epochTally.js';
import { learningRateAt } from './schedules.js';
import { trainingSettings, type TrainingData, type TrainingOptions, type TrainingSettings } from './trainingOptions.js';
import type { EpochRecord, TrainingReport } from './trainingReport.js';
import type { TrainingStep } from './trainingStep.js';
import { weightsSnapshot, type WeightsSnapshot } from './weightsSnapshot.js';

/** A training under way. */
interface Run {
  readonly model: InceptionModel;
  readonly data: TrainingData;
  readonly options: TrainingOptions;
  readonly settings: TrainingSettings;
  readonly step: TrainingStep;
  readonly startedAt: number;
  /** Steps done since training began. */
  steps: number;
  /** Of the last validation; 0 before the first. */
  validationMs: number;
  records: EpochRecord[];
  best?: { readonly record: EpochRecord; readonly weights?: WeightsSnapshot };
}

/**
 * Trains an Inception network on pictures.
 *
 * Each step minimizes the heads' weighted cross-entropies. After each epoch the validation pictures are measured, and at the end the
 * model has the weights of its best epoch. `model.labels` becomes the dataset's classes. Between steps the event loop runs, so that
 * timers, signals and progress bars live. With the same initial weights, data and seed, training repeats itself bit for bit on wasm
 * and cpu.
 *
 * @param model Its input size and number of classes must be the data's. Layers with `trainable = false` stay as they are.
 * @returns One record per epoch, the best of them, and the settings used.
 * @throws InceptionError `INVALID_ARGUMENT` before anything starts, if an option is not usable or data and model do not fit together;
 * `MISSING_KERNEL` if the backend cannot train this model; `DIVERGED` if the loss is not finite; `ABORTED` once `signal` says so.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §6.
 *
 * @example
 * ```ts
 * const { train: pictures, validation, classes } = await imageFolder('photos', { size: 64, validation: 0.2 });
 * const model = googLeNet({ classes: classes.length, inputShape: [64, 64, 3], stem: 'stride2', widthMultiplier: 0.25 });
 * const report = await train(model, { train: pictures, validation }, { epochs: 10 });
 * console.log(report.best.epoch, report.best.validation?.top1);
 * ```
 */
export async function train(model: InceptionModel, data: TrainingData, options: TrainingOptions): Promise<TrainingReport> {
  assertTrainable(model, data);
  const settings = trainingSettings(model, data, options);
  await ensureBackend();
  assertTrainingKernels(model);
  const step = eagerStep(model, settings);
  const run: Run = { model, data, options, settings, step, startedAt: performance.now(), steps: 0, validationMs: 0, records: [] };
  model.labels = [...data.train.classes];
  try {
    for (let epoch = 0; epoch < settings.epochs; epoch++) await trainEpoch(run, epoch);
    return finish(run);
  } finally {
    run.best?.weights?.dispose();
    step.dispose();
  }
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

async function trainEpoch(run: Run, epoch: number): Promise<void> {
  const { data, settings, options } = run;
  const stepsPerEpoch = data.train.batchesPerEpoch;
  const tally = new EpochTally();
  let learningRate = settings.learningRate;
  for await (const batch of data.train.batches(epoch)) {
    throwIfAborted(run, epoch);
    learningRate = learningRateAt(settings.schedule, epoch + tally.steps / stepsPerEpoch, settings);
    const measured = await runStep(run, batch, learningRate);
    tally.add(measured);
    run.steps++;
    assertFinite(run, epoch, tally.steps, measured.loss, learningRate);
    await reportStep(run, { epoch, learningRate, tally, loss: measured.loss });
    // A step holds the thread; here messages, timers and signals get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  throwIfAborted(run, epoch);
  if (tally.count === 0) throw expectedGot('EMPTY_DATASET', `train.train.batches(${epoch})`, `${stepsPerEpoch} batches`, 0);
  const means = tally.means();
  const validation = await validate(run);
  const record: EpochRecord = { epoch: epoch + 1, ...means, validation, learningRate, elapsedMs: tally.elapsedMs };
  run.records.push(record);
  keepBest(run, record);
  await options.onEpoch?.(record);
}

async function runStep({ step, steps, settings }: Run, batch: ImageBatch, learningRate: number): Promise<StepMeasurement> {
  const inputs = {
    images: imagesTensor(batch),
    labels: tf.tensor1d(batch.labels, 'int32'),
    learningRate: tf.scalar(learningRate),
    step: tf.scalar(steps, 'int32'),
    seed: tf.scalar(settings.seed, 'int32'),
  };
  const measured: tf.Tensor[] = [];
  try {
    const { loss, correct, headLosses } = step.run(inputs, inputs);
    measured.push(loss, correct, ...Object.values(headLosses));
    const [lossValue, correctValue, ...headValues] = (await Promise.all(measured.map((tensor) => tensor.data()))).map(([value]) => value);
    return {
      loss: lossValue,
      correct: correctValue,
      headLosses: Object.fromEntries(Object.keys(headLosses).map((head, index) => [head, headValues[index]])),
      count: batch.labels.length,
    };
  } finally {
    tf.dispose([inputs, measured]);
  }
}

async function reportStep(
  run: Run,
  { epoch, learningRate, tally, loss }: { epoch: number; learningRate: number; tally: EpochTally; loss: number },
): Promise<void> {
  const { settings, options, data } = run;
  if (options.onStep === undefined) return;
  const stepsPerEpoch = data.train.batchesPerEpoch;
  const means = tally.means();
  const stepsLeft = settings.epochs * stepsPerEpoch - run.steps;
  const stepMs = tally.elapsedMs / tally.steps;
  await options.onStep({
    epoch: epoch + 1,
    epochs: settings.epochs,
    step: tally.steps,
    stepsPerEpoch,
    loss,
    epochLoss: means.loss,
    epochTop1: means.top1,
    learningRate,
    imagesPerSecond: means.imagesPerSecond,
    etaMs: stepsLeft * stepMs + (settings.epochs - epoch) * run.validationMs,
  });
}

async function validate(run: Run): Promise<Evaluation | undefined> {
  const { validation } = run.data;
  if (validation === undefined) return undefined;
  const startedAt = performance.now();
  const evaluation = await evaluate(run.model, validation, { signal: run.options.signal });
  run.validationMs = performance.now() - startedAt;
  return evaluation;
}

function isBetter(candidate: Evaluation, best: Evaluation | undefined): boolean {
  if (best === undefined) return true;
  return candidate.top1 > best.top1 || (candidate.top1 === best.top1 && candidate.loss < best.loss);
}

function keepBest(run: Run, record: EpochRecord): void {
  if (record.validation !== undefined && !isBetter(record.validation, run.best?.record.validation)) return;
  run.best?.weights?.dispose();
  const keeps = record.validation !== undefined && run.settings.restoreBest;
  run.best = { record, weights: keeps ? weightsSnapshot(run.model) : undefined };
}

function finish(run: Run): TrainingReport {
  const { best, records, settings, steps, startedAt } = run;
  if (best === undefined) throw new Error('train: no epoch was run');
  const restoredBest = best.weights !== undefined && best.record !== records.at(-1);
  if (restoredBest) best.weights?.restore();
  return { epochs: records, best: best.record, restoredBest, settings, steps, elapsedMs: performance.now() - startedAt };
}

function throwIfAborted({ options, settings }: Run, epoch: number): void {
  if (!options.signal?.aborted) return;
  throw new InceptionError(
    'ABORTED',
    `train: ended by the caller in epoch ${epoch + 1} of ${settings.epochs}. The model keeps the weights so far.`,
    { cause: options.signal.reason },
  );
}

function assertFinite(run: Run, epoch: number, step: number, loss: number, learningRate: number): void {
  if (Number.isFinite(loss)) return;
  const best = run.best?.weights;
  best?.restore();
  const weights = best
    ? `The model has the weights of epoch ${run.best?.record.epoch} again.`
    : "The model's weights are no longer usable.";
  throw expectedGot(
    'DIVERGED',
    `train, epoch ${epoch + 1}, step ${step}`,
    'a finite loss',
    loss,
    `${weights} Lower the learning rate (it was ${learningRate}), begin with a schedule that warms up, or look for damaged pictures.`,
  );
}
