import * as tf from '@tensorflow/tfjs';
import { inceptionModule, type InceptionModuleOptions } from '../../src/blocks/inceptionModule.js';
import type { InceptionModuleSpec } from '../../src/spec/moduleForms.js';
import type { Merge } from '../../src/spec/types.js';
import { difference } from '../layers/difference.js';
import { blockModel, countsOf, layerList, randomizeWeights, refusal } from './blockModel.js';
import { add, averagePool, concatenate, convolve, each, predict, randomMap, relu, type FeatureMap } from './naive.js';

const build = (shape: readonly (number | null)[], spec: InceptionModuleSpec, options?: InceptionModuleOptions): tf.LayersModel =>
  blockModel(shape, (x) => inceptionModule(x, spec, options));

const convolutions = (model: tf.LayersModel): string[] =>
  model.layers
    .filter((layer) => layer.getClassName() === 'Conv2D')
    .map((layer) => {
      const { kernelSize, filters } = layer.getConfig() as { kernelSize: number[]; filters: number };
      return `${layer.name} ${kernelSize.join('×')} → ${filters}`;
    });

const MODULE_3A = { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolProjection: 32 };

afterEach(() => tf.disposeVariables());

describe('the four forms', () => {
  it('64: the uniform module of the notebook, convolution with bias, ReLU, batch normalization: 141,952 values, 256 in its first convolution', () => {
    const model = build([224, 224, 3], 64);
    expect(model.outputs[0].shape).toEqual([null, 224, 224, 256]);
    expect(convolutions(model).sort()).toEqual([
      'inception_1x1_conv 1×1 → 64',
      'inception_3x3_conv 3×3 → 64',
      'inception_3x3_reduce_conv 1×1 → 64',
      'inception_5x5_conv 5×5 → 64',
      'inception_5x5_reduce_conv 1×1 → 64',
      'inception_pool_projection_conv 1×1 → 64',
    ]);
    expect(model.getLayer('inception_1x1_conv').countParams()).toBe(256);
    expect(model.getLayer('inception_1x1_conv').getConfig()).toMatchObject({ activation: 'relu', useBias: true });
    expect(countsOf(model)).toEqual([141_184, 768]);
  });

  it('the naive module leaves the pool branch as deep as its input: 28×28×192 → 64 + 128 + 32 + 192 = 416 channels', () => {
    const model = build([28, 28, 192], { filters1x1: 64, filters3x3: 128, filters5x5: 32 }, { name: 'naive', order: 'conv-relu' });
    expect(model.outputs[0].shape).toEqual([null, 28, 28, 416]);
    expect(convolutions(model)).toEqual(['naive_1x1_conv 1×1 → 64', 'naive_3x3_conv 3×3 → 128', 'naive_5x5_conv 5×5 → 32']);
    expect(countsOf(model)).toEqual([192 * (64 + 9 * 128 + 25 * 32) + 224, 0]);
  });

  it("Table 1's 3a: 28×28×192 → 28×28×256, 163,696 parameters with biases, 164,064 with batch normalization", () => {
    const biased = build([28, 28, 192], MODULE_3A, { name: 'inception_3a', order: 'conv-relu' });
    expect(biased.outputs[0].shape).toEqual([null, 28, 28, 256]);
    expect(countsOf(biased)).toEqual([163_696, 0]);
    expect(layerList(biased).sort()).toEqual([
      'inception_3a_1x1_conv: Conv2D',
      'inception_3a_3x3_conv: Conv2D',
      'inception_3a_3x3_reduce_conv: Conv2D',
      'inception_3a_5x5_conv: Conv2D',
      'inception_3a_5x5_reduce_conv: Conv2D',
      'inception_3a_concat: Concatenate',
      'inception_3a_pool: MaxPooling2D',
      'inception_3a_pool_projection_conv: Conv2D',
    ]);
    const normalized = build([28, 28, 192], MODULE_3A, { name: 'inception_3a' });
    expect(countsOf(normalized)).toEqual([163_328 + 2 * 368, 2 * 368]);
    expect(normalized.getLayer('inception_3a_5x5_reduce_relu').getClassName()).toBe('Activation');
  });

  it('free branches: kernels 1×7, 2×2 and 3×3, strides 2, a max and an average pool, unnamed steps named by their place', () => {
    const model = build(
      [28, 29, 8],
      {
        branches: [
          [{ op: 'convolution', filters: 4, kernelSize: [1, 7], strides: 2 }],
          [
            { op: 'convolution', name: 'even', filters: 5, kernelSize: 2, strides: [1, 2] },
            { op: 'maxPool', poolSize: 3, strides: [2, 1] },
          ],
          [{ op: 'averagePool', poolSize: [3, 5], strides: 2 }],
          [{ op: 'convolution', filters: 6, kernelSize: 3, strides: 2, padding: { zeros: 1 }, activation: 'linear' }],
        ],
      },
      { name: 'mixed', order: 'conv-relu' },
    );
    expect(model.outputs[0].shape).toEqual([null, 14, 15, 4 + 5 + 8 + 6]);
    expect(layerList(model).sort()).toEqual([
      'mixed_branch0_0_conv: Conv2D',
      'mixed_branch1_1: MaxPooling2D',
      'mixed_branch2_0: AveragePooling2D',
      'mixed_branch3_0_conv: Conv2D',
      'mixed_branch3_0_padding: ZeroPadding2D',
      'mixed_concat: Concatenate',
      'mixed_even_conv: Conv2D',
    ]);
    expect(predict(model, randomMap([28, 29, 8], 1)).shape).toEqual([14, 15, 23]);
  });

  it('a branch may be empty, be the only one, or hold a module', () => {
    const convolution = (filters: number) => ({ op: 'convolution', filters, kernelSize: 1 }) as const;
    const grown = build([5, 5, 3], { branches: [[], [convolution(4)]] }, { name: 'grown' });
    expect(grown.outputs[0].shape).toEqual([null, 5, 5, 7]);
    const single = build([5, 5, 3], { branches: [[convolution(4)]] }, { name: 'single', order: 'conv-relu' });
    expect(layerList(single)).toEqual(['single_branch0_0_conv: Conv2D']);
    const nested = build(
      [5, 5, 3],
      { branches: [[convolution(4), { op: 'module', name: 'split', branches: [[convolution(2)], [convolution(3)]] }], [convolution(1)]] },
      { name: 'outer', order: 'conv-relu' },
    );
    expect(nested.outputs[0].shape).toEqual([null, 5, 5, 6]);
    expect(layerList(nested)).toEqual(expect.arrayContaining(['outer_split_branch1_0_conv: Conv2D', 'outer_split_concat: Concatenate']));
  });
});

