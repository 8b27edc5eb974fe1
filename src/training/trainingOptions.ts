import type { ImageDataset } from '../data/dataset.js';
import type { CheckpointOptions } from './checkpointOptions.js';
import type { ClassWeights } from './classWeights.js';
import type { EarlyStopping } from './earlyStopping.js';
import type { GradientClip } from './gradientClip.js';
import type { HeadWeights } from './headWeights.js';
import type { OptimizerSettings } from './optimizers/optimizer.js';
import type { TrainingPhase } from './phases.js';
import type { Schedule } from './schedules.js';
import type { EpochRecord, StepProgress } from './trainingReport.js';

/** What to learn from. */
export interface TrainingData {
  readonly train: ImageDataset;
  /** Pictures that are never learned from; measured after each epoch. */
  readonly validation?: ImageDataset;
}

/** How a training step runs. */
export type TrainingEngine = 'auto' | 'graph' | 'eager';

/** How weights learn: what a recipe settles. */
export interface LearningOptions {
  /** A name for its defaults, or settings. @default 'sgd', momentum 0.9 */
  readonly optimizer?: OptimizerSettings['kind'] | OptimizerSettings;
  /** @default 0.05 for sgd, 0.045 for rmsprop (arXiv:1512.00567, §8), 0.001 for adam and adamw */
  readonly learningRate?: number;
  /** Over the epochs of training, or of each phase. @default { kind: 'cosine' } */
  readonly schedule?: Schedule;
  /** One weight for all auxiliary heads, or by head; a pair moves in a straight line from the first epoch to the last. The main head counts 1 unless it is named. @default the spec's, GoogLeNet's 0.3 */
  readonly headWeights?: HeadWeights;
  /** The share of the target spread over all classes, 0 ≤ labelSmoothing < 1; the Inception v3 paper takes 0.1. @default 0 */
  readonly labelSmoothing?: number;
  /** On kernels only. L2: this share of a kernel is added to its gradient; adamw takes it, times the learning rate, off the kernel itself. @default 4e-5, TF-Slim's for all Inception networks; 0.01 for adamw, torch's */
  readonly weightDecay?: number;
  /** First no element of a gradient beyond ±`value`, then no longer vector of all gradients than `norm`. The Inception v3 paper takes norm 2. @default neither */
  readonly gradientClip?: GradientClip;
  /** Each stage learns at this share of the rate of the one after it, the classifier at the full rate; 0 < layerDecay ≤ 1. @default 1 */
  readonly layerDecay?: number;
  /** Multiplies the learning rate of stages (`conv1`, `inception_4a`, …) and heads (`main`, …) by name. @default 1 each */
  readonly stageRates?: Readonly<Record<string, number>>;
  /** How much the pictures of each class count: by name, or `'balanced'`, in inverse proportion to their number. Draw classes equally often instead with `imageFolder`'s `sampling: 'balanced'`. @default 1 each */
  readonly classWeights?: ClassWeights;
  /**
   * Keeps an exponential moving average of all weights, which is evaluated beside them and which the model ends with; its decay is
   * `min(decay, (1 + step) / (10 + step))`. The papers evaluate averaged weights (arXiv:1409.4842, §6; arXiv:1512.00567, §8). @default none
   */
  readonly averaging?: { readonly decay: number };
  /** Ends training when validation has not got better for some epochs. @default never */
  readonly earlyStopping?: EarlyStopping;
  /** The trunk up to and with this stage keeps its weights, moving statistics included; `'trunk'` for all of it. @default none */
  readonly freezeTo?: string;
  /** One after the other, each with a fresh optimizer: for instance the classifier alone, then all at a lower rate. @default one */
  readonly phases?: readonly TrainingPhase[];
  /** Measures batch normalization's statistics anew at the end, with the weights at rest, over that many batches (32 for `true`); kept where validation does not get worse. @default false */
  readonly reestimateBatchNormalization?: boolean | { readonly batches: number };
}

/** Options of `train`. All but `epochs` have a default. */
export interface TrainingOptions extends LearningOptions {
  /** How often every picture is seen; with phases, in all of them together. */
  readonly epochs: number;
  /**
   * `'graph'`: each step is one native graph, recorded from the first two, which run operation by operation as `'eager'` has them all. The
   * losses are the same but for rounding, and training may be resumed with either. Graphs need tfjs-node or tfjs-node-gpu; `'auto'` takes
   * them there, unless the model cannot be recorded. @default 'auto'
   */
  readonly engine?: TrainingEngine;
  /** What dropout is a function of, with the step; 0 ≤ seed < 2^24. The datasets and the initial weights have their own. @default 0 */
  readonly seed?: number;
  /** Whether the model ends with the weights of its best epoch by validation top-1 (of equals the one with the lower loss). @default true */
  readonly restoreBest?: boolean;
  /** A file that always holds all that is needed to go on, or settings. It is written after each epoch, every ten minutes, and when `signal` ends the training. @default none */
  readonly checkpoint?: string | CheckpointOptions;
  /**
   * Goes on where the checkpoint's training stands, to the same bits on wasm and cpu as if it had never ended. Without such a file
   * training starts; a training that is complete is only loaded. `false` starts anew over an unfinished one; left out, that is an error.
   */
  readonly resume?: boolean;
  /** Whether to go on with other settings or data than the checkpoint's. Without it they are an error that lists them. @default false */
  readonly acceptChanges?: boolean;
  /** A folder for `history.json` and `history.csv`, rewritten after each epoch. @default none */
  readonly history?: string;
  /** A folder for TensorBoard's event files. @default none */
  readonly tensorBoard?: string;
  /** JSON that the checkpoint carries and gives back, such as how the network was chosen. */
  readonly notes?: Readonly<Record<string, unknown>>;
  /** Ends training with `ABORTED` after the running step and a checkpoint; the model keeps the weights so far. */
  readonly signal?: AbortSignal;
  /** Called before the first step where training goes on from a checkpoint; epochs count from 1, and `steps` are those done. */
  readonly onResume?: (from: { readonly epoch: number; readonly epochs: number; readonly steps: number }) => void | Promise<void>;
  readonly onStep?: (progress: StepProgress) => void | Promise<void>;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Called once a checkpoint is on the disk. */
  readonly onCheckpoint?: (written: { readonly path: string; readonly steps: number }) => void | Promise<void>;
}

/** Every option there is; the compiler keeps the list whole. */
export const KNOWN_OPTIONS: Readonly<Record<keyof TrainingOptions, true>> = {
  epochs: true,
  engine: true,
  optimizer: true,
  learningRate: true,
  schedule: true,
  headWeights: true,
  labelSmoothing: true,
  weightDecay: true,
  gradientClip: true,
  layerDecay: true,
  stageRates: true,
  classWeights: true,
  averaging: true,
  earlyStopping: true,
  freezeTo: true,
  phases: true,
  reestimateBatchNormalization: true,
  seed: true,
  restoreBest: true,
  checkpoint: true,
  resume: true,
  acceptChanges: true,
  history: true,
  tensorBoard: true,
  notes: true,
  signal: true,
  onResume: true,
  onStep: true,
  onEpoch: true,
  onCheckpoint: true,
};
