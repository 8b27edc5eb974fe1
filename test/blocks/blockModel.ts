import * as tf from '@tensorflow/tfjs';

/** A model of one block over an input of any shape. */
export function blockModel(shape: readonly (number | null)[], block: (x: tf.SymbolicTensor) => tf.SymbolicTensor): tf.LayersModel {
  const input = tf.input({ shape: [...shape], name: 'input' });
  return tf.model({ inputs: input, outputs: block(input) });
}

/** Fills every weight with random values (variances with positive ones) and returns them by name. */
export function randomizeWeights(model: tf.LayersModel, seed: number): Record<string, number[]> {
  const values: Record<string, number[]> = {};
  model.weights.forEach((weight, index) => {
    tf.tidy(() => {
      const least = weight.originalName.endsWith('moving_variance') ? 0.5 : -1;
      weight.write(tf.randomUniform(weight.shape as number[], least, 1.5, 'float32', seed + index));
      values[weight.originalName] = [...weight.read().dataSync()];
    });
  });
  return values;
}

/** Layers as `name: class`, in order, without the input. */
export function layerList(model: tf.LayersModel): string[] {
  return model.layers.slice(1).map((layer) => `${layer.name}: ${layer.getClassName()}`);
}

export function countOf(weights: readonly { shape: tf.Shape }[]): number {
  return weights.reduce((sum, { shape }) => sum + shape.reduce<number>((product, side) => product * (side as number), 1), 0);
}

/** Trainable and non-trainable values of a model or layer. */
export function countsOf(model: { trainableWeights: tf.LayerVariable[]; nonTrainableWeights: tf.LayerVariable[] }): [number, number] {
  return [countOf(model.trainableWeights), countOf(model.nonTrainableWeights)];
}

/** Runs a call that must be refused, and tells what it left behind and what it said. */
export function refusal(call: () => unknown): { code?: string; message: string; tensors: number } {
  const before = tf.memory().numTensors;
  try {
    call();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message, tensors: tf.memory().numTensors - before };
  }
  throw new Error('the call was not refused');
}
