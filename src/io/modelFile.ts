import type { ModelRecord } from './modelRecord.js';
import type { StoredTensor } from './storedTensor.js';

/** An open file of weights: everything but the values has been read and checked. Its owner closes it. */
export interface WeightFile {
  /** Its path, for messages. */
  readonly file: string;
  /** By the file's own names, in the file's own order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What this package saved with it, where it was this package. */
  readonly record?: ModelRecord;
  /** Lets go of the file and of whatever was unpacked from it. Calling it again does nothing. */
  close(): Promise<void>;
}

/** An open file of a whole model. */
export interface ModelFile extends WeightFile {
  /** The architecture as tfjs' deserializer takes it: `{ class_name, config }`. Its layers are those that `tensors` are named for. */
  readonly topology: Readonly<Record<string, unknown>>;
  /** By the names that tfjs gives the layers' weights: `<layer>/kernel`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}
