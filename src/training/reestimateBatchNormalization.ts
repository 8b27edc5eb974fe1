import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import type { ImageBatch, ImageDataset } from '../data/dataset.js';
import { InceptionError, checkOptions, expectedGot, invalidArgument } from '../errors.js';
import { assertDatasetFits } from '../evaluation/assertDatasetFits.js';
import { imagesTensor } from '../evaluation/imagesTensor.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { observeBatchStatistics, runTrainingStep, type BatchNormalization } from '../networks/trainingStepContext.js';
import { movingBatchNormalizations } from './changingWeights.js';
import { PooledStatistics } from './pooledStatistics.js';

export interface ReestimateOptions {
  /** How many batches to look at, at most. @default all of an epoch */
  readonly batches?: number;
  /** Ends the call with `ABORTED` before the next batch. */
  readonly signal?: AbortSignal;
}

/** What the new statistics are of. */
export interface Reestimation {
  /** How many batch normalizations have new statistics. */
  readonly layers: number;
  /** How many pictures they were measured on; 0 where no layer needed any. */
  readonly pictures: number;
}

const KNOWN_OPTIONS: Readonly<Record<keyof ReestimateOptions, true>> = { batches: true, signal: true };

/** Every layer's statistics so far. */
type Pools = Map<BatchNormalization, PooledStatistics>;

/**
 * Measures batch normalization's statistics anew, with the weights at rest: the mean and the variance of all values that a layer
 * meets in the pictures of some training batches, instead of an average over batches and past weights.
 *
 * Each layer is measured while the ones before it normalize with their batch's own statistics, as in training. The variance is the
 * biased one, as in training. Frozen layers keep their statistics, and nothing else changes. If the call fails or is ended, all stays as
 * it was.
 *
 * @param dataset Training pictures, as the network is to meet them; those of epoch 0.
 * @returns How many layers have new statistics, and of how many pictures.
 * @throws InceptionError `INVALID_ARGUMENT` if model, data or options do not fit together; `EMPTY_DATASET` if there is no picture;
 * `ABORTED` once `signal` says so.
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, §3.1, algorithm 2; Wu & Johnson 2021, arXiv:2105.07576, §3.
 * @example
 * ```ts
 * await reestimateBatchNormalization(model, pictures, { batches: 32 });
 * ```
 */
export async function reestimateBatchNormalization(
  model: InceptionModel,
  dataset: ImageDataset,
  options: ReestimateOptions = {},
): Promise<Reestimation> {
  const where = 'reestimateBatchNormalization';
  checkOptions<ReestimateOptions>(where, options, KNOWN_OPTIONS);
  const { batches = Infinity, signal } = options;
  if (!(model instanceof InceptionModel)) throw invalidArgument(`${where}.model`, 'an InceptionModel', model);
  assertDatasetFits(`${where}.dataset`, model, dataset);
  if (!(batches === Infinity || (Number.isInteger(batches) && batches > 0))) {
    throw invalidArgument(`${where}.batches`, 'a positive integer', batches);
  }
  await ensureBackend();
  const pools: Pools = new Map(movingBatchNormalizations(model).map((layer) => [layer, new PooledStatistics()]));
  if (pools.size === 0) return { layers: 0, pictures: 0 };
  let pictures = 0;
  let done = 0;
  for await (const batch of dataset.batches(0)) {
    if (signal?.aborted) throw aborted(signal);
    await measureBatch(model, batch, done, pools);
    pictures += batch.labels.length;
    if (++done >= batches) break;
  }
  if (signal?.aborted) throw aborted(signal);
  if (pictures === 0) throw expectedGot('EMPTY_DATASET', `${where}.dataset`, 'at least one picture', 0);
  assign(pools);
  return { layers: pools.size, pictures };
}

async function measureBatch(model: InceptionModel, batch: ImageBatch, step: number, pools: Pools): Promise<void> {
  const measured: { pool: PooledStatistics; mean: tf.Tensor; variance: tf.Tensor }[] = [];
  const keep = (layer: BatchNormalization, mean: tf.Tensor, variance: tf.Tensor): void => {
    const pool = pools.get(layer);
    if (pool) measured.push({ pool, mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)) });
  };
  try {
    tf.tidy(() => {
      const input = model.preprocess(imagesTensor(batch));
      // Dropout acts as in training too: a layer above it meets what it met there.
      const scalars = { seed: tf.scalar(0, 'int32'), step: tf.scalar(step, 'int32') };
      runTrainingStep(scalars, () => observeBatchStatistics(keep, () => model.call([input], { training: true })));
    });
    for (const { pool, mean, variance } of measured) pool.add(batch.labels.length, await mean.data(), await variance.data());
  } finally {
    tf.dispose(measured.map(({ mean, variance }) => [mean, variance]));
  }
}

function assign(pools: Pools): void {
  tf.tidy(() => {
    for (const [{ movingMean, movingVariance }, pool] of pools) {
      movingMean.write(tf.tensor1d(pool.mean));
      movingVariance.write(tf.tensor1d(pool.variance));
    }
  });
}

function aborted(signal: AbortSignal): InceptionError {
  const message = 'reestimateBatchNormalization: ended by the caller. The statistics are as they were.';
  return new InceptionError('ABORTED', message, { cause: signal.reason });
}
