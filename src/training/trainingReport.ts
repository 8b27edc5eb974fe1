import type { Evaluation } from '../evaluation/evaluate.js';
import type { TrainingSettings } from './trainingSettings.js';

/** How far training is, after a step. */
export interface StepProgress {
  /** From 1 to `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1 to `stepsPerEpoch`. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Steps done since training began. */
  readonly steps: number;
  /** Of this step's batch: the heads' weighted sum, in nats. */
  readonly loss: number;
  /** Of this step's batch, each head's own. */
  readonly headLosses: Readonly<Record<string, number>>;
  /** The length of all gradients as one vector, before clipping. */
  readonly gradientNorm?: number;
  /** Mean over the pictures of this epoch so far. */
  readonly epochLoss: number;
  /** The share of this epoch's pictures so far that the main head got right, 0 to 1. */
  readonly epochTop1: number;
  readonly learningRate: number;
  /** Pictures learned from per second of this epoch so far, decoding included. */
  readonly imagesPerSecond: number;
  /** Until the end of the last epoch, validation included as far as it is known. */
  readonly etaMs: number;
}

/** An evaluation as an epoch keeps it. What grows with the classes is left out: with a thousand of them a matrix is a million numbers. */
export type EpochEvaluation = Omit<Evaluation, 'confusion' | 'perClass' | 'classes'>;

/** One epoch, as it went. Plain JSON. */
export interface EpochRecord {
  /** From 1 to `epochs`. */
  readonly epoch: number;
  /** Mean over the epoch's pictures, in nats, measured while the weights moved: the heads' weighted sum. */
  readonly loss: number;
  /** Each head's own mean loss, main first. */
  readonly headLosses: Readonly<Record<string, number>>;
  /** The share of pictures that the main head got right while it learned, 0 to 1. */
  readonly top1: number;
  /** After the epoch; absent without validation data. */
  readonly validation?: EpochEvaluation;
  /** The same with the averaged weights, where weights are averaged; then the best epoch is chosen by it. */
  readonly averaged?: EpochEvaluation;
  /** Mean over the steps of the length of all gradients as one vector, before clipping. */
  readonly gradientNorm?: number;
  /** At the epoch's last step. */
  readonly learningRate: number;
  /** Of the epoch, validation included. */
  readonly elapsedMs: number;
  /** Pictures learned from per second, decoding included, validation not. */
  readonly imagesPerSecond: number;
}

/** How the steps of a training ran. */
export interface EngineRecord {
  /** `'graph'` if any of them was one native graph: from the third of a phase, or after a resumption, they are, but for batches of rare sizes. */
  readonly name: 'graph' | 'eager';
  /** Spent on making graphs of recorded steps, each graph's first run included, in which TensorFlow prepares it. */
  readonly compileMs: number;
  /** Why steps could not be made graphs, though they were wanted. */
  readonly refused?: string;
}

/** Of a training that has made no graph; of all trainings, before there were graphs. */
export const NO_GRAPHS: EngineRecord = { name: 'eager', compileMs: 0 };

/** What `train` did. Plain JSON. */
export interface TrainingReport {
  readonly epochs: readonly EpochRecord[];
  /** The record with the highest validation top-1 (of the averaged weights, if there are any), of equals the one with the lower loss; without validation data the last. */
  readonly best: EpochRecord;
  /** Of the held-out pictures, by the weights that the model now has; absent without validation data. */
  readonly evaluation?: Evaluation;
  /** Whether the model now has the weights of `best` rather than those of the last epoch. */
  readonly restoredBest: boolean;
  readonly settings: TrainingSettings;
  /** Whether validation had not got better for so long that training ended before its last epoch. */
  readonly stoppedEarly: boolean;
  /** The model measured before and after batch normalization's statistics were measured anew, and whether they were kept. */
  readonly reestimation?: { readonly before?: EpochEvaluation; readonly after?: EpochEvaluation; readonly kept: boolean };
  /** The steps at which training went on from a checkpoint. */
  readonly resumedAt: readonly number[];
  readonly engine: EngineRecord;
  /** Steps in all. */
  readonly steps: number;
  /** Without the time between an end and a resumption. */
  readonly elapsedMs: number;
}
