import * as tf from '@tensorflow/tfjs';
import type { ModelRecord } from './modelRecord.js';
import { weightsByName } from './weights/namedWeights.js';

/** A model at one moment. */
export interface ModelSnapshot {
  /** As `model.toJSON` gives it. */
  readonly topology: unknown;
  readonly userDefinedMetadata: Readonly<Record<string, unknown>> | undefined;
  /** What this package saves beside topology and weights. */
  readonly record: ModelRecord;
  /** Values under the names they are saved by. */
  readonly weights: readonly { readonly name: string; readonly tensor: tf.Tensor }[];
}

/**
 * Holds on to a model's state, without copying a number: later training gives the model other values and leaves these. The caller disposes
 * of the weights.
 */
export function takeSnapshot(where: string, model: tf.LayersModel, record: ModelRecord): ModelSnapshot {
  return {
    topology: model.toJSON(undefined, false),
    userDefinedMetadata: model.getUserDefinedMetadata(),
    record,
    weights: [...weightsByName(where, model)].map(([name, weight]) => ({ name, tensor: tf.clone(weight.read()) })),
  };
}
