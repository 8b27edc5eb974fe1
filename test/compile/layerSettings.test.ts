import * as tf from '@tensorflow/tfjs';
import { watchSettings } from '../../src/compile/layerSettings.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { TINY_SPEC, tinyNetwork } from '../training/tinyNetwork.js';

beforeAll(async () => void (await useBackendUnderTest()));

const BARE_NORMALIZATION = { momentum: 0.8, epsilon: 1e-3, scale: false, center: false };

/** The tiny network, whose batch normalizations have no parameters. */
const bareNetwork = (): InceptionModel =>
  inceptionNet({ ...TINY_SPEC, convolution: { ...TINY_SPEC.convolution, batchNormalization: BARE_NORMALIZATION } }, { seed: 1 });

const setOn = (model: InceptionModel, layer: string, settings: object): void => void Object.assign(model.getLayer(layer), settings);

describe('watchSettings', () => {
  it.each<{ title: string; changed: string; change: (model: InceptionModel) => void; model?: () => InceptionModel }>([
    { title: 'a layer is frozen', changed: 'trainable of conv1_conv', change: (model) => setOn(model, 'conv1_conv', { trainable: false }) },
    {
      title: 'a layer without weights is frozen',
      changed: 'trainable of pool3',
      change: (model) => setOn(model, 'pool3', { trainable: false }),
    },
    {
      title: 'one weight is frozen',
      changed: 'trainable of conv1_conv/kernel',
      change: (model) => void (model.getLayer('conv1_conv').weights[0].trainable = false),
    },
    { title: 'the model is frozen', changed: 'trainable of conv1_conv/kernel', change: (model) => void (model.trainable = false) },
    {
      title: 'a batch normalization has another epsilon',
      changed: 'epsilon of conv1_bn',
      change: (model) => setOn(model, 'conv1_bn', { epsilon: 0.1 }),
    },
    { title: 'dropout has another rate', changed: 'rate of dropout', change: (model) => setOn(model, 'dropout', { rate: 0.5 }) },
    {
      title: 'batch normalizations without parameters are frozen with the model, and nothing else',
      changed: 'isFrozen of conv1_bn',
      model: bareNetwork,
      change(model) {
        const trained = model.trainableWeights;
        model.trainable = false;
        trained.forEach((weight) => void (weight.trainable = true));
      },
    },
  ])('notices that $title', ({ changed, change, model: build = tinyNetwork }) => {
    const model = build();
    const changedSetting = watchSettings(model.layers);
    expect(changedSetting()).toBeUndefined();
    change(model);
    expect(changedSetting()).toBe(changed);
    expect(watchSettings(model.layers)()).toBeUndefined();
    model.dispose();
  });

  it('does not mind other values of weights, nor that layers were called', () => {
    const model = tinyNetwork();
    const changedSetting = watchSettings(model.layers);
    tf.tidy(() => {
      model.weights.forEach((weight) => void weight.write(tf.zerosLike(weight.read())));
      model.apply(tf.zeros([2, 12, 12, 3]), { training: true });
    });
    expect(changedSetting()).toBeUndefined();
    model.dispose();
  });
});
