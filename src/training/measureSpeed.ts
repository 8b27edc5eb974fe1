import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { stepByEngine, usesGraphs } from './engine.js';
import type { TrainingEngine } from './trainingOptions.js';
import type { TrainingStep } from './trainingStep.js';

/** A step of so few pictures tells, at little cost, whether a whole batch can be timed at all. */
const PROBE_PICTURES = 4;

/** The first step fills caches, and other processes disturb any: the fastest of several is what the machine can do. */
const STEPS = { least: 2, most: 5 };

/** Of steps that become graphs two are recorded, and one prepares the graph. */
const GRAPH_STEPS = { least: 3 + STEPS.least, most: 3 + STEPS.most };

/** A graph is up to so many times as fast as its operations one by one, in small networks, where overhead is everything. */
const GRAPH_GAIN = 8;

/** Once a batch's steps have taken so long, no more than the least number are timed. */
const LIMIT_MS = 3_000;

/** Options of {@link measureSpeed}. */
export interface MeasureSpeedOptions {
  /** Pictures per second below which the caller has no use for the model: then a first, low estimate is returned at once. @default 0 */
  readonly enough?: number;
  /** That of the training to come. @default 'auto' */
  readonly engine?: TrainingEngine;
}

/**
 * How many pictures a second the active backend learns from, decoding and the making of graphs aside: the fastest of a few training steps
 * on noise.
 *
 * A batch that would take longer than three seconds is not timed: its speed is taken to be that of a step of four pictures.
 *
 * @param model Discarded by the caller: its moving statistics change.
 */
export async function measureSpeed(
  model: InceptionModel,
  batch: number,
  { enough = 0, engine }: MeasureSpeedOptions = {},
): Promise<number> {
  const isGraph = usesGraphs(engine);
  const settings = { optimizer: { kind: 'sgd' }, labelSmoothing: 0, weightDecay: 0 } as const;
  // A model that cannot be recorded is timed operation by operation: so it will be trained.
  const step = stepByEngine(model, settings, { engine, onRefused: () => undefined });
  try {
    const probe = Math.min(PROBE_PICTURES, batch);
    const probeMs = await fastestStep(step, model, { pictures: probe, least: STEPS.least, most: STEPS.least });
    // Not even if a whole batch took no longer than these few.
    const isHopeless = (1000 * batch * (isGraph ? GRAPH_GAIN : 1)) / probeMs < enough;
    const isLong = (probeMs * batch) / probe > LIMIT_MS;
    if (isHopeless || (isLong && !isGraph)) return (1000 * probe) / probeMs;
    const pictures = isLong ? probe : batch;
    return (1000 * pictures) / (await fastestStep(step, model, { pictures, ...(isGraph ? GRAPH_STEPS : STEPS) }));
  } finally {
    step.dispose();
  }
}

async function fastestStep(
  step: TrainingStep,
  model: InceptionModel,
  { pictures, least, most }: { readonly pictures: number; readonly least: number; readonly most: number },
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
      if (run >= least && performance.now() - startedAt > LIMIT_MS) break;
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
