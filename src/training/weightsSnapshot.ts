import * as tf from '@tensorflow/tfjs';

/** All weights of a model as they were, moving averages included. */
export interface WeightsSnapshot {
  /** Gives them back to the model. */
  restore(): void;
  dispose(): void;
}

/** Remembers a model's weights without copying them: a training step replaces tensors and never writes into them. */
export function weightsSnapshot(model: tf.LayersModel): WeightsSnapshot {
  const saved = model.weights.map((weight) => ({ weight, value: tf.keep(tf.clone(weight.read())) }));
  return {
    restore: () => saved.forEach(({ weight, value }) => void weight.write(value)),
    dispose: () => saved.forEach(({ value }) => value.dispose()),
  };
}
