import type * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';

/** What makes one training step's random numbers. Both are integers in [0, 2^24), as tensors, so that a recorded step can be fed others. */
export interface TrainingStep {
  readonly seed: tf.Scalar;
  readonly step: tf.Scalar;
}

/** The step that is running, and how often each layer has drawn in it. */
interface RunningStep extends TrainingStep {
  readonly draws: Map<object, number>;
}

let running: RunningStep | undefined;

/**
 * Runs the forward pass of one training step, during which every random layer draws from (seed, step, its own name).
 *
 * The same seed and step give the same masks on every backend; another step gives others. Outside of it a layer counts its own calls.
 *
 * @param step Seed and step, integers in [0, 2^24), int32 or float32. The caller keeps them.
 * @param body Calls the model with `{ training: true }`. It must be synchronous.
 * @returns What `body` returns.
 * @throws InceptionError `INVALID_ARGUMENT` if `body` returns a promise.
 * @example
 * ```ts
 * const logits = runTrainingStep({ seed, step }, () => model.apply(x, { training: true }) as tf.Tensor);
 * ```
 */
export function runTrainingStep<T>({ seed, step }: TrainingStep, body: () => T): T {
  const outer = running;
  running = { seed, step, draws: new Map() };
  try {
    const result = body();
    if (result instanceof Promise) {
      throw invalidArgument('runTrainingStep.body', 'a synchronous function', result, 'Await outside; layers draw while the body runs.');
    }
    return result;
  } finally {
    running = outer;
  }
}

/** The running step as one layer sees it: `draw` counts the layer's calls within the step. Undefined outside of any step. */
export function drawInTrainingStep(layer: object): (TrainingStep & { readonly draw: number }) | undefined {
  if (!running) return undefined;
  const draw = running.draws.get(layer) ?? 0;
  running.draws.set(layer, draw + 1);
  return { seed: running.seed, step: running.step, draw };
}
