import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot, invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { inceptionNet } from '../networks/inceptionNet.js';
import { readCheckpoint, type Checkpoint, type TensorSetName } from './checkpoint.js';
import { restoreWeights } from './resumeTraining.js';

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /**
   * `'kept'`: those that training would end with now, or ended with; `'last'`: those of the last step, of a training that is unfinished;
   * `'unaveraged'`: the kept epoch's own, where weights are averaged. @default 'kept'
   */
  readonly weights?: 'kept' | 'last' | 'unaveraged';
}

const KNOWN_OPTIONS: Readonly<Record<keyof LoadCheckpointOptions, true>> = { weights: true };

const SETS: Readonly<Record<NonNullable<LoadCheckpointOptions['weights']>, TensorSetName & ('weights' | 'kept' | 'unaveraged')>> = {
  kept: 'kept',
  last: 'weights',
  unaveraged: 'unaveraged',
};

/**
 * The model of a training that is unfinished, or of one that is done, from its checkpoint: to evaluate or to save it while training goes on.
 *
 * @param path The file that `train` writes as its `checkpoint`.
 * @returns A new model with labels. The caller disposes of it.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_WEIGHTS` if it is truncated, altered or something else; `INVALID_ARGUMENT` for weights that it does not hold.
 * @example
 * ```ts
 * const model = await loadCheckpoint('model/checkpoint.safetensors');
 * ```
 */
export async function loadCheckpoint(path: string, options: LoadCheckpointOptions = {}): Promise<InceptionModel> {
  checkOptions<LoadCheckpointOptions>('loadCheckpoint', options, KNOWN_OPTIONS);
  const { weights = 'kept' } = options;
  if (!Object.hasOwn(SETS, weights)) {
    throw invalidArgument('loadCheckpoint.weights', "'kept', 'last' or 'unaveraged'", weights);
  }
  const checkpoint = await readCheckpoint(path);
  if (checkpoint === undefined) throw expectedGot('NOT_FOUND', 'loadCheckpoint', 'a checkpoint', path, 'Check the path.');
  const set = setOf(checkpoint, weights);
  await ensureBackend();
  const model = inceptionNet(checkpoint.state.spec);
  try {
    restoreWeights(model, checkpoint, set);
    model.labels = [...checkpoint.state.labels];
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function setOf({ path, tensors }: Checkpoint, weights: NonNullable<LoadCheckpointOptions['weights']>): 'weights' | 'kept' | 'unaveraged' {
  const has = (set: TensorSetName): boolean => [...tensors.keys()].some((name) => name.startsWith(`${set}/`));
  const set = SETS[weights];
  if (has(set)) return set;
  // Before the first epoch's end, or where there is no choice to make, training would end with its last weights.
  if (weights === 'kept') return 'weights';
  const held = (Object.keys(SETS) as (keyof typeof SETS)[]).filter((name) => has(SETS[name]));
  throw invalidArgument('loadCheckpoint.weights', `weights that ${path} holds (${held.join(', ')})`, weights);
}
