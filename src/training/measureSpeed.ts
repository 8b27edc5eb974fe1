import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { eagerStep } from './eagerStep.js';

/** The first step fills caches and plans; the second is like those to come. */
const STEPS = 2;

/**
 * How many pictures a second the active backend learns from, decoding aside: two training steps on noise, the second timed.
 *
 * @param model Discarded by the caller: its weights move.
 * @returns Pictures per second.
 */
export async function measureSpeed(model: InceptionModel, batch: number): Promise<number> {
  const settings = { optimizer: { kind: 'sgd' }, headWeights: {}, labelSmoothing: 0, weightDecay: 0 } as const;
  const step = eagerStep(model, settings);
  const [height, width, channels] = model.spec.inputShape;
  const inputs = {
    images: tf.randomUniform<tf.Rank.R4>([batch, height, width, channels], 0, 255),
    labels: tf.zeros<tf.Rank.R1>([batch], 'int32'),
    learningRate: tf.scalar(0),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
  };
  let elapsedMs = 0;
  try {
    for (let run = 0; run < STEPS; run++) {
      const start = performance.now();
      const { loss, correct, headLosses } = step.run(inputs, inputs);
      await loss.data();
      tf.dispose([loss, correct, headLosses]);
      elapsedMs = performance.now() - start;
    }
  } finally {
    step.dispose();
    tf.dispose(inputs);
  }
  return (1000 * batch) / elapsedMs;
}
