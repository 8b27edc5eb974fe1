import type * as tf from '@tensorflow/tfjs';
import type { BatchNormalization } from './batchNormalization.js';
import type { StatisticsListener } from './normalizeBatch.js';

/** Called once for each pass of a batch through a layer, with the batch's own statistics, `[channels]` each. They are gone when it returns. */
export type LayerStatisticsListener = (layer: BatchNormalization, mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

let listening: LayerStatisticsListener | undefined;

/**
 * Runs training passes in which batch normalization tells its batches' statistics instead of moving its averages.
 *
 * @param body Calls the model with `{ training: true }`. It must be synchronous.
 * @returns What `body` returns.
 */
export function observeBatchStatistics<T>(listener: LayerStatisticsListener, body: () => T): T {
  const outer = listening;
  listening = listener;
  try {
    return body();
  } finally {
    listening = outer;
  }
}

/** Who wants to know a layer's statistics instead of having its averages moved; undefined outside of {@link observeBatchStatistics}. */
export function batchStatisticsListener(layer: BatchNormalization): StatisticsListener | undefined {
  const listener = listening;
  return listener && ((mean, variance) => listener(layer, mean, variance));
}
