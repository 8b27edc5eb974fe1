import * as tf from '@tensorflow/tfjs';
import { conv2dBN, type Conv2dBNOptions } from '../../src/blocks/conv2dBN.js';
import { difference } from '../layers/difference.js';
import { blockModel, countsOf, layerList, randomizeWeights, refusal } from './blockModel.js';
import { convolve, each, predict, randomMap, relu } from './naive.js';

const build = (shape: readonly (number | null)[], options: Conv2dBNOptions): tf.LayersModel =>
  blockModel(shape, (x) => conv2dBN(x, options));

const ORDERS = ['conv-bn-relu', 'conv-relu-bn', 'conv-relu'] as const;

afterEach(() => tf.disposeVariables());

describe('the order says which layers there are, 8 filters of 3×3 over 4 channels: 288 weights', () => {
  it.each([
    {
      order: 'conv-bn-relu',
      layers: ['a_conv: Conv2D', 'a_bn: BatchNormalization', 'a_relu: Activation'],
      activation: 'linear',
      counts: [288 + 16, 16],
    },
    { order: 'conv-relu-bn', layers: ['a_conv: Conv2D', 'a_bn: BatchNormalization'], activation: 'relu', counts: [288 + 8 + 16, 16] },
    { order: 'conv-relu', layers: ['a_conv: Conv2D'], activation: 'relu', counts: [288 + 8, 0] },
  ] as const)('$order: $layers, $counts values', ({ order, layers, activation, counts }) => {
    const model = build([6, 6, 4], { filters: 8, kernelSize: 3, order, name: 'a' });
    expect(layerList(model)).toEqual(layers);
    expect(model.getLayer('a_conv').getConfig()).toMatchObject({ activation });
    expect(countsOf(model)).toEqual(counts);
  });

  it('the default is conv-bn-relu', () => {
    const model = build([6, 6, 4], { filters: 8, kernelSize: 3, name: 'a' });
    expect(layerList(model)).toEqual(['a_conv: Conv2D', 'a_bn: BatchNormalization', 'a_relu: Activation']);
  });

  it("the notebook's first convolution, 1×1 over 3 channels to 64 with bias, has 256 parameters, and its batch normalization 256", () => {
    const model = build([224, 224, 3], { filters: 64, kernelSize: 1, order: 'conv-relu-bn', name: 'first' });
    expect(model.getLayer('first_conv').countParams()).toBe(256);
    expect(model.getLayer('first_bn').countParams()).toBe(256);
  });
});

describe('options', () => {
  it.each<{ options: Partial<Conv2dBNOptions>; counts: [number, number] }>([
    { options: { useBias: true }, counts: [288 + 8 + 16, 16] },
    { options: { order: 'conv-relu', useBias: false }, counts: [288, 0] },
    { options: { order: 'conv-relu-bn', useBias: false }, counts: [288 + 16, 16] },
    { options: { batchNormalization: { scale: false } }, counts: [288 + 8, 16] },
    { options: { batchNormalization: { center: false } }, counts: [288 + 8, 16] },
    { options: { batchNormalization: { scale: false, center: false } }, counts: [288, 16] },
    { options: { kernelSize: [1, 7] }, counts: [7 * 4 * 8 + 16, 16] },
  ])('$options: $counts trainable and moving values', ({ options, counts }) => {
    expect(countsOf(build([8, 8, 4], { filters: 8, kernelSize: 3, name: 'a', ...options }))).toEqual(counts);
  });

  it("activation 'linear' leaves out the ReLU in every order", () => {
    const layers = ORDERS.map((order) => {
      const model = build([6, 6, 4], { filters: 8, kernelSize: 3, activation: 'linear', order, name: 'a' });
      expect(model.getLayer('a_conv').getConfig()).toMatchObject({ activation: 'linear' });
      return layerList(model);
    });
    expect(layers).toEqual([
      ['a_conv: Conv2D', 'a_bn: BatchNormalization'],
      ['a_conv: Conv2D', 'a_bn: BatchNormalization'],
      ['a_conv: Conv2D'],
    ]);
  });

  it("batch normalization has Keras' momentum 0.99 and epsilon 1e-3, or the ones given", () => {
    const configOf = (batchNormalization?: Conv2dBNOptions['batchNormalization']): tf.serialization.ConfigDict =>
      build([6, 6, 4], { filters: 8, kernelSize: 3, name: 'a', batchNormalization }).getLayer('a_bn').getConfig();
    expect(configOf()).toMatchObject({ momentum: 0.99, epsilon: 1e-3, scale: true, center: true });
    expect(configOf({ momentum: 0.9, epsilon: 1e-5 })).toMatchObject({ momentum: 0.9, epsilon: 1e-5, scale: true, center: true });
  });

  it('without a name tfjs numbers the layers, so that two fit in one model', () => {
    const model = blockModel([6, 6, 4], (x) => conv2dBN(conv2dBN(x, { filters: 8, kernelSize: 3 }), { filters: 8, kernelSize: 3 }));
    expect(new Set(layerList(model)).size).toBe(6);
  });

  it.each([
    { initializer: undefined, seedConfig: { mode: 'fanAvg', distribution: 'uniform', scale: 1 } },
    { initializer: 'glorotUniform', seedConfig: { mode: 'fanAvg', distribution: 'uniform', scale: 1 } },
    { initializer: 'heNormal', seedConfig: { mode: 'fanIn', distribution: 'normal', scale: 2 } },
    { initializer: 'truncatedNormal', seedConfig: { mean: 0, stddev: 0.01 } },
  ] as const)('initializer $initializer', ({ initializer, seedConfig }) => {
    const model = build([6, 6, 4], { filters: 8, kernelSize: 3, name: 'a', initializer });
    expect(model.getLayer('a_conv').getConfig()).toMatchObject({ kernelInitializer: { config: seedConfig } });
  });

  it('the same seed and name give the same weights bit for bit; another seed or name gives others', () => {
    const kernel = (seed: number | undefined, name: string): number[] => [
      ...build([6, 6, 4], { filters: 8, kernelSize: 3, name, seed }).getLayer(`${name}_conv`).getWeights()[0].dataSync(),
    ];
    expect(kernel(5, 'a')).toEqual(kernel(5, 'a'));
    const others = [kernel(6, 'a'), kernel(5, 'b'), kernel(undefined, 'a'), kernel(undefined, 'a')];
    expect(new Set([kernel(5, 'a'), ...others].map((values) => values.join())).size).toBe(5);
  });
});

