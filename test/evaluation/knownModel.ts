import * as tf from '@tensorflow/tfjs';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { TINY_SPEC } from '../training/tinyNetwork.js';

/**
 * A network whose logits are, for each head, its matrix times the picture's mean red, green and blue in 0…1. What it answers can be worked
 * out by hand.
 *
 * @param matrices By head, main first: three rows (red, green, blue), one column a class.
 * @param side Of its input, in pixels.
 */
export function knownModel(matrices: Readonly<Record<string, number[][]>>, side = 1, name = 'known'): InceptionModel {
  const input = tf.input({ shape: [side, side, 3], name: 'input' });
  const pixel = tf.layers.globalAveragePooling2d({ name: 'pixel' }).apply(input) as tf.SymbolicTensor;
  const names = Object.keys(matrices);
  const logits: Record<string, tf.SymbolicTensor> = {};
  const heads: Record<string, tf.SymbolicTensor> = {};
  for (const head of names) {
    const dense = tf.layers.dense({ name: `${head}_logits`, units: matrices[head][0].length, useBias: false });
    logits[head] = dense.apply(pixel) as tf.SymbolicTensor;
    tf.tidy(() => dense.setWeights([tf.tensor2d(matrices[head])]));
    heads[head] = tf.layers.activation({ name: head, activation: 'softmax' }).apply(logits[head]) as tf.SymbolicTensor;
  }
  const spec: NetworkSpec = {
    ...TINY_SPEC,
    inputShape: [side, side, 3],
    classes: matrices[names[0]][0].length,
    preprocessing: { channelOrder: 'rgb', scale: 1 / 255, offset: [0, 0, 0] },
  };
  return new InceptionModel(spec, { input, endpoints: {}, heads, logits, outputs: Object.values(heads), name });
}

/** The logit `z` of a right class whose rival has 0 that costs `loss` nats if the answer is wrong: ln(e^loss − 1). */
export const logitOfLoss = (loss: number): number => Math.log(Math.exp(loss) - 1);
