import fc from 'fast-check';
import { InceptionError } from '../../src/errors.js';
import { GOOGLENET_MODULES, googlenetSpec, type GoogLeNetOptions } from '../../src/spec/googlenet.js';
import { GOOGLENET_VARIANTS } from '../../src/spec/googlenetVariants.js';
import type { ConvolutionStep, ModuleStep, NetworkSpec, Step } from '../../src/spec/types.js';

const VARIANTS = Object.keys(GOOGLENET_VARIANTS) as (keyof typeof GOOGLENET_VARIANTS)[];

const findStep = (spec: NetworkSpec, name: string): Step => spec.trunk.find((step) => step.name === name) as Step;
const branchesOf = (spec: NetworkSpec, name: string): readonly (readonly Step[])[] => (findStep(spec, name) as ModuleStep).branches;
const convolutionsOf = (spec: NetworkSpec, name: string): ConvolutionStep[] =>
  branchesOf(spec, name)
    .flat()
    .filter((step) => step.op === 'convolution');

describe('GoogLeNet modules match Table 1 of arXiv:1409.4842', () => {
  it.each([
    { name: 'inception_3a', columns: [64, 96, 128, 16, 32, 32], depth: 256 },
    { name: 'inception_3b', columns: [128, 128, 192, 32, 96, 64], depth: 480 },
    { name: 'inception_4a', columns: [192, 96, 208, 16, 48, 64], depth: 512 },
    { name: 'inception_4b', columns: [160, 112, 224, 24, 64, 64], depth: 512 },
    { name: 'inception_4c', columns: [128, 128, 256, 24, 64, 64], depth: 512 },
    { name: 'inception_4d', columns: [112, 144, 288, 32, 64, 64], depth: 528 },
    { name: 'inception_4e', columns: [256, 160, 320, 32, 128, 128], depth: 832 },
    { name: 'inception_5a', columns: [256, 160, 320, 32, 128, 128], depth: 832 },
    { name: 'inception_5b', columns: [384, 192, 384, 48, 128, 128], depth: 1024 },
  ])('$name: filters $columns, depth $depth', ({ name, columns, depth }) => {
    const spec = googlenetSpec();
    expect(convolutionsOf(spec, name).map(({ filters }) => filters)).toEqual(columns);
    const widths = branchesOf(spec, name).map((branch) => (branch[branch.length - 1] as ConvolutionStep).filters);
    expect(widths.reduce((sum, width) => sum + width, 0)).toBe(depth);
    expect(branchesOf(spec, name).map((branch) => branch.map((step) => step.name))).toEqual([
      ['1x1'],
      ['3x3_reduce', '3x3'],
      ['5x5_reduce', '5x5'],
      ['pool', 'pool_projection'],
    ]);
  });

  it('has nine modules', () => {
    expect(GOOGLENET_MODULES).toHaveLength(9);
  });
});

