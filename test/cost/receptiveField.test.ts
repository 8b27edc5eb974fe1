import fc from 'fast-check';
import { costOf, costOfSteps } from '../../src/cost/costOf.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { ConvolutionStep, PoolStep, Shape, Step } from '../../src/spec/types.js';

const convolution = (name: string, kernelSize: ConvolutionStep['kernelSize'], rest: Partial<ConvolutionStep> = {}): ConvolutionStep => ({
  ...{ op: 'convolution', name, filters: 4, kernelSize },
  ...rest,
});
const pool = (name: string, poolSize: number, strides: number): PoolStep => ({ op: 'maxPool', name, poolSize, strides, padding: 'valid' });
const fieldsOf = (steps: readonly Step[], input: Shape = [64, 64, 3]): Record<string, readonly number[]> =>
  Object.fromEntries(costOfSteps(steps, input).rows.map(({ name, receptiveField }) => [name, receptiveField.size]));

// The table of endpoints that the authors of doi:10.23915/distill.00021 computed for tf-slim's networks: docs of
// google-research/receptive_field and, before it, tensorflow/contrib/receptive_field (RF_TABLE.md).
describe('every endpoint as Araujo, Norris and Sim 2019 (doi:10.23915/distill.00021) publish it for tf-slim', () => {
  it.each([
    {
      network: 'inception-v2',
      fields: {
        ...{ conv1: 7, pool1: 11, conv2_reduce: 11, conv2: 19, pool2: 27, inception_3a: 59, inception_3b: 91, inception_3c: 123 },
        ...{ inception_4a: 187, inception_4b: 251, inception_4c: 315, inception_4d: 379, inception_4e: 443 },
        ...{ inception_5a: 571, inception_5b: 699 },
      },
    },
    {
      network: 'inception-v3',
      fields: {
        ...{ conv_1a: 3, conv_2a: 7, conv_2b: 11, pool_3a: 15, conv_3b: 15, conv_4a: 23, pool_5a: 31 },
        ...{ mixed_5b: 63, mixed_5c: 95, mixed_5d: 127, mixed_6a: 159, mixed_6b: 351, mixed_6c: 543, mixed_6d: 735, mixed_6e: 927 },
        ...{ mixed_7a: 1055, mixed_7b: 1183, mixed_7c: 1311 },
      },
    },
    {
      network: 'inception-v4',
      fields: {
        ...{ conv_1a: 3, conv_2a: 7, conv_2b: 11, mixed_3a: 15, mixed_4a: 47, mixed_5a: 55 },
        ...{ mixed_5b: 87, mixed_5c: 119, mixed_5d: 151, mixed_5e: 183, mixed_6a: 215, mixed_6b: 407, mixed_6c: 599, mixed_6d: 791 },
        ...{
          mixed_6e: 983,
          mixed_6f: 1175,
          mixed_6g: 1367,
          mixed_6h: 1559,
          mixed_7a: 1687,
          mixed_7b: 1815,
          mixed_7c: 1943,
          mixed_7d: 2071,
        },
      },
    },
    {
      network: 'inception-resnet-v2',
      fields: {
        ...{ conv_1a: 3, conv_2a: 7, conv_2b: 11, pool_3a: 15, conv_3b: 15, conv_4a: 23, pool_5a: 31, mixed_5b: 63 },
        ...{ mixed_6a: 415, conv_7b: 3039 },
      },
    },
  ])('$network', ({ network, fields }) => {
    const { rows } = costOf(networkSpec(network));
    const found = Object.keys(fields).map((stage) => [stage, rows.find(({ name }) => name === stage)?.receptiveField.size]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.entries(fields).map(([stage, side]) => [stage, [side, side]])));
  });

  it.each([
    { network: 'inception-v2', end: 'inception_5b' },
    { network: 'inception-v3', end: 'mixed_7c' },
    { network: 'inception-v4', end: 'mixed_7d' },
    { network: 'inception-resnet-v2', end: 'conv_7b' },
  ])('values of the last map of $network stand 32 pixels apart', ({ network, end }) => {
    expect(costOf(networkSpec(network)).rows.find(({ name }) => name === end)?.receptiveField.stride).toEqual([32, 32]);
  });
});

describe('GoogLeNet, arXiv:1409.4842, Table 1', () => {
  const { modules } = costOf(networkSpec('googlenet', { variant: 'paper' }));

  it('the branches of 3a see 27, 43, 59 and 43 pixels, the module 59', () => {
    expect(modules[0].branches.map(({ receptiveField }) => receptiveField.size[0])).toEqual([27, 43, 59, 43]);
    expect(modules[0].receptiveField).toEqual({ size: [59, 59], stride: [8, 8] });
  });

  it('5b sees 715 pixels, and 379 where the 5×5 branch has 3×3 kernels and pool4 is 2×2 (torchvision)', () => {
    expect(modules[8].receptiveField.size).toEqual([715, 715]);
    expect(costOf(networkSpec('googlenet', { variant: 'torchvision' })).modules[8].receptiveField.size).toEqual([379, 379]);
  });
});

