import * as tf from '@tensorflow/tfjs';
import type { Evaluation } from '../evaluation/evaluate.js';
import { assignWeights, weightsByName } from '../io/weights/namedWeights.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { isBetter, judgedOf } from './bestEpoch.js';
import type { TensorSet, TrainingState } from './checkpoint.js';
import type { EpochTally, TallyState } from './epochTally.js';
import type { TrainingData, TrainingOptions } from './trainingOptions.js';
import type { EngineRecord, EpochRecord } from './trainingReport.js';
import type { TrainingRecorder } from './trainingRecorder.js';
import type { TrainingSettings } from './trainingSettings.js';
import type { TrainingStep } from './trainingStep.js';

/** The weights that training would end with now, of an epoch (from 1). */
export interface KeptWeights {
  readonly epoch: number;
  readonly evaluation?: Evaluation;
  readonly weights: TensorSet;
  /** The same epoch's, without averaging. */
  readonly unaveraged?: TensorSet;
}

/** A training under way: what was asked for, and how far it is. */
export interface TrainingRun {
  readonly model: InceptionModel;
  readonly data: TrainingData;
  readonly options: TrainingOptions;
  readonly settings: TrainingSettings;
  readonly startedAt: number;
  /** Of the parts before this process began. */
  readonly elapsedBeforeMs: number;
  readonly resumedAt: readonly number[];
  /** The epoch under way, from 0. */
  epoch: number;
  /** Of the epoch under way, before its first step of this process. */
  tallyBefore?: TallyState;
  /** Of the epoch under way, from its first step of this process on. */
  tally?: EpochTally;
  /** Steps done since training began, and since its phase did. */
  steps: number;
  phaseSteps: number;
  records: EpochRecord[];
  kept?: KeptWeights;
  /** How the steps so far ran. */
  engine: EngineRecord;
  /** Of the phase under way. */
  step?: TrainingStep;
  /** Of the optimizer, to be taken over by the next step that is made. */
  optimizerBefore?: TensorSet;
  readonly recorders: readonly TrainingRecorder[];
  /** Whether weights and optimizer stand between two steps, so that they can be saved. */
  isAtRest: boolean;
  /** Of the last validation; 0 before the first. */
  validationMs: number;
  /** Of the data, which stay the same; made for the first checkpoint. */
  dataRecords?: TrainingState['data'];
  savedAt: number;
  /** Done at the last checkpoint; 0 before the first. */
  savedSteps: number;
}

/** All weights of a model by name, uncopied: a training step replaces tensors and never writes into them. The caller disposes of them. */
export function takeWeights(model: tf.LayersModel): TensorSet {
  return Object.fromEntries([...weightsByName('train', model)].map(([name, weight]) => [name, tf.keep(tf.clone(weight.read()))]));
}

/** Gives a model weights that {@link takeWeights} took; they stay the caller's. */
export function putWeights(model: tf.LayersModel, weights: TensorSet): void {
  assignWeights(weightsByName('train', model), weights);
}

/** The record of the best epoch so far; without validation the last. */
export function bestRecord(records: readonly EpochRecord[]): EpochRecord {
  let best = records[0];
  for (const record of records.slice(1)) {
    const judged = judgedOf(record);
    if (judged === undefined || isBetter(judged, judgedOf(best))) best = record;
  }
  return best;
}

/** Remembers the weights of the epoch just recorded, if training would end with them. */
export function keepWeights(run: TrainingRun, averages: TensorSet | undefined, evaluation: Evaluation | undefined): void {
  const { model, records, settings } = run;
  const record = records[records.length - 1];
  const isChosen = settings.restoreBest && judgedOf(record) !== undefined;
  // Without a choice to make, the model itself has the weights to end with, unless they are the averages.
  const isKept = isChosen ? bestRecord(records) === record : averages !== undefined;
  if (!isKept) return tf.dispose(averages ?? {});
  const raw = takeWeights(model);
  disposeKept(run);
  run.kept = { epoch: record.epoch, ...(evaluation && { evaluation }), weights: averages ?? raw, ...(averages && { unaveraged: raw }) };
}

export function disposeKept(run: TrainingRun): void {
  if (run.kept) tf.dispose([run.kept.weights, run.kept.unaveraged ?? {}]);
  delete run.kept;
}