describe('the trunk', () => {
  it("holds the paper's steps in order, with local response normalization after pool1 and conv2", () => {
    expect(googlenetSpec({ variant: 'paper' }).trunk.map(({ name }) => name)).toEqual([
      ...['conv1', 'pool1', 'norm1', 'conv2_reduce', 'conv2', 'norm2', 'pool2', 'inception_3a', 'inception_3b', 'pool3'],
      ...['inception_4a', 'inception_4b', 'inception_4c', 'inception_4d', 'inception_4e', 'pool4', 'inception_5a', 'inception_5b'],
    ]);
  });

  it.each([
    { variant: 'batchnorm', kernel: 5, conv1: 'same', pool1: 'same', pool4: 3, norms: 0, dropout: 0.4, order: 'conv-bn-relu' },
    { variant: 'paper', kernel: 5, conv1: 'same', pool1: 'same', pool4: 3, norms: 2, dropout: 0.4, order: 'conv-relu' },
    { variant: 'caffe', kernel: 5, conv1: { zeros: 3 }, pool1: 'ceil', pool4: 3, norms: 2, dropout: 0.4, order: 'conv-relu' },
    { variant: 'torchvision', kernel: 3, conv1: { zeros: 3 }, pool1: 'ceil', pool4: 2, norms: 0, dropout: 0.2, order: 'conv-bn-relu' },
    { variant: 'slim', kernel: 3, conv1: 'same', pool1: 'same', pool4: 2, norms: 0, dropout: 0.2, order: 'conv-bn-relu' },
  ] as const)('$variant: a $kernel×$kernel kernel in the branch called 5x5, pool4 $pool4×$pool4, dropout $dropout', (row) => {
    const spec = googlenetSpec({ variant: row.variant });
    for (const [name] of GOOGLENET_MODULES) {
      expect(convolutionsOf(spec, name).map(({ kernelSize }) => kernelSize)).toEqual([1, 1, 3, 1, row.kernel, 1]);
    }
    expect(findStep(spec, 'conv1')).toMatchObject({ filters: 64, kernelSize: 7, strides: 2, padding: row.conv1 });
    expect(findStep(spec, 'pool1')).toMatchObject({ op: 'maxPool', poolSize: 3, strides: 2, padding: row.pool1 });
    expect(findStep(spec, 'pool4')).toMatchObject({ op: 'maxPool', poolSize: row.pool4, strides: 2, padding: row.pool1 });
    expect(spec.trunk.filter(({ op }) => op === 'localResponseNormalization')).toHaveLength(row.norms);
    expect(spec.top).toEqual([
      { op: 'globalAveragePool', name: 'pool5' },
      { op: 'dropout', name: 'dropout', rate: row.dropout },
    ]);
    expect(spec.convolution).toMatchObject({ order: row.order, useBias: row.order === 'conv-relu' });
  });

  it("Caffe's alpha of 1e-4 over 5 channels is TensorFlow's 2e-5 with depthRadius 2", () => {
    const norm = findStep(googlenetSpec({ variant: 'caffe' }), 'norm1');
    expect(norm).toEqual({ op: 'localResponseNormalization', name: 'norm1', depthRadius: 2, bias: 1, alpha: 1e-4 / 5, beta: 0.75 });
  });

  it.each([
    { variant: 'caffe', style: { initialBias: 0.2 } },
    { variant: 'slim', style: { batchNormalization: { momentum: 0.9997, epsilon: 1e-3, scale: false, center: true } } },
    { variant: 'torchvision', style: { batchNormalization: { momentum: 0.9, epsilon: 1e-3, scale: true, center: true } } },
  ] as const)('$variant has its own convolution style', ({ variant, style }) => {
    expect(googlenetSpec({ variant }).convolution).toMatchObject(style);
  });
});

describe('preprocessing', () => {
  it.each([
    { variant: 'batchnorm', black: [-1, -1, -1], white: [1, 1, 1], order: 'rgb' },
    { variant: 'torchvision', black: [-1, -1, -1], white: [1, 1, 1], order: 'rgb' },
    { variant: 'paper', black: [-123, -117, -104], white: [132, 138, 151], order: 'rgb' },
    { variant: 'caffe', black: [-104, -117, -123], white: [151, 138, 132], order: 'bgr' },
  ] as const)('$variant turns black into $black and white into $white, in $order order', ({ variant, black, white, order }) => {
    const { scale, offset, channelOrder } = googlenetSpec({ variant }).preprocessing;
    expect(channelOrder).toBe(order);
    expect(offset).toEqual(black);
    expect(offset.map((value) => 255 * scale + value)).toEqual(white);
  });

  it('has one offset for each channel of a grey picture, the mean of the three', () => {
    const { offset, channelOrder } = googlenetSpec({ variant: 'caffe', inputShape: [224, 224, 1] }).preprocessing;
    expect({ offset, channelOrder }).toEqual({ offset: [-344 / 3], channelOrder: 'rgb' });
  });
});

describe('auxiliary heads', () => {
  it.each(VARIANTS)('%s: none by default, and on 4a and 4d when asked for, with weight 0.3', (variant) => {
    expect(googlenetSpec({ variant }).auxiliaryHeads).toEqual([]);
    const heads = googlenetSpec({ variant, auxiliaryHeads: true }).auxiliaryHeads;
    expect(heads.map(({ name, after, lossWeight }) => [name, after, lossWeight])).toEqual([
      ['auxiliary_4a', 'inception_4a', 0.3],
      ['auxiliary_4d', 'inception_4d', 0.3],
    ]);
  });

  it('follow §5 of arXiv:1409.4842: 5×5/3 average pool, 128 1×1 filters, 1024 units, 70 % dropout', () => {
    expect(googlenetSpec({ auxiliaryHeads: true }).auxiliaryHeads[0].steps).toEqual([
      { op: 'averagePool', name: 'pool', poolSize: 5, strides: 3, padding: 'valid' },
      { op: 'convolution', name: '1x1', filters: 128, kernelSize: 1 },
      { op: 'flatten', name: 'flatten' },
      { op: 'dense', name: 'fc', units: 1024, activation: 'relu' },
      { op: 'dropout', name: 'dropout', rate: 0.7 },
    ]);
  });

  it("torchvision's pool adapts to 4×4", () => {
    const [pool] = googlenetSpec({ variant: 'torchvision', auxiliaryHeads: true }).auxiliaryHeads[0].steps;
    expect(pool).toEqual({ op: 'adaptiveAveragePool', name: 'pool', outputSize: 4 });
  });
});

