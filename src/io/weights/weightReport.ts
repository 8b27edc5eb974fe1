import type { NetworkName } from '../../spec/networkSpec.js';
import type { NameSource } from '../names/nameTable.js';

/** What `loadWeights` did. */
export interface WeightReport {
  /** Whose names the file follows; `'tfjs-inception'`: those of the model itself. */
  readonly source: NameSource | 'tfjs-inception';
  /** Of another source: which of its networks the file is of. */
  readonly network?: NetworkName;
  /** The file's tensors whose values the model now has; sorted. */
  readonly used: readonly string[];
  /** The file's other tensors: of heads that the model lacks or has for other classes, of layers in `except`; sorted. Torch's counters of batches are not listed. */
  readonly unused: readonly string[];
  /** The model's weights that stayed as they were: heads that the file lacks or has for other classes, layers in `except`; sorted. */
  readonly missing: readonly string[];
  /** Of `missing` the classifiers that the file has for another number of classes, with both shapes; sorted. */
  readonly reshaped: readonly string[];
  /** How many numbers the model was given. */
  readonly parameters: number;
  /** What was made up, changed or left out, and what to mind, in sentences. */
  readonly notes: readonly string[];
}
