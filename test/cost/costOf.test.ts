import fc from 'fast-check';
import { costOf, costOfSteps } from '../../src/cost/costOf.js';
import { BATCH_NORMALIZED, BIASED } from '../../src/spec/convolutionStyles.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { ConvolutionStep, NetworkSpec, Step } from '../../src/spec/types.js';
import { anyColumns, anyInput, anyModule, anyStyle, specOfSteps } from '../spec/anySpec.js';

const convolution = (name: string, filters: number, kernelSize: ConvolutionStep['kernelSize'], strides = 1): Step => ({
  ...{ op: 'convolution', name, filters, kernelSize, strides },
});

describe('totals at 1000 classes and 224×224: counted in torchvision, tf_slim and from Table 1 of arXiv:1409.4842', () => {
  it.each([
    { variant: 'paper', heads: false, trainable: 6_998_552, nonTrainable: 0, main: 1_582_671_872 },
    { variant: 'paper', heads: true, trainable: 13_378_280, nonTrainable: 0, main: 1_582_671_872 },
    { variant: 'caffe', heads: false, trainable: 6_998_552, nonTrainable: 0, main: 1_582_671_872 },
    { variant: 'caffe', heads: true, trainable: 13_378_280, nonTrainable: 0, main: 1_582_671_872 },
    { variant: 'batchnorm', heads: false, trainable: 7_005_832, nonTrainable: 14_560, main: 1_582_671_872 },
    { variant: 'batchnorm', heads: true, trainable: 13_385_816, nonTrainable: 15_072, main: 1_582_671_872 },
    { variant: 'torchvision', heads: false, trainable: 6_624_904, nonTrainable: 14_560, main: 1_498_376_192 },
    { variant: 'torchvision', heads: true, trainable: 13_004_888, nonTrainable: 15_072, main: 1_498_376_192 },
    { variant: 'slim', heads: false, trainable: 6_617_624, nonTrainable: 14_560, main: 1_498_376_192 },
    { variant: 'slim', heads: true, trainable: 12_997_352, nonTrainable: 15_072, main: 1_498_376_192 },
  ])('$variant, heads $heads: $trainable trainable + $nonTrainable, $main multiply-adds', ({ variant, heads, ...expected }) => {
    const cost = costOf(networkSpec('googlenet', { variant, auxiliaryHeads: heads }));
    const { trainable, nonTrainable } = expected;
    expect(cost.parameters).toEqual({ trainable, nonTrainable, total: trainable + nonTrainable });
    expect(cost.main.multiplyAdds).toBe(expected.main);
    expect(cost.multiplyAdds).toBe(expected.main + (heads ? 8_372_224 : 0));
  });

  it('slim at its own 1001 classes: 6,633,209 in all, 6,618,649 trainable, as tf_slim counts', () => {
    const { parameters } = costOf(networkSpec('googlenet', { variant: 'slim', classes: 1001 }));
    expect(parameters).toEqual({ trainable: 6_618_649, nonTrainable: 14_560, total: 6_633_209 });
  });
});

describe('every stage of the variant paper, from the filter columns of Table 1, arXiv:1409.4842', () => {
  const cost = costOf(networkSpec('googlenet', { variant: 'paper' }));
  it.each([
    { name: 'conv1', out: [112, 112, 64], weights: 9_408, bias: 64, multiplyAdds: 118_013_952 },
    { name: 'pool1', out: [56, 56, 64], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'norm1', out: [56, 56, 64], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'conv2_reduce', out: [56, 56, 64], weights: 4_096, bias: 64, multiplyAdds: 12_845_056 },
    { name: 'conv2', out: [56, 56, 192], weights: 110_592, bias: 192, multiplyAdds: 346_816_512 },
    { name: 'norm2', out: [56, 56, 192], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'pool2', out: [28, 28, 192], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'inception_3a', out: [28, 28, 256], weights: 163_328, bias: 368, multiplyAdds: 128_049_152 },
    { name: 'inception_3b', out: [28, 28, 480], weights: 388_096, bias: 640, multiplyAdds: 304_267_264 },
    { name: 'pool3', out: [14, 14, 480], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'inception_4a', out: [14, 14, 512], weights: 375_552, bias: 624, multiplyAdds: 73_608_192 },
    { name: 'inception_4b', out: [14, 14, 512], weights: 448_512, bias: 648, multiplyAdds: 87_908_352 },
    { name: 'inception_4c', out: [14, 14, 512], weights: 509_440, bias: 664, multiplyAdds: 99_850_240 },
    { name: 'inception_4d', out: [14, 14, 528], weights: 604_672, bias: 704, multiplyAdds: 118_515_712 },
    { name: 'inception_4e', out: [14, 14, 832], weights: 867_328, bias: 1_024, multiplyAdds: 169_996_288 },
    { name: 'pool4', out: [7, 7, 832], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'inception_5a', out: [7, 7, 832], weights: 1_042_432, bias: 1_024, multiplyAdds: 51_079_168 },
    { name: 'inception_5b', out: [7, 7, 1024], weights: 1_442_816, bias: 1_264, multiplyAdds: 70_697_984 },
    { name: 'pool5', out: [1024], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'dropout', out: [1024], weights: 0, bias: 0, multiplyAdds: 0 },
    { name: 'main_logits', out: [1000], weights: 1_024_000, bias: 1_000, multiplyAdds: 1_024_000 },
  ])('$name: $out, $weights weights, $bias biases, $multiplyAdds multiply-adds', ({ name, out, weights, bias, multiplyAdds }) => {
    const stage = cost.modules.find((found) => found.name === name) ?? cost.rows.find((found) => found.name === name);
    expect(stage?.outputShape).toEqual(out);
    expect(stage?.parameters).toEqual({ trainable: weights + bias, nonTrainable: 0, total: weights + bias });
    expect(stage?.multiplyAdds).toBe(multiplyAdds);
  });
});

