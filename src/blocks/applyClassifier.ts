import * as tf from '@tensorflow/tfjs';
import { kernelInitializer, type BuildContext } from './buildContext.js';

/** A head's last layers. */
export interface ClassifierSettings {
  readonly name: string;
  readonly classes: number;
  readonly activation: 'softmax' | 'linear';
}

/**
 * The last layers of any head: a dense layer `<name>_logits`, its biases from zero in every style, and its activation in a layer of the
 * head's own name, by which the model's outputs are called.
 */
export function applyClassifier(
  features: tf.SymbolicTensor,
  { name, classes, activation }: ClassifierSettings,
  context: BuildContext,
): { logits: tf.SymbolicTensor; probabilities: tf.SymbolicTensor } {
  const dense = `${name}_logits`;
  const layer = tf.layers.dense({ name: dense, units: classes, kernelInitializer: kernelInitializer(context, dense) });
  const logits = layer.apply(features) as tf.SymbolicTensor;
  return { logits, probabilities: tf.layers.activation({ name, activation }).apply(logits) as tf.SymbolicTensor };
}
