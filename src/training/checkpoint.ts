import * as tf from '@tensorflow/tfjs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { expectedGot, InceptionError } from '../errors.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { flushFolder, writeFileAtomically } from '../io/atomicFile.js';
import { makeFolder } from '../io/makeFolder.js';
import { sha256 } from '../io/tfjs/modelMetadata.js';
import { readRegularFile, reasonOf } from '../io/regularFile.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '../io/safetensors/safetensors.js';
import { typedView } from '../io/typedView.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import type { DataRecord } from './dataRecord.js';
import type { TallyState } from './epochTally.js';
import { NO_GRAPHS, type EngineRecord, type EpochRecord, type TrainingReport } from './trainingReport.js';
import type { TrainingSettings } from './trainingSettings.js';

/** Where in the file's metadata the state stands, and the checksum of everything. */
const STATE_KEY = 'tfjs-inception';
const CHECKSUM_KEY = 'sha256';

/** The layout of {@link TrainingState}; a reader refuses another. */
const VERSION = 1;

/** Tensors by name, of which a checkpoint has several sets. */
export type TensorSet = Record<string, tf.Tensor>;

/**
 * What a checkpoint's tensors are: the model's weights as training left them; the optimizer's state with the averages; the weights that
 * training would end with now, and the same without averaging.
 */
export type TensorSetName = 'weights' | 'optimizer' | 'kept' | 'unaveraged';

/** Where a training stands, beside its tensors. Plain JSON. */
export interface TrainingState {
  readonly version: typeof VERSION;
  readonly spec: InceptionModel['spec'];
  readonly labels: readonly string[];
  readonly settings: TrainingSettings;
  readonly data: { readonly train: DataRecord; readonly validation?: DataRecord };
  readonly notes?: Readonly<Record<string, unknown>>;
  /** The epoch under way, from 0; the number of epochs once all are done. */
  readonly epoch: number;
  /** Of the epoch under way. */
  readonly tally?: TallyState;
  /** Steps done since training began, and since its phase did. */
  readonly steps: number;
  readonly phaseSteps: number;
  readonly records: readonly EpochRecord[];
  /** The epoch (from 1) whose weights are kept, and how they do. */
  readonly kept?: { readonly epoch: number; readonly evaluation?: Evaluation };
  readonly resumedAt: readonly number[];
  /** How the steps so far ran; absent from checkpoints of a time when all ran operation by operation. */
  readonly engine?: EngineRecord;
  readonly elapsedMs: number;
  /** Once training is complete; `kept` is then the model. */
  readonly report?: TrainingReport;
}

/** A checkpoint as it was read. */
export interface Checkpoint {
  readonly path: string;
  readonly state: TrainingState;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
}

// The checksum vouches for the rest: what is asked here is whether this is a training's state at all, of a layout that is known.
const stateSchema = z.looseObject({
  version: z.literal(VERSION),
  spec: z.looseObject({ name: z.string() }),
  labels: z.array(z.string()),
  settings: z.looseObject({ epochs: z.int().positive(), learningRate: z.number() }),
  data: z.looseObject({ train: z.looseObject({ count: z.int().positive() }) }),
  epoch: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  phaseSteps: z.int().nonnegative(),
  records: z.array(z.looseObject({ epoch: z.int().positive() })),
});

const ADVICE = 'Remove it to start anew.';

/**
 * Writes a checkpoint, whole or not at all. The tensors stay the caller's.
 *
 * @throws InceptionError `WRITE_FAILED`; the checkpoint that stood there still stands.
 */
export async function writeCheckpoint(path: string, state: TrainingState, sets: Partial<Record<TensorSetName, TensorSet>>): Promise<void> {
  const named = Object.entries(sets).flatMap(([set, tensors]) =>
    Object.entries(tensors).map(([name, tensor]) => [`${set}/${name}`, tensor] as const),
  );
  const tensors = await Promise.all(
    named.map(async ([name, tensor]): Promise<SafetensorsTensor> => {
      const values = await tensor.data<'float32' | 'int32'>();
      const dtype = tensor.dtype === 'int32' ? 'I32' : 'F32';
      return { name, dtype, shape: tensor.shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
    }),
  );
  const text = JSON.stringify(state);
  const checksum = checksumOf(text, tensors);
  const folder = dirname(path);
  await makeFolder('train.checkpoint', folder);
  await writeFileAtomically('train.checkpoint', path, encodeSafetensors(tensors, { [STATE_KEY]: text, [CHECKSUM_KEY]: checksum }));
  await flushFolder(folder);
}

function checksumOf(state: string, tensors: Iterable<SafetensorsTensor>): string {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sha256(state, ...sorted.flatMap(({ name, data }) => [name, data]));
}

/**
 * Reads and verifies a checkpoint.
 *
 * @returns Undefined if there is no such file.
 * @throws InceptionError `CORRUPT_WEIGHTS` if it is truncated, altered or something else.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(path, () => undefined);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InceptionError('CORRUPT_WEIGHTS', `${path}: expected a checkpoint, got ${reasonOf(cause)}. ${ADVICE}`, { cause });
  }
  const { tensors, metadata } = decodeSafetensors(path, bytes);
  const text = metadata[STATE_KEY];
  if (text === undefined)
    throw expectedGot('CORRUPT_WEIGHTS', path, 'a training’s checkpoint', 'a safetensors file without its state', ADVICE);
  const checksum = checksumOf(text, tensors.values());
  if (metadata[CHECKSUM_KEY] !== checksum) {
    throw expectedGot(
      'CORRUPT_WEIGHTS',
      path,
      `SHA-256 ${metadata[CHECKSUM_KEY]}`,
      checksum,
      `It was altered since it was saved. ${ADVICE}`,
    );
  }
  const state = stateSchema.safeParse(JSON.parse(text));
  if (state.success) return { path, state: asNow(state.data as unknown as TrainingState), tensors };
  const [{ path: where, message }] = state.error.issues;
  throw expectedGot(
    'CORRUPT_WEIGHTS',
    `${path}: ${where.join('.')}`,
    'the state of a training, as this version writes it',
    message,
    ADVICE,
  );
}

/** A report from before engines were recorded names the one that there was. */
function asNow(state: TrainingState): TrainingState {
  const { report } = state as { readonly report?: Partial<TrainingReport> };
  return report === undefined ? state : { ...state, report: { engine: NO_GRAPHS, ...report } as TrainingReport };
}

/** One of a checkpoint's sets as tensors; empty if it has none. The caller disposes of them. */
export function tensorsOf({ tensors }: Checkpoint, set: TensorSetName): TensorSet {
  const prefix = `${set}/`;
  const own = [...tensors.values()].filter(({ name }) => name.startsWith(prefix));
  return Object.fromEntries(
    own.map(({ name, dtype, shape, data }) => [
      name.slice(prefix.length),
      dtype === 'I32'
        ? tf.tensor(typedView(Int32Array, data), [...shape], 'int32')
        : tf.tensor(typedView(Float32Array, data), [...shape], 'float32'),
    ]),
  );
}