describe('merges against branches computed in double precision, 5×6×2', () => {
  const spec = (merge: Merge | undefined, filters: number): InceptionModuleSpec => ({
    branches: [
      [{ op: 'convolution', name: 'a', filters, kernelSize: [3, 1] }],
      [
        { op: 'averagePool', name: 'mean', poolSize: 3 },
        { op: 'convolution', name: 'b', filters: 2, kernelSize: 2, activation: 'linear' },
      ],
      [],
    ],
    merge,
  });
  const SAME = { strides: [1, 1], padding: 'same' } as const;
  const map = randomMap([5, 6, 2], 8);

  const branchesOf = (weights: Record<string, number[]>): FeatureMap[] => {
    const mean = averagePool(map, { window: [3, 3], ...SAME }, false);
    return [
      relu(convolve(map, weights['mixed_a_conv/kernel'], weights['mixed_a_conv/bias'], { window: [3, 1], ...SAME })),
      convolve(mean, weights['mixed_b_conv/kernel'], weights['mixed_b_conv/bias'], { window: [2, 2], ...SAME }),
      map,
    ];
  };

  it.each<{
    title: string;
    merge?: Merge;
    filters: number;
    join: (branches: FeatureMap[], weights: Record<string, number[]>) => FeatureMap;
  }>([
    { title: 'none is concat: 3 + 2 + 2 channels', filters: 3, join: concatenate },
    { title: 'concat: 3 + 2 + 2 channels', merge: 'concat', filters: 3, join: concatenate },
    { title: 'add: 2 channels', merge: 'add', filters: 2, join: add },
    {
      title: 'residual 0.17: relu(x + 0.17 · (W · concat + b)), 2 channels',
      merge: { residual: 0.17 },
      filters: 3,
      join: (branches, weights) => {
        const [kernel, bias] = [weights['mixed_projection_conv/kernel'], weights['mixed_projection_conv/bias']];
        const projected = convolve(concatenate(branches), kernel, bias, { window: [1, 1], ...SAME });
        return relu(add([map, each(projected, (value) => 0.17 * value)]));
      },
    },
  ])('$title', ({ merge, filters, join }) => {
    const model = build([5, 6, 2], spec(merge, filters), { name: 'mixed', order: 'conv-relu' });
    const weights = randomizeWeights(model, 21);
    const expected = join(branchesOf(weights), weights);
    const actual = predict(model, map);
    expect(actual.shape).toEqual(expected.shape);
    expect(difference(actual.data, expected.data)).toBeLessThan(1e-6);
  });

  it('two branches that pass the input through are taken as copies: relu(x + 0.5 · (W · [x, x] + b))', () => {
    const model = blockModel([5, 6, 2], (x) => {
      const pooled = tf.layers.maxPooling2d({ name: 'before', poolSize: 1 }).apply(x) as tf.SymbolicTensor;
      return inceptionModule(pooled, { branches: [[], []], merge: { residual: 0.5 } }, { name: 'mixed' });
    });
    expect(layerList(model)).toContain('mixed_copy: Activation');
    const weights = randomizeWeights(model, 22);
    const [kernel, bias] = [weights['mixed_projection_conv/kernel'], weights['mixed_projection_conv/bias']];
    const projected = convolve(concatenate([map, map]), kernel, bias, { window: [1, 1], ...SAME });
    const expected = relu(add([map, each(projected, (value) => 0.5 * value)]));
    expect(difference(predict(model, map).data, expected.data)).toBeLessThan(1e-6);
  });

  it('a residual has layers projection_conv, scale, add and relu over the concatenation', () => {
    const model = build([5, 6, 2], spec({ residual: 0.17 }, 3), { name: 'mixed', order: 'conv-relu' });
    expect(layerList(model).slice(-5)).toEqual([
      'mixed_concat: Concatenate',
      'mixed_projection_conv: Conv2D',
      'mixed_scale: Rescaling',
      'mixed_add: Add',
      'mixed_relu: Activation',
    ]);
  });
});

