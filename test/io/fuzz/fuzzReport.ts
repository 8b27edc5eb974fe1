import type { InceptionErrorCode } from '../../../src/errors.js';
import type { MutationKind } from './mutations.js';

/** What came of the mutated files of one format. */
export interface FuzzReport {
  readonly files: number;
  readonly loaded: number;
  /** Of those that loaded, how many were also run. */
  readonly ran: number;
  readonly codes: Partial<Record<InceptionErrorCode, number>>;
  readonly kinds: Partial<Record<MutationKind, number>>;
  /** How many different complaints there were, apart from names and numbers in them. */
  readonly complaints: number;
  /** What must not be: foreign exceptions, changed models, wrong shapes, lost tensors, each with the number of the file. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
  readonly peakBytes: number;
  /** What the process left where it has no business: beside its files, and in the folder for temporary ones. */
  readonly strays: readonly string[];
}