describe('the bottleneck of 28×28×192', () => {
  it('32 5×5 filters straight cost 120,422,400 multiply-adds', () => {
    expect(costOfSteps([convolution('5x5', 32, 5)], [28, 28, 192]).multiplyAdds).toBe(120_422_400);
  });

  it('through 16 channels they cost 2,408,448 + 10,035,200 = 12,443,648', () => {
    const cost = costOfSteps([convolution('5x5_reduce', 16, 1), convolution('5x5', 32, 5)], [28, 28, 192]);
    expect(cost.rows.map(({ multiplyAdds }) => multiplyAdds)).toEqual([2_408_448, 10_035_200]);
    expect(cost.multiplyAdds).toBe(12_443_648);
  });

  it("the notebook's uniform module of 64 on 224×224×3 has 256 parameters in its first convolution and 256 in its batch normalization", () => {
    const style = { ...BATCH_NORMALIZED, order: 'conv-relu-bn', useBias: true } as const;
    const [first] = costOfSteps([inceptionModuleSpec('mixed', 64)], [224, 224, 3], style).rows;
    expect(first.parameters).toEqual({ trainable: 256 + 128, nonTrainable: 128, total: 256 + 256 });
  });
});

describe('what counts', () => {
  const parametersOf = (spec: NetworkSpec): { trainable: number; nonTrainable: number } => costOf(spec).rows[0].parameters;
  const normalized = (scale: boolean, center: boolean) => ({
    ...{ ...BATCH_NORMALIZED, batchNormalization: { momentum: 0.9, epsilon: 1e-3, scale, center } },
  });

  it.each([
    { what: 'bias only', style: BIASED, trainable: 5 * 7 * 3 * 8 + 8, nonTrainable: 0 },
    { what: 'no bias, no normalization', style: { ...BIASED, useBias: false }, trainable: 840, nonTrainable: 0 },
    { what: 'gamma and beta', style: normalized(true, true), trainable: 840 + 16, nonTrainable: 16 },
    { what: 'beta only', style: normalized(false, true), trainable: 840 + 8, nonTrainable: 16 },
    { what: 'neither', style: normalized(false, false), trainable: 840, nonTrainable: 16 },
    { what: 'bias, gamma and beta', style: { ...BATCH_NORMALIZED, useBias: true }, trainable: 840 + 24, nonTrainable: 16 },
  ])('8 filters of 5×7 over 3 channels, $what: $trainable trainable, $nonTrainable moving', ({ style, trainable, nonTrainable }) => {
    expect(parametersOf(specOfSteps([convolution('a', 8, [5, 7])], [9, 9, 3], style))).toMatchObject({ trainable, nonTrainable });
  });

  it('a residual of 20 channels over 12 adds a 1×1 convolution with bias: 20 · 12 + 12 parameters, 7 · 7 · 20 · 12 multiply-adds', () => {
    const step = inceptionModuleSpec('mixed', {
      branches: [[{ op: 'convolution', filters: 20, kernelSize: 1 }]],
      merge: { residual: 0.1 },
    });
    const cost = costOfSteps([step], [7, 7, 12]);
    expect(cost.rows.map(({ name, parameters, multiplyAdds }) => [name, parameters.trainable, multiplyAdds])).toEqual([
      ['mixed_branch0_0', 240 + 40, 11_760],
      ['mixed_projection', 252, 11_760],
      ['mixed', 0, 0],
    ]);
  });

  it('activation bytes are four for each value of each output, a flatten none: 4 · (6·6·2 + 3·3·2 + 18·0 + 5) = 380', () => {
    const steps: Step[] = [
      convolution('a', 2, 3),
      { op: 'maxPool', name: 'b', poolSize: 2, strides: 2 },
      { op: 'flatten', name: 'c' },
      { op: 'dense', name: 'd', units: 5 },
    ];
    expect(costOfSteps(steps, [6, 6, 1]).activationBytes).toBe(380);
  });
});