describe('an input of unknown height and width', () => {
  it('goes through the uniform module, and one model takes 6×7 and 9×4', () => {
    const model = build([null, null, 3], 4);
    expect(model.outputs[0].shape).toEqual([null, null, null, 16]);
    expect(predict(model, randomMap([6, 7, 3], 1)).shape).toEqual([6, 7, 16]);
    expect(predict(model, randomMap([9, 4, 3], 1)).shape).toEqual([9, 4, 16]);
  });

  it('goes through a residual, and through branches that fit together at odd sizes only', () => {
    const residual = build([null, 8, 3], { branches: [[{ op: 'convolution', filters: 2, kernelSize: 3 }]], merge: { residual: 0.2 } });
    expect(predict(residual, randomMap([5, 8, 3], 1)).shape).toEqual([5, 8, 3]);
    const halving = build([null, null, 3], {
      branches: [
        [{ op: 'maxPool', poolSize: 3, strides: 2, padding: 'valid' }],
        [{ op: 'maxPool', poolSize: 2, strides: 2, padding: 'valid' }],
      ],
    });
    expect(predict(halving, randomMap([9, 7, 3], 1)).shape).toEqual([4, 3, 6]);
  });

  it("cannot go through a pool with padding 'ceil'", () => {
    const refused = refusal(() =>
      build([null, null, 3], { branches: [[], [{ op: 'maxPool', name: 'half', poolSize: 2, padding: 'ceil' }]] }, { name: 'mixed' }),
    );
    expect(refused).toEqual({
      code: 'INVALID_ARGUMENT',
      message: "mixed_half: expected an input of known height and width for a max pool with padding 'ceil', got [ null, null, null, 3 ].",
      tensors: 0,
    });
  });
});

it('the same seed gives the same weights bit for bit, another seed and no seed others', () => {
  const kernels = (seed?: number): string => {
    const model = build([4, 4, 2], 3, { seed });
    return model.weights.map((weight) => weight.read().dataSync().join()).join('\n');
  };
  expect(kernels(1)).toBe(kernels(1));
  expect(new Set([kernels(1), kernels(2), kernels(), kernels()]).size).toBe(4);
});

it('two modules of different names make one model', () => {
  const model = blockModel([8, 8, 3], (x) => inceptionModule(inceptionModule(x, 4, { name: 'first' }), MODULE_3A, { name: 'second' }));
  expect(model.outputs[0].shape).toEqual([null, 8, 8, 256]);
});

