import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { divergedWeights, findDivergence } from '../../src/training/findDivergence.js';
import type { Divergence } from '../../src/training/trainingStep.js';
import { describeOnEachBackend } from '../backendUnderTest.js';
import { tinyNetwork } from './tinyNetwork.js';

/** Sets every number of a weight. */
function fill(model: InceptionModel, name: string, value: number): void {
  const weight = model.weights.find(({ originalName }) => originalName === name);
  if (weight === undefined) throw new Error(name);
  tf.tidy(() => void weight.write(tf.fill(weight.shape as number[], value)));
}

async function find(model: InceptionModel, pixel = 100): Promise<Divergence> {
  const batch = { images: tf.fill<tf.Rank.R4>([2, 12, 12, 3], pixel), labels: tf.tensor1d([0, 1], 'int32') };
  const scalars = { seed: tf.scalar(1, 'int32'), step: tf.scalar(2, 'int32') };
  try {
    return await findDivergence(model, batch, scalars);
  } finally {
    tf.dispose([batch, scalars]);
  }
}

describeOnEachBackend('findDivergence', () => {
  let model: InceptionModel;

  beforeEach(() => void (model = tinyNetwork()));

  afterEach(() => model.dispose());

  it.each([NaN, Infinity, -Infinity, 2e30])('weights of %p in two layers: names the one nearer to the input', async (value) => {
    fill(model, 'main_logits/bias', value);
    fill(model, 'inception_3a_3x3_bn/moving_variance', value);
    expect(await find(model)).toEqual({ layer: 'inception_3a_3x3_bn', what: 'weights' });
    expect(await divergedWeights(model)).toEqual({ layer: 'inception_3a_3x3_bn', what: 'weights' });
  });

  it('weights of 9e29 are usable, and what comes of them is not: dropout, which in training divides by 0.8, or the convolution itself', async () => {
    fill(model, 'inception_4a_3x3_bn/beta', 9e29);
    expect(await divergedWeights(model)).toBeUndefined();
    expect(await find(model)).toEqual({ layer: 'dropout', what: 'values' });
    fill(model, 'conv1_conv/kernel', 9e29);
    expect(await find(model)).toEqual({ layer: 'conv1_conv', what: 'values' });
  });

  it('an auxiliary head whose values overflow is named, though it is no part of the main classifier', async () => {
    fill(model, 'auxiliary_3a_conv_bn/beta', 9e29);
    fill(model, 'auxiliary_3a_logits/kernel', 100);
    expect(await find(model)).toEqual({ layer: 'auxiliary_3a_logits', what: 'values' });
  });

  it('names where values begin to grow, if all of them are finite: a gamma of 1e6 in the second module', async () => {
    fill(model, 'inception_4a_3x3_bn/gamma', 1e6);
    const { layer, largest } = await find(model);
    expect(layer).toBe('inception_4a_3x3_bn');
    expect(largest).toBeGreaterThan(1e6);
  });

  it('names the input where the pictures themselves are not finite', async () => {
    expect(await find(model, NaN)).toEqual({ layer: 'input', what: 'values' });
  });

  it('finds no value above 20 in a sound network, and changes no weight and no count of tensors', async () => {
    const bits = (): number[][] => model.getWeights().map((weight) => [...weight.dataSync()]);
    const before = bits();
    const { numTensors } = tf.memory();
    const { layer, largest = 0 } = await find(model);
    expect(model.layers.map(({ name }) => name)).toContain(layer);
    expect(largest).toBeLessThan(20);
    expect(bits()).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