describe('subtotals', () => {
  const cost = costOf(networkSpec('googlenet', { auxiliaryHeads: true }));

  it('heads hold 3,188,968 and 3,191,016 trainable parameters, 4,169,728 and 4,202,496 multiply-adds', () => {
    expect(Object.entries(cost.heads).map(([name, { parameters, multiplyAdds }]) => [name, parameters.trainable, multiplyAdds])).toEqual([
      ['auxiliary_4a', 3_188_968, 4_169_728],
      ['auxiliary_4d', 3_191_016, 4_202_496],
    ]);
  });

  it('main and heads make up the whole', () => {
    const parts = [cost.main, ...Object.values(cost.heads)];
    expect(parts.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0)).toBe(cost.multiplyAdds);
    expect(parts.reduce((sum, { parameters }) => sum + parameters.total, 0)).toBe(cost.parameters.total);
    expect(parts.reduce((sum, { activationBytes }) => sum + activationBytes, 0)).toBe(cost.activationBytes);
  });

  it('the branches of 3a cost 9.6, 101.2, 12.4 and 4.8 million multiply-adds', () => {
    expect(cost.modules[0].branches.map(({ name, multiplyAdds, outputShape }) => ({ name, multiplyAdds, outputShape }))).toEqual([
      { name: '1x1', multiplyAdds: 9_633_792, outputShape: [28, 28, 64] },
      { name: '3x3_reduce → 3x3', multiplyAdds: 101_154_816, outputShape: [28, 28, 128] },
      { name: '5x5_reduce → 5x5', multiplyAdds: 12_443_648, outputShape: [28, 28, 32] },
      { name: 'pool → pool_projection', multiplyAdds: 4_816_896, outputShape: [28, 28, 32] },
    ]);
  });

  it('shares of rows sum to 1', () => {
    expect(cost.rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(cost.modules[0].share).toBe(128_049_152 / cost.multiplyAdds);
  });

  it('of any module in any style: branches and projection make up the module', () => {
    fc.assert(
      fc.property(anyModule, anyInput, anyStyle, (step, input, style) => {
        const { modules, rows, parameters } = costOfSteps([step], input, style);
        const projection = rows.filter(({ op }) => op === 'projection');
        const parts = [...modules[0].branches, ...projection];
        expect(parts.reduce((sum, part) => sum + part.multiplyAdds, 0)).toBe(modules[0].multiplyAdds);
        expect(parts.reduce((sum, part) => sum + part.parameters.trainable, 0)).toBe(parameters.trainable);
        expect(projection).toHaveLength(step.merge === 'concat' ? 0 : 1);
      }),
      { seed: 17, numRuns: 60 },
    );
  });
});

describe("Table 1's columns, whatever they are", () => {
  it('multiply-adds are weights times positions, and parameters do not depend on the picture', () => {
    fc.assert(
      fc.property(anyColumns, anyInput, (columns, [height, width, channels]) => {
        const { filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolProjection } = columns;
        const weights =
          channels * (filters1x1 + reduce3x3 + reduce5x5 + poolProjection) + 9 * reduce3x3 * filters3x3 + 25 * reduce5x5 * filters5x5;
        const cost = costOfSteps([inceptionModuleSpec('mixed', columns)], [height, width, channels], { ...BIASED, useBias: false });
        expect(cost.parameters.total).toBe(weights);
        expect(cost.multiplyAdds).toBe(weights * height * width);
      }),
      { seed: 19 },
    );
  });

  it('n more 5×5 filters cost 25 · reduce5x5 · n + n parameters', () => {
    fc.assert(
      fc.property(anyColumns, anyInput, fc.integer({ min: 1, max: 32 }), (columns, input, n) => {
        const parameters = (filters5x5: number): number =>
          costOfSteps([inceptionModuleSpec('mixed', { ...columns, filters5x5 })], input, BIASED).parameters.trainable;
        expect(parameters(columns.filters5x5 + n) - parameters(columns.filters5x5)).toBe(25 * columns.reduce5x5 * n + n);
      }),
      { seed: 23 },
    );
  });
});

describe('arguments', () => {
  it('takes anything that carries a spec', () => {
    const spec = networkSpec('googlenet', { classes: 10 });
    expect(costOf({ spec })).toEqual(costOf(spec));
  });

  it.each([undefined, null, 5, {}, { spec: null }])('%j is refused by path', (value) => {
    expect(() => costOf(value as unknown as NetworkSpec)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^networkSpec(\.name)?: expected /) }),
    );
  });
});
