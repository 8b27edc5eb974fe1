import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { eagerStep } from './eagerStep.js';
import type { TrainingStep } from './trainingStep.js';

/** A step of so few pictures tells, at little cost, whether a whole batch can be timed at all. */
const PROBE_PICTURES = 4;

/** The first step compiles and fills caches, and other processes disturb any: the fastest of several is what the machine can do. */
const STEPS = { least: 2, most: 5 };

/** Once a batch's steps have taken so long, no more than the least number are timed. */
const LIMIT_MS = 3_000;

/**
 * How many pictures a second the active backend learns from, decoding aside: the fastest of a few training steps on noise.
 *
 * A batch that would take longer than three seconds is not timed: its speed is taken to be that of a step of four pictures.
 *
 * @param model Discarded by the caller: its moving statistics change.
 * @param enough Pictures per second below which the caller has no use for the model: then a first, low estimate is returned at once.
 */
export async function measureSpeed(model: InceptionModel, batch: number, enough = 0): Promise<number> {
  const step = eagerStep(model, { optimizer: { kind: 'sgd' }, labelSmoothing: 0, weightDecay: 0 });
  try {
    const pictures = Math.min(PROBE_PICTURES, batch);
    const probeMs = await fastestStep(step, model, { pictures, most: STEPS.least });
    // Not even if a whole batch took no longer than these few.
    const isHopeless = (1000 * batch) / probeMs < enough;
    if (isHopeless || (probeMs * batch) / pictures > LIMIT_MS) return (1000 * pictures) / probeMs;
    return (1000 * batch) / (await fastestStep(step, model, { pictures: batch, most: STEPS.most }));
  } finally {
    step.dispose();
  }
}

async function fastestStep(
  step: TrainingStep,
  model: InceptionModel,
  { pictures, most }: { readonly pictures: number; readonly most: number },
): Promise<number> {
  const [height, width, channels] = model.spec.inputShape;
  const inputs = {
    images: tf.randomUniform<tf.Rank.R4>([pictures, height, width, channels], 0, 255),
    labels: tf.zeros<tf.Rank.R1>([pictures], 'int32'),
    learningRate: tf.scalar(0),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.ones<tf.Rank.R1>([step.heads.length]),
  };
  const startedAt = performance.now();
  let fastestMs = Infinity;
  try {
    for (let run = 0; run < most; run++) {
      if (run >= STEPS.least && performance.now() - startedAt > LIMIT_MS) break;
      const stepAt = performance.now();
      const result = step.run(inputs, inputs);
      await result.loss.data();
      tf.dispose({ ...result });
      fastestMs = Math.min(fastestMs, performance.now() - stepAt);
    }
  } finally {
    tf.dispose(inputs);
  }
  return fastestMs;
}
