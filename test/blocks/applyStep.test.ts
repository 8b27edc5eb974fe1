import * as tf from '@tensorflow/tfjs';
import { applyStep, applySteps } from '../../src/blocks/applyStep.js';
import type { BuildContext } from '../../src/blocks/buildContext.js';
import { BATCH_NORMALIZED, BIASED } from '../../src/spec/convolutionStyles.js';
import { specOfSteps } from '../../src/spec/specOfSteps.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { ConvolutionStep, Padding, PoolStep, Step } from '../../src/spec/types.js';
import { difference } from '../layers/difference.js';
import { blockModel, layerList } from './blockModel.js';
import { averagePool, maxPool, predict, randomMap, relu, type FeatureMap } from './naive.js';

const CONTEXT: BuildContext = { style: BATCH_NORMALIZED };

const build = (shape: readonly number[], step: Step, context = CONTEXT): tf.LayersModel =>
  blockModel(shape, (x) => applyStep(x, step, undefined, context));

afterEach(() => tf.disposeVariables());

describe("'ceil' is Caffe's and torch's ceil mode: on what leaves a ReLU, zeros below and right equal no value", () => {
  it.each<{ size: [number, number]; pool: number | [number, number]; strides: number; output: [number, number]; zeros?: [number, number] }>(
    [
      { size: [100, 100], pool: 3, strides: 2, output: [50, 50], zeros: [1, 1] },
      { size: [107, 107], pool: 3, strides: 2, output: [53, 53] },
      { size: [15, 15], pool: 3, strides: 2, output: [7, 7] },
      { size: [7, 7], pool: 3, strides: 2, output: [3, 3] },
      { size: [112, 107], pool: 3, strides: 2, output: [56, 53], zeros: [1, 0] },
      { size: [7, 7], pool: 2, strides: 2, output: [4, 4], zeros: [1, 1] },
      { size: [1, 1], pool: 2, strides: 2, output: [1, 1], zeros: [1, 1] },
      { size: [14, 9], pool: 2, strides: 2, output: [7, 5], zeros: [0, 1] },
      { size: [8, 8], pool: 3, strides: 3, output: [3, 3], zeros: [1, 1] },
      { size: [7, 10], pool: [5, 3], strides: 3, output: [2, 4], zeros: [1, 2] },
      { size: [5, 6], pool: 1, strides: 3, output: [2, 2] },
    ],
  )('$size, windows of $pool, $strides apart: $output, zeros $zeros', ({ size, pool, strides, output, zeros }) => {
    const model = build([...size, 2], { op: 'maxPool', name: 'pool', poolSize: pool, strides, padding: 'ceil' });
    expect(layerList(model)).toEqual([...(zeros ? ['pool_padding: ZeroPadding2D'] : []), 'pool: MaxPooling2D']);
    if (zeros) {
      const padding = model.getLayer('pool_padding').getConfig().padding;
      expect(padding).toEqual([
        [0, zeros[0]],
        [0, zeros[1]],
      ]);
    }
    const map = relu(randomMap([...size, 2], 4));
    const window = typeof pool === 'number' ? ([pool, pool] as const) : pool;
    const expected = maxPool(map, { window, strides: [strides, strides], padding: 'ceil' });
    expect(expected.shape).toEqual([...output, 2]);
    expect(model.outputs[0].shape).toEqual([null, ...output, 2]);
    expect(predict(model, map)).toEqual(expected);
  });
});

describe('pools', () => {
  const PADDINGS: readonly Padding[] = ['same', 'valid', { zeros: 1 }];
  const cases = PADDINGS.flatMap((padding) =>
    [1, 2].map((stride) => ({ padding, stride, title: `${JSON.stringify(padding)}, stride ${stride}` })),
  );
  const sliding = (padding: Padding, stride: number) => ({ window: [3, 2], strides: [stride, stride], padding }) as const;
  const pool = (op: PoolStep['op'], padding: Padding, strides: number): Step => ({ op, name: 'pool', poolSize: [3, 2], strides, padding });

  it.each(cases)('maxPool $title takes the largest value of a 7×6 map after a ReLU', ({ padding, stride }) => {
    const map = relu(randomMap([7, 6, 3], 5));
    expect(predict(build([7, 6, 3], pool('maxPool', padding, stride)), map)).toEqual(maxPool(map, sliding(padding, stride)));
  });

  it.each(cases)("averagePool $title takes the mean, of values inside only under 'same'", ({ padding, stride }) => {
    const map = randomMap([7, 6, 3], 6);
    const expected = averagePool(map, sliding(padding, stride), padding !== 'same');
    const actual = predict(build([7, 6, 3], pool('averagePool', padding, stride)), map);
    expect(actual.shape).toEqual(expected.shape);
    expect(difference(actual.data, expected.data)).toBeLessThan(1e-6);
  });

  it("stand 1 apart and are padded 'same' unless told otherwise, so that a module's pool keeps the size", () => {
    const model = build([7, 6, 3], { op: 'maxPool', name: 'pool', poolSize: 3 });
    expect(model.outputs[0].shape).toEqual([null, 7, 6, 3]);
    const map = randomMap([7, 6, 3], 7);
    expect(predict(model, map)).toEqual(maxPool(map, { window: [3, 3], strides: [1, 1], padding: 'same' }));
  });
});