describe('what is refused, before any weight exists', () => {
  const ADVICE = 'Give the branches the same strides and padding.';
  const ADVICE_TO_ADD = 'Give the branches the same strides, padding and filters.';
  const convolution = (filters: number, strides = 1) => ({ op: 'convolution', filters, kernelSize: 1, strides }) as const;

  it.each<{ shape?: readonly (number | null)[]; spec: unknown; code?: string; message: string | RegExp }>([
    {
      spec: { branches: [[convolution(8)], [convolution(8, 2)]] },
      message: `inception_4x: expected branches of equal height and width to concatenate, got 28×28×8, 14×14×8. ${ADVICE}`,
    },
    {
      spec: { branches: [[convolution(8)], [convolution(9)]], merge: 'add' },
      message: `inception_4x: expected branches of equal height, width and channels to add, got 28×28×8, 28×28×9. ${ADVICE_TO_ADD}`,
    },
    {
      spec: { filters1x1: 8, filters3x3: 8, filters5x5: 8, merge: 'add' },
      message: `inception_4x: expected branches of equal height, width and channels to add, got 28×28×8, 28×28×8, 28×28×8, 28×28×16. ${ADVICE_TO_ADD}`,
    },
    {
      spec: { branches: [[convolution(8, 2)]], merge: { residual: 0.1 } },
      message:
        'inception_4x: expected branches of equal height and width as the input, to which they are added, ' +
        `got 28×28×16, 14×14×8. ${ADVICE}`,
    },
    {
      spec: { branches: [[{ op: 'module', name: 'inner', branches: [[], [convolution(8, 2)]] }]] },
      message: `inception_4x_inner: expected branches of equal height and width to concatenate, got 28×28×16, 14×14×8. ${ADVICE}`,
    },
    {
      shape: [null, null, 16],
      spec: { branches: [[convolution(8)], [convolution(8, 2)]] },
      message:
        'inception_4x: expected branches of equal height and width to concatenate, got 224×224×8, 112×112×8. ' +
        `${ADVICE} (The input's unknown sides were taken as 224.)`,
    },
    {
      spec: { branches: [[{ op: 'globalAveragePool' }]] },
      message:
        'inception_4x: expected a map of height, width and channels for a module step, got a vector of 16. ' +
        'Put it before the flatten or global pool.',
    },
    {
      shape: [4, 28, 16],
      spec: { branches: [[{ op: 'maxPool', name: 'wide', poolSize: 5, padding: 'valid' }]] },
      code: 'INPUT_TOO_SMALL',
      message:
        'inception_4x_wide: expected a map that its 5×5 window fits, got 4×28×16. ' +
        'inception_4x needs an inputShape of at least 5×5, and has 4×28.',
    },
    { spec: 0, message: /^inceptionModule\('inception_4x'\): expected a positive integer, \{ filters1x1, .* or \{ branches \}, got 0\.$/ },
    { spec: '64', message: /^inceptionModule\('inception_4x'\): expected a positive integer, .*, got '64'\.$/ },
    { spec: { branches: [] }, message: "inceptionModule('inception_4x').branches: expected an array of branches, at least 1, got []." },
    {
      spec: { branches: [[{ op: 'convolution', filters: 2.5, kernelSize: 1 }]] },
      message: "inceptionModule('inception_4x').branches[0][0].filters: expected a positive integer, got 2.5.",
    },
    {
      spec: { branches: [[]], merge: { residual: 0 } },
      message: /^inceptionModule\('inception_4x'\)\.merge.*: expected .*positive number/,
    },
    { shape: [16], spec: 8, message: /^inceptionModule\('inception_4x'\)\.x: expected a symbolic tensor .*, got \[ null, 16 \]\./ },
  ])('$message', ({ shape = [28, 28, 16], spec, code = 'INVALID_ARGUMENT', message }) => {
    const input = tf.input({ shape: [...shape] });
    const refused = refusal(() => inceptionModule(input, spec as InceptionModuleSpec, { name: 'inception_4x' }));
    expect(refused).toMatchObject({ code, tensors: 0 });
    if (typeof message === 'string') expect(refused.message).toBe(message);
    else expect(refused.message).toMatch(message);
  });

  it.each([
    {
      options: { order: 'relu' },
      message: /\('inception'\)\.order: expected 'conv-bn-relu' \| 'conv-relu-bn' \| 'conv-relu', got 'relu'\.$/,
    },
    { options: { seed: 1.5 }, message: /\('inception'\)\.seed: expected an integer, got 1\.5\.$/ },
    { options: { strides: 2 }, message: /\('inception'\)\.strides: expected one of the keys name, order, seed, got 2\.$/ },
    { options: { name: 'a/b' }, message: /\('a\/b'\)\.name: expected a name of letters, .*, got 'a\/b'\.$/ },
    { options: null, message: /\('inception'\): expected an object, got null\.$/ },
  ])('options $options', ({ options, message }) => {
    const refused = refusal(() => inceptionModule(tf.input({ shape: [8, 8, 3] }), 8, options as InceptionModuleOptions));
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message), tensors: 0 });
  });
});