describe('options', () => {
  it('defaults to 1000 classes, softmax, 224×224×3 and the variant batchnorm', () => {
    expect(googlenetSpec()).toMatchObject({
      ...{ name: 'googlenet', variant: 'batchnorm', classes: 1000, classifierActivation: 'softmax', inputShape: [224, 224, 3] },
    });
  });

  it.each([
    { options: { stem: 'stride8' }, kernel: 7, strides: 2, pools: 4 },
    { options: { stem: 'stride4' }, kernel: 3, strides: 1, pools: 4 },
    { options: { stem: 'stride2' }, kernel: 3, strides: 1, pools: 3 },
  ] as const)(
    '$options.stem: first convolution $kernel×$kernel/$strides, $pools pools before the top',
    ({ options, kernel, strides, pools }) => {
      const { trunk } = googlenetSpec(options);
      expect(trunk[0]).toMatchObject({ name: 'conv1', kernelSize: kernel, strides });
      expect(trunk.filter(({ op }) => op === 'maxPool')).toHaveLength(pools);
    },
  );

  it.each([
    { multiplier: 1, columns: [64, 96, 128, 16, 32, 32] },
    { multiplier: 0.5, columns: [32, 48, 64, 8, 16, 16] },
    { multiplier: 0.25, columns: [16, 24, 32, 8, 8, 8] },
    { multiplier: 0.3, columns: [16, 32, 40, 8, 8, 8] },
    { multiplier: 1.5, columns: [96, 144, 192, 24, 48, 48] },
  ])('widthMultiplier $multiplier makes 3a $columns: multiples of 8, at least 8', ({ multiplier, columns }) => {
    const spec = googlenetSpec({ widthMultiplier: multiplier });
    expect(convolutionsOf(spec, 'inception_3a').map(({ filters }) => filters)).toEqual(columns);
  });

  it('widthMultiplier narrows the heads too, not the classifiers', () => {
    const spec = googlenetSpec({ widthMultiplier: 0.5, auxiliaryHeads: true });
    expect(spec.auxiliaryHeads[1].steps).toMatchObject([{}, { filters: 64 }, {}, { units: 512 }, {}]);
    expect(spec.classes).toBe(1000);
  });

  it('every filter count is a multiple of 8 at any width, and grows with it', () => {
    const filters = (widthMultiplier: number): number[] =>
      GOOGLENET_MODULES.flatMap(([name]) => convolutionsOf(googlenetSpec({ widthMultiplier }), name).map((step) => step.filters));
    const width = fc.double({ min: 0.01, max: 4, noNaN: true });
    fc.assert(
      fc.property(width, width, (a, b) => {
        const [narrow, wide] = [filters(Math.min(a, b)), filters(Math.max(a, b))];
        expect(narrow.every((count, index) => count % 8 === 0 && count >= 8 && count <= wide[index])).toBe(true);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  it('finalModule ends the trunk, and heads further on go with the rest', () => {
    const spec = googlenetSpec({ finalModule: 'inception_4b', auxiliaryHeads: true });
    expect(spec.trunk.at(-1)?.name).toBe('inception_4b');
    expect(spec.auxiliaryHeads.map(({ name }) => name)).toEqual(['auxiliary_4a']);
  });

  it.each([
    { options: { includeTop: false }, top: [] },
    { options: { includeTop: false, pooling: 'avg' }, top: [{ op: 'globalAveragePool', name: 'global_pool' }] },
    { options: { includeTop: false, pooling: 'max' }, top: [{ op: 'globalMaxPool', name: 'global_pool' }] },
  ] as const)('$options leaves 0 classes', ({ options, top }) => {
    expect(googlenetSpec(options)).toMatchObject({ classes: 0, top });
  });

  it.each([
    { options: { dropout: 0.1 }, steps: ['globalAveragePool', 'dropout'] },
    { options: { dropout: 0 }, steps: ['globalAveragePool'] },
  ])('$options makes the top $steps', ({ options, steps }) => {
    const { top } = googlenetSpec(options);
    expect(top.map(({ op }) => op)).toEqual(steps);
    expect(top[1]).toEqual(options.dropout > 0 ? { op: 'dropout', name: 'dropout', rate: options.dropout } : undefined);
  });

  it('name, classes, momentum and classifierActivation are taken as given', () => {
    const spec = googlenetSpec({ name: 'mine', classes: 4, momentum: 0.85, classifierActivation: 'linear' });
    expect(spec).toMatchObject({ name: 'mine', classes: 4, classifierActivation: 'linear' });
    expect(spec.convolution.batchNormalization.momentum).toBe(0.85);
  });

  it.each([
    { options: { classes: 2.5 }, message: 'googLeNet.classes: expected a positive integer, got 2.5.' },
    { options: { classes: 0 }, message: 'googLeNet.classes: expected a positive integer, got 0.' },
    {
      options: { inputShape: [224, 224] },
      message: /^googLeNet\.inputShape: expected \[height, width, channels\], .*, got \[ 224, 224 \]\.$/,
    },
    { options: { inputShape: [224, -1, 3] }, message: 'googLeNet.inputShape[1]: expected a positive integer, got -1.' },
    { options: { widthMultiplier: 0 }, message: 'googLeNet.widthMultiplier: expected a positive number up to 100, got 0.' },
    { options: { widthMultiplier: Infinity }, message: 'googLeNet.widthMultiplier: expected a positive number up to 100, got Infinity.' },
    { options: { dropout: 1 }, message: 'googLeNet.dropout: expected a number from 0 to below 1, got 1.' },
    { options: { momentum: 1 }, message: 'googLeNet.momentum: expected a number between 0 and 1, got 1.' },
    { options: { classifierActivation: 'relu' }, message: "googLeNet.classifierActivation: expected 'softmax' | 'linear', got 'relu'." },
    { options: { stem: 'stride1' }, message: "googLeNet.stem: expected 'stride8' | 'stride4' | 'stride2', got 'stride1'." },
    { options: { name: 'a/b' }, message: /^googLeNet\.name: expected a name of letters, .*, got 'a\/b'\.$/ },
    { options: { auxiliaryHeads: 1 }, message: 'googLeNet.auxiliaryHeads: expected true or false, got 1.' },
    { options: { clases: 10 }, message: /^googLeNet\.clases: expected one of the keys inputShape, classes, .*, got 10\.$/ },
    { options: { pooling: 'avg' }, message: /^googLeNet\.pooling: expected no pooling beside the top .*, got 'avg'\.$/ },
    {
      options: { includeTop: false, auxiliaryHeads: true },
      message: /^googLeNet\.auxiliaryHeads: expected false where includeTop is false/,
    },
    {
      options: { variant: 'toString' },
      message: /^googLeNet\.variant: expected 'batchnorm' \| 'paper' \| 'caffe' \| .*, got 'toString'\.$/,
    },
    { options: { finalModule: 'pool3' }, message: /^googLeNet\.finalModule: expected one of inception_3a, .*, got 'pool3'\.$/ },
    {
      options: { finalModule: 'inception_3b', auxiliaryHeads: true },
      message: /^googLeNet\.auxiliaryHeads: expected false, .*, got true\.$/,
    },
    { options: 5, message: 'googLeNet: expected an object, got 5.' },
    { options: null, message: 'googLeNet: expected an object, got null.' },
  ])('$options is refused', ({ options, message }) => {
    const build = (): NetworkSpec => googlenetSpec(options as GoogLeNetOptions);
    expect(build).toThrow(InceptionError);
    expect(build).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });

  it('lists every problem at once, a line each', () => {
    expect(() => googlenetSpec({ classes: -1, dropout: 2 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'googLeNet.classes: expected a positive integer, got -1.\ngoogLeNet.dropout: expected a number from 0 to below 1, got 2.',
      }),
    );
  });
});