describe('shapes', () => {
  it.each<{ options: Omit<Conv2dBNOptions, 'filters'>; shape: number[]; layers: number }>([
    { options: { kernelSize: 3 }, shape: [9, 12, 5], layers: 3 },
    { options: { kernelSize: 3, strides: 2 }, shape: [5, 6, 5], layers: 3 },
    { options: { kernelSize: 3, strides: [2, 3] }, shape: [5, 4, 5], layers: 3 },
    { options: { kernelSize: 3, padding: 'valid' }, shape: [7, 10, 5], layers: 3 },
    { options: { kernelSize: [1, 7], padding: 'valid' }, shape: [9, 6, 5], layers: 3 },
    { options: { kernelSize: 3, padding: { zeros: 2 } }, shape: [11, 14, 5], layers: 4 },
    { options: { kernelSize: 7, strides: 2, padding: { zeros: 3 } }, shape: [5, 6, 5], layers: 4 },
    { options: { kernelSize: 3, padding: { zeros: 0 } }, shape: [7, 10, 5], layers: 3 },
  ])('9×12 under $options: $shape', ({ options, shape, layers }) => {
    const model = build([9, 12, 2], { filters: 5, name: 'a', ...options });
    expect(model.outputs[0].shape).toEqual([null, ...shape]);
    expect(layerList(model)).toHaveLength(layers);
    if (layers === 4) expect(layerList(model)[0]).toBe('a_padding: ZeroPadding2D');
  });

  it('of an input of unknown size stay unknown, and one model takes 5×8 and 9×9', () => {
    const model = build([null, null, 2], { filters: 5, kernelSize: 3, strides: 2, padding: { zeros: 1 }, name: 'a' });
    expect(model.outputs[0].shape).toEqual([null, null, null, 5]);
    expect(predict(model, randomMap([5, 8, 2], 1)).shape).toEqual([3, 4, 5]);
    expect(predict(model, randomMap([9, 9, 2], 1)).shape).toEqual([5, 5, 5]);
  });
});

describe('values against a convolution written out in double precision, 7×6×2 to 3 channels', () => {
  const PADDINGS = ['same', 'valid', { zeros: 2 }] as const;
  const cases = ORDERS.flatMap((order) =>
    PADDINGS.flatMap((padding) =>
      [1, 2].map((stride) => ({ order, padding, stride, title: `${order}, ${JSON.stringify(padding)}, stride ${stride}` })),
    ),
  );

  it.each(cases)('$title: within 1e-6', ({ order, padding, stride }) => {
    const model = build([7, 6, 2], { filters: 3, kernelSize: [3, 2], strides: stride, padding, order, useBias: true, name: 'a' });
    const weights = randomizeWeights(model, 3);
    const map = randomMap([7, 6, 2], 2);
    const convolved = convolve(map, weights['a_conv/kernel'], weights['a_conv/bias'], {
      ...{ window: [3, 2], strides: [stride, stride], padding },
    });
    const normalize = (value: number, channel: number): number => {
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
        (name) => weights[`a_bn/${name}`][channel],
      );
      return (gamma * (value - mean)) / Math.sqrt(variance + 1e-3) + beta;
    };
    const expected = {
      'conv-bn-relu': () => relu(each(convolved, normalize)),
      'conv-relu-bn': () => each(relu(convolved), normalize),
      'conv-relu': () => relu(convolved),
    }[order]();
    const actual = predict(model, map);
    expect(actual.shape).toEqual(expected.shape);
    expect(difference(actual.data, expected.data)).toBeLessThan(1e-6);
  });
});