describe('other steps become one layer of their own name', () => {
  it.each<{ step: Step; layer: string; shape: number[] }>([
    { step: { op: 'globalAveragePool', name: 'a' }, layer: 'a: GlobalAveragePooling2D', shape: [3] },
    { step: { op: 'globalMaxPool', name: 'a' }, layer: 'a: GlobalMaxPooling2D', shape: [3] },
    { step: { op: 'adaptiveAveragePool', name: 'a', outputSize: [2, 4] }, layer: 'a: AdaptiveAveragePooling2D', shape: [2, 4, 3] },
    {
      step: { op: 'localResponseNormalization', name: 'a', depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 },
      layer: 'a: LocalResponseNormalization',
      shape: [7, 6, 3],
    },
    { step: { op: 'dropout', name: 'a', rate: 0.4 }, layer: 'a: Dropout', shape: [7, 6, 3] },
    { step: { op: 'flatten', name: 'a' }, layer: 'a: Flatten', shape: [126] },
    { step: { op: 'relu', name: 'a' }, layer: 'a: Activation', shape: [7, 6, 3] },
    { step: { op: 'batchNormalization', name: 'a' }, layer: 'a: BatchNormalization', shape: [7, 6, 3] },
  ])('$layer: $shape', ({ step, layer, shape }) => {
    const model = build([7, 6, 3], step);
    expect(layerList(model)).toEqual([layer]);
    expect(model.outputs[0].shape).toEqual([null, ...shape]);
  });

  it('their settings arrive: LRN radius 2, bias 1, alpha 2e-5, beta 0.75; dropout rate 0.4', () => {
    const norm = build([7, 6, 3], { op: 'localResponseNormalization', name: 'a', depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 });
    expect(norm.getLayer('a').getConfig()).toMatchObject({ depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 });
    expect(build([7, 6, 3], { op: 'dropout', name: 'a', rate: 0.4 }).getLayer('a').getConfig()).toMatchObject({ rate: 0.4 });
  });

  it('a dense step over 126 values to 5 has 635 parameters, and no activation unless given one', () => {
    const chain = (activation?: 'relu'): Step[] => [
      { op: 'flatten', name: 'flat' },
      { op: 'dense', name: 'fc', units: 5, activation },
    ];
    const layers = [chain(), chain('relu')].map((steps) =>
      blockModel([7, 6, 3], (x) => applySteps(x, steps, 'head', CONTEXT)).getLayer('head_fc'),
    );
    expect(layers.map((layer) => layer.countParams())).toEqual([635, 635]);
    expect(layers.map((layer) => layer.getConfig().activation)).toEqual(['linear', 'relu']);
  });
});

describe("the network's style", () => {
  const chain: Step[] = [
    { op: 'convolution', name: 'conv', filters: 2, kernelSize: 3 },
    { op: 'module', name: 'mixed', branches: [[{ op: 'convolution', name: 'a', filters: 3, kernelSize: 1 }]], merge: { residual: 0.5 } },
    { op: 'flatten', name: 'flat' },
    { op: 'dense', name: 'fc', units: 5 },
  ];

  it("Caffe's biases start at 0.2, in convolutions, projections and dense layers alike", () => {
    const model = blockModel([4, 4, 1], (x) => applySteps(x, chain, undefined, { style: { ...BIASED, initialBias: 0.2 } }));
    const biases = model.weights.filter(({ originalName }) => originalName.endsWith('/bias'));
    expect(biases.map(({ originalName }) => originalName)).toEqual([
      'conv_conv/bias',
      'mixed_a_conv/bias',
      'mixed_projection_conv/bias',
      'fc/bias',
    ]);
    for (const bias of biases) expect(new Set(bias.read().dataSync())).toEqual(new Set([Math.fround(0.2)]));
  });

  it.each([
    { initializer: 'truncatedNormal', least: 0.005, most: 0.02, deviation: [0.007, 0.011] },
    { initializer: 'heNormal', least: 0.2, most: 0.6, deviation: [0.13, 0.21] },
    { initializer: 'glorotUniform', least: 0.15, most: 0.18, deviation: [0.08, 0.11] },
  ] as const)(
    '$initializer draws 3×3×8 to 16: deviation $deviation, largest from $least to $most',
    ({ initializer, least, most, deviation }) => {
      const step: Step = { op: 'convolution', name: 'a', filters: 16, kernelSize: 3 };
      const model = build([4, 4, 8], step, { style: { ...BIASED, initializer }, seed: 3 });
      const kernel = [...model.getLayer('a_conv').getWeights()[0].dataSync()];
      const largest = Math.max(...kernel.map(Math.abs));
      expect(largest).toBeGreaterThan(least);
      expect(largest).toBeLessThan(most);
      const measured = Math.sqrt(kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length);
      expect(measured).toBeGreaterThan(deviation[0]);
      expect(measured).toBeLessThan(deviation[1]);
    },
  );
});

