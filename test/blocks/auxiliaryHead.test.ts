import * as tf from '@tensorflow/tfjs';
import { auxiliaryHead, type AuxiliaryHeadOptions } from '../../src/blocks/auxiliaryHead.js';
import { blockModel, countsOf, layerList, refusal } from './blockModel.js';
import { predict, randomMap } from './naive.js';

const build = (shape: readonly (number | null)[], options: AuxiliaryHeadOptions): tf.LayersModel =>
  blockModel(shape, (x) => auxiliaryHead(x, options));

afterEach(() => tf.disposeVariables());

describe('the heads of arXiv:1409.4842, §5, at 1000 classes', () => {
  it.each([
    { name: 'auxiliary_4a', channels: 512, order: 'conv-relu', counts: [3_188_840, 0] },
    { name: 'auxiliary_4d', channels: 528, order: 'conv-relu', counts: [3_190_888, 0] },
    { name: 'auxiliary_4a', channels: 512, order: 'conv-bn-relu', counts: [3_188_968, 256] },
    { name: 'auxiliary_4d', channels: 528, order: 'conv-bn-relu', counts: [3_191_016, 256] },
  ] as const)('$name over 14×14×$channels, $order: $counts values', ({ name, channels, order, counts }) => {
    const model = build([14, 14, channels], { classes: 1000, name, order });
    expect(countsOf(model)).toEqual(counts);
    expect(model.outputs[0].shape).toEqual([null, 1000]);
  });

  it('5×5/3 average pool, 128 1×1 filters, 1024 units with ReLU, 70 % dropout, softmax', () => {
    const model = build([14, 14, 8], { classes: 10, name: 'auxiliary_4a' });
    expect(layerList(model)).toEqual([
      'auxiliary_4a_pool: AveragePooling2D',
      'auxiliary_4a_1x1_conv: Conv2D',
      'auxiliary_4a_1x1_bn: BatchNormalization',
      'auxiliary_4a_1x1_relu: Activation',
      'auxiliary_4a_flatten: Flatten',
      'auxiliary_4a_fc: Dense',
      'auxiliary_4a_dropout: Dropout',
      'auxiliary_4a_logits: Dense',
      'auxiliary_4a: Activation',
    ]);
    const configOf = (part: string): tf.serialization.ConfigDict => model.getLayer(`auxiliary_4a${part}`).getConfig();
    expect(configOf('_pool')).toMatchObject({ poolSize: [5, 5], strides: [3, 3], padding: 'valid' });
    expect(configOf('_1x1_conv')).toMatchObject({ filters: 128, kernelSize: [1, 1] });
    expect(configOf('_fc')).toMatchObject({ units: 1024, activation: 'relu' });
    expect(configOf('_dropout')).toMatchObject({ rate: 0.7 });
    expect(configOf('_logits')).toMatchObject({ units: 10, activation: 'linear' });
    expect(configOf('')).toMatchObject({ activation: 'softmax' });
    expect(model.getLayer('auxiliary_4a_pool').outputShape).toEqual([null, 4, 4, 8]);
  });
});

it('probabilities sum to 1, and with the activation linear it returns logits', () => {
  const map = randomMap([7, 9, 3], 1);
  const softmax = predict(build([7, 9, 3], { classes: 4, seed: 2 }), map);
  const linear = predict(build([7, 9, 3], { classes: 4, seed: 2, activation: 'linear' }), map);
  expect(softmax.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  const exponentials = linear.data.map(Math.exp);
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  softmax.data.forEach((value, index) => expect(value).toBeCloseTo(exponentials[index] / total, 6));
});

it('5×5 is the least: it becomes 1×1, and 4×5 is refused with the minimum', () => {
  expect(build([5, 5, 3], { classes: 2 }).getLayer('auxiliary_pool').outputShape).toEqual([null, 1, 1, 3]);
  expect(refusal(() => auxiliaryHead(tf.input({ shape: [4, 5, 3] }), { classes: 2, name: 'auxiliary_4b' }))).toEqual({
    code: 'INPUT_TOO_SMALL',
    message:
      'auxiliary_4b_pool: expected a map that its 5×5 window fits, got 4×5×3. ' +
      'auxiliary_4b needs an inputShape of at least 5×5, and has 4×5.',
    tensors: 0,
  });
});

describe('what is refused, before any weight exists', () => {
  it.each([
    { options: { classes: 2.5 }, message: "auxiliaryHead('auxiliary').classes: expected a positive integer, got 2.5." },
    { options: {}, message: "auxiliaryHead('auxiliary').classes: expected a positive integer, got undefined." },
    {
      options: { classes: 2, name: 'a', order: 'bn' },
      message: "auxiliaryHead('a').order: expected 'conv-bn-relu' | 'conv-relu-bn' | 'conv-relu', got 'bn'.",
    },
    {
      options: { classes: 2, activation: 'relu' },
      message: "auxiliaryHead('auxiliary').activation: expected 'softmax' | 'linear', got 'relu'.",
    },
    { options: { classes: 2, seed: '1' }, message: "auxiliaryHead('auxiliary').seed: expected an integer, got '1'." },
    {
      options: { classes: 2, dropout: 0.7 },
      message: "auxiliaryHead('auxiliary').dropout: expected one of the keys classes, name, order, activation, seed, got 0.7.",
    },
    { options: null, message: "auxiliaryHead('auxiliary'): expected an object, got null." },
  ])('$message', ({ options, message }) => {
    const refused = refusal(() => auxiliaryHead(tf.input({ shape: [14, 14, 3] }), options as unknown as AuxiliaryHeadOptions));
    expect(refused).toEqual({ code: 'INVALID_ARGUMENT', message, tensors: 0 });
  });

  it.each([
    {
      shape: [null, null, 3],
      message: /^auxiliary_flatten: expected an input of known height and width for a flatten step, got \[ null, null, null, 3 \]\.$/,
    },
    { shape: [14, null, 3], message: /^auxiliary_flatten: expected an input of known height and width/ },
    { shape: [512], message: /^auxiliaryHead\('auxiliary'\)\.x: expected a symbolic tensor .*, got \[ null, 512 \]\./ },
  ])('an input of shape $shape', ({ shape, message }) => {
    const refused = refusal(() => auxiliaryHead(tf.input({ shape }), { classes: 2 }));
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message), tensors: 0 });
  });
});
