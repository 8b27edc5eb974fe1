import * as tf from '@tensorflow/tfjs';
import { applySeparableConvolution } from '../../src/blocks/applySeparableConvolution.js';
import { BATCH_NORMALIZED, BIASED, NORMALIZED_LAST } from '../../src/spec/convolutionStyles.js';
import type { ConvolutionStyle, Padding, SeparableConvolutionStep } from '../../src/spec/types.js';
import { difference } from '../layers/difference.js';
import { blockModel, layerList, randomizeWeights } from './blockModel.js';
import { convolve, each, predict, randomMap, relu, type FeatureMap, type Sliding } from './naive.js';

afterEach(() => tf.disposeVariables());

const build = (step: Partial<SeparableConvolutionStep>, style: ConvolutionStyle = BIASED): tf.LayersModel =>
  blockModel([7, 6, 3], (x) =>
    applySeparableConvolution(x, { op: 'separableConvolution', name: 'a', filters: 4, kernelSize: [3, 5], ...step }, { style }),
  );

/** Each channel by filters of its own, and a 1×1 convolution over the results: the first written as a convolution that is mostly zeros. */
function separate(map: FeatureMap, weights: Readonly<Record<string, number[]>>, sliding: Sliding, depthMultiplier: number): FeatureMap {
  const [, , channels] = map.shape;
  const between = channels * depthMultiplier;
  const kernel = Array<number>(sliding.window[0] * sliding.window[1] * channels * between).fill(0);
  weights['a_conv/depthwise_kernel'].forEach((value, index) => {
    const channel = Math.floor(index / depthMultiplier) % channels;
    kernel[Math.floor(index / depthMultiplier) * between + channel * depthMultiplier + (index % depthMultiplier)] = value;
  });
  const depthwise = convolve(map, kernel, Array<number>(between).fill(0), sliding);
  const pixel: Sliding = { window: [1, 1], strides: [1, 1], padding: 'valid' };
  return convolve(depthwise, weights['a_conv/pointwise_kernel'], weights['a_conv/bias'] ?? [0, 0, 0, 0], pixel);
}

const PADDINGS: readonly Padding[] = ['same', 'valid', { zeros: 1 }];
const CASES = PADDINGS.flatMap((padding) =>
  [1, 2].flatMap((stride) => [1, 3].map((depthMultiplier) => ({ padding, stride, depthMultiplier }))),
);

describe('each channel has filters of its own, nothing stands between them and the 1×1 convolution', () => {
  it.each(CASES)('padding $padding, stride $stride, $depthMultiplier filters a channel', ({ padding, stride, depthMultiplier }) => {
    const model = build({ padding, strides: stride, depthMultiplier });
    const weights = randomizeWeights(model, 3);
    const map = randomMap([7, 6, 3], 5);
    const sliding: Sliding = { window: [3, 5], strides: [stride, stride], padding };
    const expected = relu(separate(map, weights, sliding, depthMultiplier));
    const actual = predict(model, map);
    expect(actual.shape).toEqual(expected.shape);
    expect(difference(actual.data, expected.data)).toBeLessThan(1e-5);
  });
});

describe('what surrounds it is what the style puts round a convolution', () => {
  it.each([
    { style: BATCH_NORMALIZED, step: {}, layers: ['a_conv: SeparableConv2D', 'a_bn: BatchNormalization', 'a_relu: Activation'] },
    { style: BATCH_NORMALIZED, step: { activation: 'linear' }, layers: ['a_conv: SeparableConv2D', 'a_bn: BatchNormalization'] },
    { style: NORMALIZED_LAST, step: {}, layers: ['a_conv: SeparableConv2D', 'a_bn: BatchNormalization'] },
    { style: BATCH_NORMALIZED, step: { order: 'conv-relu', useBias: true }, layers: ['a_conv: SeparableConv2D'] },
    { style: BIASED, step: { padding: { zeros: 1 } }, layers: ['a_padding: ZeroPadding2D', 'a_conv: SeparableConv2D'] },
  ] as const)('$style.order, $step: $layers', ({ style, step, layers }) => {
    expect(layerList(build(step, style))).toEqual(layers);
  });

  it('one normalisation, after the 1×1 convolution; its own order and bias go before the network’s', () => {
    const model = build({ order: 'conv-bn-relu', useBias: false }, BIASED);
    expect(model.weights.map(({ originalName }) => originalName.replace('a_', ''))).toEqual([
      ...['conv/depthwise_kernel', 'conv/pointwise_kernel', 'bn/gamma', 'bn/beta', 'bn/moving_mean', 'bn/moving_variance'],
    ]);
    const weights = randomizeWeights(model, 7);
    const map = randomMap([7, 6, 3], 9);
    const convolved = separate(map, weights, { window: [3, 5], strides: [1, 1], padding: 'same' }, 1);
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => weights[`a_bn/${name}`]);
    const expected = each(convolved, (value, channel) =>
      Math.max(0, (gamma[channel] * (value - mean[channel])) / Math.sqrt(variance[channel] + 1e-3) + beta[channel]),
    );
    expect(difference(predict(model, map).data, expected.data)).toBeLessThan(1e-5);
  });

  it('both kernels are drawn from the seed, each from its own name', () => {
    const values = (seed: number): number[][] =>
      blockModel([4, 4, 8], (x) =>
        applySeparableConvolution(
          x,
          { op: 'separableConvolution', name: 'a', filters: 8, kernelSize: 1 },
          { style: { ...BIASED, useBias: false }, seed },
        ),
      ).weights.map((weight) => [...weight.read().dataSync()]);
    const [first, again, other] = [1, 1, 2].map(values);
    expect(again).toEqual(first);
    expect(first.map((each, index) => each.some((value, at) => value === other[index][at]))).toEqual([false, false]);
    expect(first[0].slice(0, 8)).not.toEqual(first[1].slice(0, 8));
  });
});