describe('a step by itself', () => {
  it('relu is max(x, 0)', () => {
    const map = randomMap([7, 6, 3], 8);
    expect(predict(build([7, 6, 3], { op: 'relu', name: 'a' }), map)).toEqual(relu(map));
  });

  it("batchNormalization has the style's settings, also in a style that normalises no convolution", () => {
    const batchNormalization = { momentum: 0.7, epsilon: 0.01, scale: false, center: true };
    const layer = build([7, 6, 3], { op: 'batchNormalization', name: 'a' }, { style: { ...BIASED, batchNormalization } }).getLayer('a');
    expect(layer.getConfig()).toMatchObject(batchNormalization);
    expect(layer.weights.map(({ originalName }) => originalName)).toEqual(['a/beta', 'a/moving_mean', 'a/moving_variance']);
  });

  it('a dense step without bias has its kernel only: 126 · 5 parameters', () => {
    const steps: Step[] = [
      { op: 'flatten', name: 'flat' },
      { op: 'dense', name: 'fc', units: 5, useBias: false },
    ];
    expect(blockModel([7, 6, 3], (x) => applySteps(x, steps, undefined, CONTEXT)).countParams()).toBe(630);
  });
});

describe("a convolution's own settings go before the network's", () => {
  it.each<{ own: Partial<ConvolutionStep>; layers: string[]; weights: number }>([
    { own: {}, layers: ['a_conv: Conv2D', 'a_bn: BatchNormalization', 'a_relu: Activation'], weights: 5 },
    { own: { useBias: true }, layers: ['a_conv: Conv2D', 'a_bn: BatchNormalization', 'a_relu: Activation'], weights: 6 },
    { own: { order: 'conv-relu-bn' }, layers: ['a_conv: Conv2D', 'a_bn: BatchNormalization'], weights: 5 },
    { own: { order: 'conv-relu', useBias: true }, layers: ['a_conv: Conv2D'], weights: 2 },
  ])('$own: $layers, $weights weights', ({ own, layers, weights }) => {
    const model = build([7, 6, 3], { op: 'convolution', name: 'a', filters: 2, kernelSize: 3, ...own });
    expect(layerList(model)).toEqual(layers);
    expect(model.weights).toHaveLength(weights);
  });

  it.each([
    { side: 3, kernel: [3, 3], output: [1, 1] },
    { side: 5, kernel: [5, 5], output: [1, 1] },
    { side: 7, kernel: [5, 5], output: [3, 3] },
    { side: 1, kernel: [1, 1], output: [1, 1] },
  ])('shrinkToFit makes a 5×5 kernel $kernel over a map of $side×$side', ({ side, kernel, output }) => {
    const model = build([side, side, 2], { op: 'convolution', name: 'a', filters: 4, kernelSize: 5, padding: 'valid', shrinkToFit: true });
    expect(model.getLayer('a_conv').weights[0].shape).toEqual([...kernel, 2, 4]);
    expect(model.outputs[0].shape).toEqual([null, ...output, 4]);
  });

  it('without shrinkToFit a kernel larger than the map is not built', () => {
    const step: Step = { op: 'convolution', name: 'a', filters: 4, kernelSize: 5, padding: 'valid' };
    expect(() => traceShapes(specOfSteps('a', [step], [3, 3, 2]))).toThrow(expect.objectContaining({ code: 'INPUT_TOO_SMALL' }));
  });
});

describe('a residual', () => {
  it.each([
    { merge: { residual: 1, activation: 'linear' }, end: 'a_add', least: -Infinity },
    { merge: { residual: 0.2 }, end: 'a_relu', least: 0 },
  ] as const)('$merge ends in $end: what leaves it is $least or more', ({ merge, end, least }) => {
    const step: Step = { op: 'module', name: 'a', branches: [[{ op: 'convolution', name: 'b', filters: 2, kernelSize: 1 }]], merge };
    const model = build([7, 6, 3], step);
    expect(model.layers.at(-1)?.name).toBe(end);
    const smallest = Math.min(...predict(model, randomMap([7, 6, 3], 3)).data);
    expect(smallest < 0).toBe(least < 0);
  });
});

it('an empty chain is its input', () => {
  const input = tf.input({ shape: [4, 4, 1] });
  expect(applySteps(input, [], 'a', CONTEXT)).toBe(input);
});

it('a naive maximum over a window of negative values and zeros differs, or the tests above would prove nothing', () => {
  const map: FeatureMap = { shape: [2, 2, 1], data: [-1, -2, -3, -4] };
  const model = build([2, 2, 1], { op: 'maxPool', name: 'pool', poolSize: 3, strides: 2, padding: { zeros: 1 } });
  expect(predict(model, map).data).toEqual([0]);
  expect(maxPool(map, { window: [3, 3], strides: [2, 2], padding: { zeros: 1 } }).data).toEqual([-1]);
});