describe('r + (k − 1) · j, and j · s', () => {
  it.each<{ what: string; steps: Step[]; size: [number, number] }>([
    { what: '3×3 after 3×3', steps: [convolution('a', 3), convolution('z', 3)], size: [5, 5] },
    { what: '3×3 after 3×3 of stride 2', steps: [convolution('a', 3, { strides: 2 }), convolution('z', 3)], size: [7, 7] },
    { what: 'padding makes no difference', steps: [convolution('a', 3, { padding: { zeros: 2 } }), convolution('z', 3)], size: [5, 5] },
    {
      what: '1×7 and then 7×1 of stride 2×1',
      steps: [convolution('a', [1, 7], { strides: [2, 1] }), convolution('z', [7, 1])],
      size: [13, 7],
    },
    { what: 'a 2×2 pool of stride 2, thrice', steps: [pool('a', 2, 2), pool('b', 2, 2), pool('z', 2, 2)], size: [8, 8] },
    {
      what: 'a separable convolution as its kernel',
      steps: [{ op: 'separableConvolution', name: 'z', filters: 4, kernelSize: 5 }],
      size: [5, 5],
    },
    {
      what: 'ReLU, batch normalisation, dropout and response normalisation see what enters them',
      steps: [
        convolution('a', 3),
        { op: 'relu', name: 'b' },
        { op: 'batchNormalization', name: 'c' },
        { op: 'localResponseNormalization', name: 'd', depthRadius: 2, bias: 1, alpha: 1, beta: 0.75 },
        { op: 'dropout', name: 'z', rate: 0.5 },
      ],
      size: [3, 3],
    },
  ])('$what: $size', ({ steps, size }) => {
    expect(fieldsOf(steps).z).toEqual(size);
  });

  it('a kernel that shrinks to its map counts as it is: 5×5 over 3×3 values, 2 pixels apart, adds 2 · 2', () => {
    const steps = [convolution('a', 3, { strides: 2 }), convolution('z', 5, { padding: 'valid', shrinkToFit: true })];
    expect(fieldsOf(steps, [6, 6, 3]).z).toEqual([3 + 2 * 2, 3 + 2 * 2]);
  });

  it('of any chain of windows: the window of one convolution that does the same', () => {
    const anyWindow = fc.record({ kernel: fc.integer({ min: 1, max: 5 }), strides: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 4 }), (windows) => {
        // How many pixels of a row the last window needs to stand once: from the last to the first, n values need (n − 1) · s + k.
        const needed = windows.reduceRight((values, { kernel, strides }) => (values - 1) * strides + kernel, 1);
        const steps = windows.map(({ kernel, strides }, index) => convolution(`c${index}`, kernel, { strides, padding: 'valid' }));
        expect(fieldsOf(steps, [needed, needed + 7, 3])[`c${windows.length - 1}`]).toEqual([needed, needed]);
      }),
      { seed: 37, numRuns: 60 },
    );
  });
});

describe('modules', () => {
  const branches = [[convolution('a', [1, 9])], [convolution('b', 5)], []];

  it.each([
    { merge: 'concat', size: [5, 9] },
    { merge: { residual: 0.1 }, size: [5, 9] },
  ] as const)('by $merge see as much as their branches do down and across: $size', ({ merge, size }) => {
    const { rows, modules } = costOfSteps([{ op: 'module', name: 'm', branches, merge }], [32, 32, 4]);
    expect(modules[0].receptiveField.size).toEqual(size);
    expect(modules[0].branches.map(({ name, receptiveField }) => [name, receptiveField.size])).toEqual([
      ['a', [1, 9]],
      ['b', [5, 5]],
      ['identity', [1, 1]],
    ]);
    expect(rows.filter(({ op }) => op === 'projection').map(({ receptiveField }) => receptiveField.size)).toEqual(
      merge === 'concat' ? [] : [size],
    );
  });

  it('within modules: v3’s split 1×3 and 3×1 see 3 × 3 together, the branch too', () => {
    const inner: Step = { op: 'module', name: 'split', branches: [[convolution('1x3', [1, 3])], [convolution('3x1', [3, 1])]] };
    const [outer] = costOfSteps([inceptionModuleSpec('m', { branches: [[convolution('1x1', 1), inner]] })], [8, 8, 3]).modules;
    expect(outer.branches.map(({ name, receptiveField }) => [name, receptiveField.size])).toEqual([['1x1 → split', [3, 3]]]);
  });
});

describe('what all of a map goes into', () => {
  const steps = (...last: Step[]): Step[] => [convolution('a', 3, { strides: 2, padding: 'valid' }), ...last];

  it.each<{ what: string; last: Step[] }>([
    { what: 'a global pool', last: [{ op: 'globalAveragePool', name: 'z' }] },
    {
      what: 'a dense layer over a flattened map',
      last: [
        { op: 'flatten', name: 'b' },
        { op: 'dense', name: 'z', units: 2 },
      ],
    },
  ])('$what sees the 9 × 11 pixels that the 4 × 5 windows reach of 10 × 12', ({ last }) => {
    expect(fieldsOf(steps(...last), [10, 12, 3])).toMatchObject({ a: [3, 3], z: [9, 11] });
  });

  it('never sees more than the picture: GoogLeNet’s classifiers see 224 × 224', () => {
    const { rows } = costOf(networkSpec('googlenet', { auxiliaryHeads: true }));
    const size = (name: string): readonly number[] | undefined => rows.find((row) => row.name === name)?.receptiveField.size;
    expect([size('pool5'), size('main_logits'), size('auxiliary_4a_fc'), size('auxiliary_4d_logits')]).toEqual(Array(4).fill([224, 224]));
    // 5×5 windows over 4a's 171 pixels, 16 apart; the flatten changes nothing.
    expect([size('inception_4a'), size('auxiliary_4a_pool'), size('auxiliary_4a_flatten')]).toEqual([
      [171, 171],
      [235, 235],
      [235, 235],
    ]);
  });

  it('an adaptive pool of 10 × 12 values to 4 × 5 has windows of up to 3 × 4', () => {
    const cost = costOfSteps([{ op: 'adaptiveAveragePool', name: 'z', outputSize: [4, 5] }], [10, 12, 3]);
    expect(cost.rows[0].receptiveField).toEqual({ size: [3, 4], stride: [2.5, 2.4] });
  });
});
