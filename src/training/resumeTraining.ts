import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../errors.js';
import { assignWeights, checkWeightsFit, weightsByName } from '../io/weights/namedWeights.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { readCheckpoint, tensorsOf, type Checkpoint } from './checkpoint.js';
import { checkpointSettings } from './checkpointOptions.js';
import { dataRecord } from './dataRecord.js';
import { dataDifferences, valueDifferences } from './resumeDifferences.js';
import type { TrainingRun } from './trainingRun.js';
import type { TrainingData, TrainingOptions } from './trainingOptions.js';
import type { TrainingSettings } from './trainingSettings.js';

/** Differences named in an error; the rest are counted. */
const DIFFERENCES_NAMED = 20;

/**
 * The checkpoint that a training is to go on from.
 *
 * @returns Undefined where there is none, or where the caller begins anew.
 * @throws InceptionError `CHECKPOINT_MISMATCH` if the training in it is unfinished and the caller has not said whether to go on, or if
 *   network, settings or data differ and changes are not accepted.
 */
export async function checkpointToResume(
  model: InceptionModel,
  data: TrainingData,
  settings: TrainingSettings,
  options: TrainingOptions,
): Promise<Checkpoint | undefined> {
  const checkpoint = await wantedCheckpoint(options);
  if (checkpoint) assertSame(checkpoint, { model, data, settings, acceptChanges: options.acceptChanges ?? false });
  return checkpoint;
}

/**
 * The checkpoint that the caller wants to go on from, whatever training it holds.
 *
 * @throws InceptionError `CHECKPOINT_MISMATCH` if it is unfinished and the caller has not said whether to go on.
 */
export async function wantedCheckpoint({
  checkpoint: given,
  resume,
}: Pick<TrainingOptions, 'checkpoint' | 'resume'>): Promise<Checkpoint | undefined> {
  const wanted = checkpointSettings(given);
  if (wanted === undefined || resume === false) return undefined;
  const checkpoint = await readCheckpoint(wanted.path);
  if (checkpoint === undefined || resume) return checkpoint;
  if (checkpoint.state.report) return undefined;
  throw unfinished(checkpoint);
}

/** The error for a training that would be lost. */
function unfinished({ path, state }: Checkpoint): InceptionError {
  return new InceptionError(
    'CHECKPOINT_MISMATCH',
    `${path}: expected no unfinished training, got one in epoch ${state.epoch + 1} of ${state.settings.epochs}. ` +
      'Go on with it (resume: true, --resume), or begin anew over it (resume: false, --no-resume).',
  );
}

interface Wanted {
  readonly model: InceptionModel;
  readonly data: TrainingData;
  readonly settings: TrainingSettings;
  readonly acceptChanges: boolean;
}

function assertSame(checkpoint: Checkpoint, { model, data, settings, acceptChanges }: Wanted): void {
  const { path, state } = checkpoint;
  const spec = valueDifferences('network', state.spec, JSON.parse(JSON.stringify(model.spec)));
  if (spec.length > 0) throw mismatch(path, spec, 'Another network cannot go on from it: train it anew, or build the same.');
  const validation = data.validation && dataRecord(data.validation);
  const differences = [
    ...valueDifferences('settings', state.settings, settings),
    ...dataDifferences('training data', state.data.train, dataRecord(data.train)),
    ...dataDifferences('validation data', state.data.validation, validation),
  ];
  if (differences.length === 0) return;
  if (state.report) {
    throw mismatch(path, differences, 'The training in it is complete and cannot be made longer: begin anew (resume: false, --no-resume).');
  }
  if (!acceptChanges) {
    throw mismatch(path, differences, 'Go on with the changes (acceptChanges: true, --accept-changes), or undo them.');
  }
}

/** The error that lists what is not as it was. */
export function mismatch(path: string, differences: readonly string[], advice: string): InceptionError {
  const named = differences.slice(0, DIFFERENCES_NAMED).map((line) => `\n  ${line}`);
  const rest = differences.length - DIFFERENCES_NAMED;
  return new InceptionError(
    'CHECKPOINT_MISMATCH',
    `${path}: expected the training that it holds, got another:${named.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}\n${advice}`,
  );
}

/** Where a training stands that goes on from a checkpoint. The model and the optimizer's state are still to be set. */
export function progressOf(checkpoint: Checkpoint, data: TrainingData): Partial<TrainingRun> {
  const { state } = checkpoint;
  const kept = tensorsOf(checkpoint, 'kept');
  const unaveraged = tensorsOf(checkpoint, 'unaveraged');
  // The same place in other data, or in other batches, would be another place: then the epoch begins anew.
  const isSamePlace =
    state.settings.batch === data.train.batch && dataDifferences('data', state.data.train, dataRecord(data.train)).length === 0;
  return {
    epoch: state.epoch,
    ...(isSamePlace && state.tally && { tallyBefore: state.tally }),
    steps: state.steps,
    phaseSteps: state.phaseSteps,
    savedSteps: state.steps,
    records: [...state.records],
    resumedAt: [...state.resumedAt, state.steps],
    ...(state.engine && { engine: { name: state.engine.name, compileMs: state.engine.compileMs } }),
    elapsedBeforeMs: state.elapsedMs,
    ...(state.kept && { kept: { ...state.kept, weights: kept, ...(Object.keys(unaveraged).length > 0 && { unaveraged }) } }),
    optimizerBefore: tensorsOf(checkpoint, 'optimizer'),
  };
}

/**
 * Gives a model the weights of a checkpoint, all or none.
 *
 * @throws InceptionError `WEIGHTS_MISMATCH` with every difference, and then the model is as it was.
 */
export function restoreWeights(model: InceptionModel, checkpoint: Checkpoint, set: 'weights' | 'kept' | 'unaveraged'): void {
  const weights = weightsByName('train', model);
  const values = tensorsOf(checkpoint, set);
  try {
    const specs = Object.entries(values).map(([name, { shape, dtype }]) => ({ name, shape, dtype: dtype as 'float32' | 'int32' }));
    checkWeightsFit(checkpoint.path, weights, specs);
    assignWeights(weights, values);
  } finally {
    tf.dispose(values);
  }
}
