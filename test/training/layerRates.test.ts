import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { layerRates } from '../../src/training/layerRates.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { tinyNetwork } from './tinyNetwork.js';

describe('layerRates', () => {
  let model: InceptionModel;

  beforeAll(async () => void (await useBackendUnderTest()));

  beforeEach(() => {
    model = tinyNetwork();
  });

  afterEach(() => model.dispose());

  it('with layerDecay 0.5 the classifiers have 1, the last module 0.5, the first 0.25, the stem 0.125; pools do not count', () => {
    const rates = layerRates(model, { layerDecay: 0.5 });
    expect(rates).toMatchObject({
      main_logits: 1,
      auxiliary_3a_conv_conv: 1,
      auxiliary_3a_logits: 1,
      inception_4a_3x3_reduce_bn: 0.5,
      inception_3a_pool_projection_conv: 0.25,
      conv1_conv: 0.125,
      conv1_bn: 0.125,
    });
    expect(Object.keys(rates).sort()).toEqual(
      model.layers
        .filter(({ weights }) => weights.length > 0)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('counts 12 stages of GoogLeNet: conv1 learns at 0.75¹² of the rate, conv2_reduce at 0.75¹¹, conv2 at 0.75¹⁰', () => {
    const googlenet = googLeNet({ inputShape: [32, 32, 3], stem: 'stride2', widthMultiplier: 0.125, classes: 2 });
    const rates = layerRates(googlenet, { layerDecay: 0.75 });
    const stem = ['conv1_conv', 'conv2_reduce_conv', 'conv2_conv', 'inception_5b_1x1_conv', 'main_logits'].map((layer) => rates[layer]);
    [0.75 ** 12, 0.75 ** 11, 0.75 ** 10, 0.75, 1].forEach((rate, index) => expect(stem[index]).toBeCloseTo(rate, 12));
    googlenet.dispose();
  });

  it('stageRates multiplies: inception_4a 0.1 under layerDecay 0.5 is 0.05, main 10 is 10', () => {
    const rates = layerRates(model, { layerDecay: 0.5, stageRates: { inception_4a: 0.1, main: 10, conv1: 0 } });
    expect([rates.inception_4a_1x1_conv, rates.main_logits, rates.inception_3a_1x1_conv, rates.conv1_conv]).toEqual([0.05, 10, 0.25, 0]);
  });

  it('without either every layer has 1', () => {
    expect(new Set(Object.values(layerRates(model, {})))).toEqual(new Set([1]));
  });

  it.each<{ options: Parameters<typeof layerRates>[1]; message: string }>([
    { options: { layerDecay: 0 }, message: 'train.layerDecay: expected a number, 0 < layerDecay ≤ 1, got 0.' },
    { options: { layerDecay: 1.1 }, message: 'train.layerDecay: expected a number, 0 < layerDecay ≤ 1, got 1.1.' },
    { options: { stageRates: { main: -1 } }, message: 'train.stageRates.main: expected a number, 0 or more, got -1.' },
    {
      options: { stageRates: { pool3: 1 } },
      message: "train.stageRates: expected stages with weights among conv1, inception_3a, inception_4a, auxiliary_3a, main, got 'pool3'.",
    },
  ])('refuses $options', ({ options, message }) => {
    expect(() => layerRates(model, options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error);
  });
});
