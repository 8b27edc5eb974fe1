import * as tf from '@tensorflow/tfjs';

/** A convolution like those at the end of GoogLeNet: to 7 × 7 pixels, 64 channels in and out, 3 × 3. Without padding, every product counts. */
const OUTPUT_SIZE = 7;
const CHANNELS = 64;
const KERNEL = 3;
const INPUT_SIZE = OUTPUT_SIZE + KERNEL - 1;

/** One forward and two gradients, each with as many multiply-adds. */
const MULTIPLY_ADDS_PER_IMAGE = 3 * OUTPUT_SIZE ** 2 * KERNEL ** 2 * CHANNELS ** 2;

/** Long enough for what a call costs beside its arithmetic to vanish; and as many images as fit, with all that comes of them, in 300 MB. */
const RUN_MS = 150;
const MAX_BATCH = 4096;

const BUDGET_MS = 1500;
const MAX_RUNS = 7;

/**
 * How fast the active backend trains, as far as a convolution says it.
 *
 * @returns Multiply-adds a second: the median of up to seven runs of a convolution with both its gradients, within some two seconds.
 */
export async function convolutionSpeed(): Promise<number> {
  const began = performance.now();
  let batch = 1;
  let elapsedMs = await timeOf(batch);
  // The first run also compiles kernels, which is nothing where it takes so long.
  if (elapsedMs < BUDGET_MS) elapsedMs = await timeOf(batch);
  while (elapsedMs < RUN_MS / 2 && batch < MAX_BATCH) {
    // No more than eightfold: a first time may be all overhead.
    batch = Math.min(MAX_BATCH, batch * Math.min(8, Math.max(2, Math.floor(RUN_MS / elapsedMs))));
    elapsedMs = await timeOf(batch);
  }
  const times = [elapsedMs];
  while (times.length < MAX_RUNS && performance.now() - began < BUDGET_MS) times.push(await timeOf(batch));
  times.sort((a, b) => a - b);
  return (batch * MULTIPLY_ADDS_PER_IMAGE * 1000) / times[times.length >> 1];
}

/** Milliseconds for so many images, until the result is there to read. */
async function timeOf(batch: number): Promise<number> {
  const images = tf.randomUniform<tf.Rank.R4>([batch, INPUT_SIZE, INPUT_SIZE, CHANNELS], -1, 1, 'float32', 1);
  const filters = tf.randomUniform<tf.Rank.R4>([KERNEL, KERNEL, CHANNELS, CHANNELS], -1, 1, 'float32', 2);
  const began = performance.now();
  const gradients = tf.tidy(() => tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'))([images, filters]));
  // The smaller one: a GPU answers after all it was told before, and what it sends back is not counted.
  await gradients[1].data();
  const elapsedMs = performance.now() - began;
  tf.dispose([images, filters, gradients]);
  return elapsedMs;
}
