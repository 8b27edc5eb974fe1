import type { ImageDataset } from '../data/dataset.js';
import { checkOptions, invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { updateRule, type OptimizerSettings } from './optimizers/optimizer.js';
import { assertSchedule, type Schedule } from './schedules.js';
import type { EpochRecord, StepProgress } from './trainingReport.js';

/** What to learn from. */
export interface TrainingData {
  readonly train: ImageDataset;
  /** Pictures that are never learned from; measured after each epoch. */
  readonly validation?: ImageDataset;
}

/** Options of `train`. All but `epochs` have a default. */
export interface TrainingOptions {
  /** How often every picture is seen. */
  readonly epochs: number;
  /** A name for its defaults, or settings. @default 'sgd', momentum 0.9 */
  readonly optimizer?: OptimizerSettings['kind'] | OptimizerSettings;
  /** @default 0.05 for sgd, 0.045 for rmsprop (arXiv:1512.00567, §8), 0.001 for adam */
  readonly learningRate?: number;
  /** @default { kind: 'cosine' } */
  readonly schedule?: Schedule;
  /** One weight for all auxiliary heads, or by head; the main head counts 1 unless it is named. @default the spec's, GoogLeNet's 0.3 */
  readonly headWeights?: number | Readonly<Record<string, number>>;
  /** The share of the target spread over all classes, 0 ≤ labelSmoothing < 1; the Inception v3 paper takes 0.1. @default 0 */
  readonly labelSmoothing?: number;
  /** L2 on kernels: this share of a kernel is added to its gradient. @default 4e-5, TF-Slim's for all Inception networks */
  readonly weightDecay?: number;
  /** What dropout is a function of, with the step; 0 ≤ seed < 2^24. The datasets and the initial weights have their own. @default 0 */
  readonly seed?: number;
  /** Whether the model ends with the weights of its best epoch by validation top-1 (of equals the one with the lower loss). @default true */
  readonly restoreBest?: boolean;
  /** Ends training with `ABORTED` after the running step; the model keeps the weights so far. */
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: StepProgress) => void | Promise<void>;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
}

/** Everything that decided how a training went, with the defaults filled in. Plain JSON. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly optimizer: OptimizerSettings;
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Of every head by name. */
  readonly headWeights: Readonly<Record<string, number>>;
  readonly labelSmoothing: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly restoreBest: boolean;
  readonly batch: number;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof TrainingOptions, true>> = {
  epochs: true,
  optimizer: true,
  learningRate: true,
  schedule: true,
  headWeights: true,
  labelSmoothing: true,
  weightDecay: true,
  seed: true,
  restoreBest: true,
  signal: true,
  onStep: true,
  onEpoch: true,
};

const DEFAULT_LEARNING_RATES: Readonly<Record<OptimizerSettings['kind'], number>> = { sgd: 0.05, rmsprop: 0.045, adam: 0.001 };

/** Seeds and steps above this are not exact in float32. */
const SEED_LIMIT = 2 ** 24;

/** @throws InceptionError `INVALID_ARGUMENT` */
export function assertSeed(where: string, seed: number): void {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < SEED_LIMIT)) throw invalidArgument(where, 'an integer, 0 ≤ seed < 2^24', seed);
}

function headWeightsOf(model: InceptionModel, given: TrainingOptions['headWeights']): Record<string, number> {
  const heads = Object.keys(model.logits);
  const named = typeof given === 'object' ? given : {};
  for (const [head, weight] of Object.entries(named)) {
    if (!heads.includes(head)) throw invalidArgument('train.headWeights', `heads among ${heads.join(', ')}`, head);
    if (!(weight >= 0 && Number.isFinite(weight))) throw invalidArgument(`train.headWeights.${head}`, 'a number, 0 or more', weight);
  }
  if (typeof given === 'number' && !(given >= 0 && Number.isFinite(given))) {
    throw invalidArgument('train.headWeights', 'a number, 0 or more', given);
  }
  const fromSpec = Object.fromEntries(model.spec.auxiliaryHeads.map(({ name, lossWeight }) => [name, lossWeight]));
  const fallback = (head: string): number => {
    if (head === heads[0]) return 1;
    return typeof given === 'number' ? given : (fromSpec[head] ?? 1);
  };
  return Object.fromEntries(heads.map((head) => [head, named[head] ?? fallback(head)]));
}

function assertRange(name: string, value: number, expected: string, inRange: boolean): void {
  if (!inRange) throw invalidArgument(`train.${name}`, expected, value);
}

/**
 * Fills in the defaults.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for any value that cannot be meant.
 */
export function trainingSettings(model: InceptionModel, data: TrainingData, options: TrainingOptions): TrainingSettings {
  checkOptions<TrainingOptions>('train', options, KNOWN_OPTIONS);
  const { epochs, schedule = { kind: 'cosine' }, labelSmoothing = 0, weightDecay = 4e-5, seed = 0 } = options;
  const { optimizer: given = 'sgd', restoreBest = true } = options;
  const optimizer = typeof given === 'string' ? { kind: given } : given;
  updateRule(optimizer);
  const learningRate = options.learningRate ?? DEFAULT_LEARNING_RATES[optimizer.kind];
  assertRange('epochs', epochs, 'a positive integer', Number.isInteger(epochs) && epochs > 0);
  assertRange('learningRate', learningRate, 'a number above 0', learningRate > 0 && Number.isFinite(learningRate));
  assertRange('labelSmoothing', labelSmoothing, 'a number, 0 ≤ labelSmoothing < 1', labelSmoothing >= 0 && labelSmoothing < 1);
  assertRange('weightDecay', weightDecay, 'a number, 0 or more', weightDecay >= 0 && Number.isFinite(weightDecay));
  assertSeed('train.seed', seed);
  assertSchedule('train.schedule', schedule);
  return {
    epochs,
    optimizer,
    learningRate,
    schedule,
    headWeights: headWeightsOf(model, options.headWeights),
    labelSmoothing,
    weightDecay,
    seed,
    restoreBest,
    batch: data.train.batch,
  };
}