describe('what is refused, before any weight exists', () => {
  it.each<{ options: unknown; message: string }>([
    { options: { filters: 2.5 }, message: "conv2dBN('conv1').filters: expected a positive integer, got 2.5." },
    { options: { filters: undefined }, message: "conv2dBN('conv1').filters: expected a positive integer, got undefined." },
    { options: { filters: 0 }, message: "conv2dBN('conv1').filters: expected a positive integer, got 0." },
    {
      options: { kernelSize: [3] },
      message: "conv2dBN('conv1').kernelSize: expected a positive integer or two of them, [height, width], got [ 3 ].",
    },
    { options: { kernelSize: 0 }, message: "conv2dBN('conv1').kernelSize: expected a positive integer, got 0." },
    { options: { strides: [1, -1] }, message: "conv2dBN('conv1').strides[1]: expected a positive integer, got -1." },
    {
      options: { padding: 'ceil' },
      message: "conv2dBN('conv1').padding: expected 'same' | 'valid' | { zeros: n } (only max pools know 'ceil'), got 'ceil'.",
    },
    { options: { padding: { zeros: -1 } }, message: "conv2dBN('conv1').padding.zeros: expected a whole number, 0 or more, got -1." },
    {
      options: { order: 'bn-conv' },
      message: "conv2dBN('conv1').order: expected 'conv-bn-relu' | 'conv-relu-bn' | 'conv-relu', got 'bn-conv'.",
    },
    { options: { activation: 'swish' }, message: "conv2dBN('conv1').activation: expected 'relu' | 'linear', got 'swish'." },
    { options: { useBias: 1 }, message: "conv2dBN('conv1').useBias: expected true or false, got 1." },
    { options: { seed: 0.5 }, message: "conv2dBN('conv1').seed: expected an integer, got 0.5." },
    {
      options: { initializer: 'zeros' },
      message: "conv2dBN('conv1').initializer: expected 'glorotUniform' | 'heNormal' | 'truncatedNormal', got 'zeros'.",
    },
    {
      options: { batchNormalization: { momentum: 1 } },
      message: "conv2dBN('conv1').batchNormalization.momentum: expected a number between 0 and 1, got 1.",
    },
    {
      options: { batchNormalization: { gamma: true } },
      message: "conv2dBN('conv1').batchNormalization.gamma: expected no such key, got true.",
    },
    {
      options: { stride: 2 },
      message:
        "conv2dBN('conv1').stride: expected one of the keys filters, kernelSize, strides, padding, order, activation, useBias, " +
        'batchNormalization, initializer, seed, name, got 2.',
    },
    {
      options: { name: 'conv1/7x7' },
      message:
        "conv2dBN('conv1/7x7').name: expected a name of letters, digits, '_', '-' and '.', without '/', that begins with a letter or digit " +
        "and is no number, got 'conv1/7x7'.",
    },
  ])('$message', ({ options, message }) => {
    const input = tf.input({ shape: [8, 8, 3] });
    const all = { filters: 8, kernelSize: 3, name: 'conv1', ...(options as object) };
    expect(refusal(() => conv2dBN(input, all))).toEqual({ code: 'INVALID_ARGUMENT', message, tensors: 0 });
  });

  it.each([undefined, null, 5])('options %p', (options) => {
    const refused = refusal(() => conv2dBN(tf.input({ shape: [8, 8, 3] }), options as unknown as Conv2dBNOptions));
    expect(refused).toEqual({ code: 'INVALID_ARGUMENT', message: `conv2dBN: expected an object, got ${options}.`, tensors: 0 });
  });

  const MAP = 'a symbolic tensor [batch, height, width, channels] of known channels';
  const ADVICE = 'Make one with tf.input({ shape: [height, width, channels] }).';
  it.each([
    { shape: [8, 8, null], shown: '[ null, 8, 8, null ]' },
    { shape: [8], shown: '[ null, 8 ]' },
  ])('an input of shape $shape', ({ shape, shown }) => {
    const refused = refusal(() => conv2dBN(tf.input({ shape }), { filters: 1, kernelSize: 1, name: 'a' }));
    expect(refused).toEqual({ code: 'INVALID_ARGUMENT', message: `conv2dBN('a').x: expected ${MAP}, got ${shown}. ${ADVICE}`, tensors: 0 });
  });

  it('an input that is no symbolic tensor', () => {
    const refused = refusal(() => conv2dBN('x' as unknown as tf.SymbolicTensor, { filters: 1, kernelSize: 1 }));
    expect(refused).toEqual({ code: 'INVALID_ARGUMENT', message: `conv2dBN.x: expected ${MAP}, got 'x'. ${ADVICE}`, tensors: 0 });
  });

  it('a kernel that does not fit, with the smallest input that it fits', () => {
    const refused = refusal(() => conv2dBN(tf.input({ shape: [4, 9, 3] }), { filters: 1, kernelSize: 5, padding: 'valid', name: 'a' }));
    expect(refused).toEqual({
      code: 'INPUT_TOO_SMALL',
      message: 'a: expected a map that its 5×5 window fits, got 4×9×3. a needs an inputShape of at least 5×5, and has 4×9.',
      tensors: 0,
    });
  });
});
