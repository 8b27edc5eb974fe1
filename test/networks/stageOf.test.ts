import * as tf from '@tensorflow/tfjs';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { stageOf, stagesOf } from '../../src/networks/stageOf.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { TINY_SPEC } from '../training/tinyNetwork.js';

const GOOGLENET = networkSpec('googlenet', { auxiliaryHeads: true });

describe('stageOf', () => {
  it.each([
    ['conv1_conv', 'conv1'],
    ['conv2_bn', 'conv2'],
    ['conv2_reduce_conv', 'conv2_reduce'],
    ['pool1', 'pool1'],
    ['inception_4a_5x5_reduce_relu', 'inception_4a'],
    ['inception_4a_concat', 'inception_4a'],
    ['auxiliary_4a_conv_conv', 'auxiliary_4a'],
    ['auxiliary_4d_logits', 'auxiliary_4d'],
    ['auxiliary_4d', 'auxiliary_4d'],
    ['main_logits', 'main'],
    ['main', 'main'],
    ['input', undefined],
    ['inception_4', undefined],
    ['conv10_conv', undefined],
  ])("GoogLeNet's layer %s is part of %s", (layer, stage) => {
    expect(stageOf(GOOGLENET, layer)).toBe(stage);
  });

  it.each(['batchnorm', 'paper'] as const)("names one of the stages for every layer of GoogLeNet '%s' but the input", (variant) => {
    const model = googLeNet({ variant, inputShape: [96, 96, 3], widthMultiplier: 0.125, classes: 3, auxiliaryHeads: true });
    const stages = model.layers.map(({ name }) => [name, stageOf(model.spec, name)] as const);
    expect(stages.filter(([, stage]) => stage === undefined).map(([name]) => name)).toEqual(['input']);
    expect(new Set(stages.flatMap(([, stage]) => stage ?? []))).toEqual(new Set(stagesOf(model.spec)));
    model.dispose();
  });

  it("gives a layer to the module that holds it, where another stage's name begins the layer's too", () => {
    const spec: NetworkSpec = {
      ...TINY_SPEC,
      trunk: [
        { op: 'module', name: 'a', branches: [[{ op: 'convolution', name: 'b_c', filters: 2, kernelSize: 1 }]] },
        { op: 'convolution', name: 'a_b', filters: 2, kernelSize: 1 },
      ],
      auxiliaryHeads: [],
    };
    const model = inceptionNet(spec);
    const layers = model.layers.filter((layer) => layer.getClassName() === 'Conv2D').map(({ name }) => [name, stageOf(spec, name)]);
    expect(layers).toEqual([
      ['a_b_c_conv', 'a'],
      ['a_b_conv', 'a_b'],
    ]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  it('lists the stages in order: trunk, top, main, auxiliary heads', () => {
    expect(stagesOf(TINY_SPEC)).toEqual(['conv1', 'inception_3a', 'pool3', 'inception_4a', 'pool5', 'dropout', 'main', 'auxiliary_3a']);
    expect(stagesOf({ ...TINY_SPEC, classes: 0, auxiliaryHeads: [] })).toEqual([
      'conv1',
      'inception_3a',
      'pool3',
      'inception_4a',
      'pool5',
      'dropout',
    ]);
  });
});
