import fc from 'fast-check';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import { minimumInputSize } from '../../src/spec/inputSizes.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { ModuleStep, NetworkSpec, Padding, PoolStep, Step } from '../../src/spec/types.js';
import { outputLength } from '../../src/spec/windows.js';
import { anyInput, anyModule, specOfSteps } from './anySpec.js';

const shapeOf = (spec: NetworkSpec, name: string): readonly number[] | undefined =>
  traceShapes(spec).find((row) => row.name === name)?.outputShape;

const ENDPOINTS = [
  { name: 'conv1', shape: [112, 112, 64] },
  { name: 'pool1', shape: [56, 56, 64] },
  { name: 'conv2_reduce', shape: [56, 56, 64] },
  { name: 'conv2', shape: [56, 56, 192] },
  { name: 'pool2', shape: [28, 28, 192] },
  { name: 'inception_3a', shape: [28, 28, 256] },
  { name: 'inception_3b', shape: [28, 28, 480] },
  { name: 'pool3', shape: [14, 14, 480] },
  { name: 'inception_4a', shape: [14, 14, 512] },
  { name: 'inception_4b', shape: [14, 14, 512] },
  { name: 'inception_4c', shape: [14, 14, 512] },
  { name: 'inception_4d', shape: [14, 14, 528] },
  { name: 'inception_4e', shape: [14, 14, 832] },
  { name: 'pool4', shape: [7, 7, 832] },
  { name: 'inception_5a', shape: [7, 7, 832] },
  { name: 'inception_5b', shape: [7, 7, 1024] },
  { name: 'pool5', shape: [1024] },
  { name: 'main_logits', shape: [1000] },
  { name: 'auxiliary_4a_pool', shape: [4, 4, 512] },
  { name: 'auxiliary_4a_1x1', shape: [4, 4, 128] },
  { name: 'auxiliary_4d_pool', shape: [4, 4, 528] },
  { name: 'auxiliary_4d_flatten', shape: [2048] },
  { name: 'auxiliary_4d_logits', shape: [1000] },
];

describe('what is no spec', () => {
  it.each([undefined, null, 'googlenet', {}, { spec: {} }])('traceShapes and minimumInputSize refuse %j', (value) => {
    for (const trace of [traceShapes, minimumInputSize]) {
      expect(() => trace(value as never)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(/^(traceShapes|minimumInputSize): expected a spec, got .*model\.spec\.$/),
        }),
      );
    }
  });
});

describe('GoogLeNet at 224×224 has the output sizes of Table 1, arXiv:1409.4842, in every variant', () => {
  it.each(['batchnorm', 'paper', 'caffe', 'torchvision', 'slim'])('%s', (variant) => {
    const spec = networkSpec('googlenet', { variant, auxiliaryHeads: true });
    expect(ENDPOINTS.map(({ name }) => ({ name, shape: shapeOf(spec, name) }))).toEqual(ENDPOINTS);
  });
});

describe('rows', () => {
  const rows = traceShapes(networkSpec('googlenet', { auxiliaryHeads: true }));

  it('name 57 + 2 convolutions, 9 merges, 3 classifiers, each name once', () => {
    const count = (op: string): number => rows.filter((row) => row.op === op).length;
    expect([count('convolution'), count('module'), count('classifier')]).toEqual([59, 9, 3]);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  it('say where an operation stands', () => {
    expect(rows.find(({ name }) => name === 'inception_4d_5x5')).toMatchObject({
      ...{ op: 'convolution', part: 'trunk', module: 'inception_4d', branch: 2, inputShape: [14, 14, 32] },
      path: 'trunk[11].branches[2][1]',
    });
    expect(rows.find(({ name }) => name === 'auxiliary_4d_1x1')).toMatchObject({
      part: 'auxiliary_4d',
      path: 'auxiliaryHeads[1].steps[1]',
    });
    expect(rows.find(({ name }) => name === 'pool5')).toMatchObject({ part: 'top', path: 'top[0]', inputShape: [7, 7, 1024] });
  });

  it('of a step enter with the shape that left the step before it', () => {
    const trunk = rows.filter(({ path }) => /^trunk\[\d+\]$/.test(path));
    expect(trunk.slice(1).map(({ inputShape }) => inputShape)).toEqual(trunk.slice(0, -1).map(({ outputShape }) => outputShape));
  });
});

describe('small pictures', () => {
  it.each([
    { stem: 'stride8', size: 224, sides: [28, 14, 7] },
    { stem: 'stride4', size: 96, sides: [24, 12, 6] },
    { stem: 'stride4', size: 64, sides: [16, 8, 4] },
    { stem: 'stride2', size: 32, sides: [16, 8, 4] },
    { stem: 'stride2', size: 48, sides: [24, 12, 6] },
  ] as const)('stem $stem at $size: modules 3, 4 and 5 see $sides', ({ stem, size, sides }) => {
    const spec = networkSpec('googlenet', { stem, inputShape: [size, size, 3] });
    expect(['inception_3a', 'inception_4a', 'inception_5a'].map((name) => shapeOf(spec, name)?.[0])).toEqual(sides);
  });

  it.each<{ options: NetworkOptions; least: number }>([
    { options: {}, least: 1 },
    { options: { auxiliaryHeads: true }, least: 65 },
    { options: { variant: 'slim', auxiliaryHeads: true }, least: 65 },
    { options: { variant: 'torchvision' }, least: 15 },
    { options: { variant: 'torchvision', auxiliaryHeads: true }, least: 15 },
    { options: { variant: 'caffe' }, least: 31 },
    { options: { variant: 'caffe', auxiliaryHeads: true }, least: 79 },
    { options: { auxiliaryHeads: true, stem: 'stride4' }, least: 33 },
    { options: { auxiliaryHeads: true, stem: 'stride2' }, least: 17 },
  ])('$options needs $least pixels a side, and one less is refused', ({ options, least }) => {
    expect(minimumInputSize(networkSpec('googlenet', options))).toBe(least);
    expect(networkSpec('googlenet', { ...options, inputShape: [least, least, 3] }).inputShape).toEqual([least, least, 3]);
    if (least === 1) return;
    expect(() => networkSpec('googlenet', { ...options, inputShape: [least - 1, least - 1, 3] })).toThrow(
      expect.objectContaining({ code: 'INPUT_TOO_SMALL', message: expect.stringContaining(`at least ${least}×${least}, and has`) }),
    );
  });

  it('names the step, its input, its window and the minimum', () => {
    expect(() => networkSpec('googlenet', { auxiliaryHeads: true, inputShape: [64, 300, 3] })).toThrow(
      expect.objectContaining({
        code: 'INPUT_TOO_SMALL',
        message:
          'auxiliary_4a_pool: expected a map that its 5×5 window fits, got 4×19×512. ' +
          'googlenet needs an inputShape of at least 65×65, and has 64×300.',
      }),
    );
  });

  it('a window behind a pool of fixed output size that can never fit is an INVALID_ARGUMENT', () => {
    const steps: Step[] = [
      { op: 'adaptiveAveragePool', name: 'squeeze', outputSize: 4 },
      { op: 'averagePool', name: 'wide', poolSize: 5, padding: 'valid' },
    ];
    expect(() => traceShapes(specOfSteps(steps, [64, 64, 3]))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^mine: expected windows that fit at some input size/),
      }),
    );
  });
});

describe('outputLength counts the places of a window', () => {
  const kernel = fc.integer({ min: 1, max: 9 });
  const length = fc.integer({ min: 1, max: 60 });
  const count = (accept: (start: number) => boolean): number => Array.from({ length: 200 }, (_, index) => index).filter(accept).length;

  it.each<{ padding: Padding; zeros: number }>([
    { padding: 'valid', zeros: 0 },
    { padding: { zeros: 1 }, zeros: 1 },
    { padding: { zeros: 3 }, zeros: 3 },
  ])('$padding: every window lies inside, and no more would', ({ padding, zeros }) => {
    fc.assert(
      fc.property(length, kernel, kernel, (input, window, stride) => {
        const places = count((index) => index * stride + window <= input + 2 * zeros);
        expect(Math.max(0, outputLength(input, window, stride, padding))).toBe(places);
      }),
      { seed: 7 },
    );
  });

  it("'same': one place for each stride begun", () => {
    fc.assert(
      fc.property(length, kernel, kernel, (input, window, stride) => {
        expect(outputLength(input, window, stride, 'same')).toBe(count((index) => index * stride < input));
      }),
      { seed: 7 },
    );
  });

  it("'ceil': the fewest places that cover the input, of windows at least a stride long", () => {
    fc.assert(
      fc.property(length, kernel, kernel, (input, window, stride) => {
        fc.pre(window >= stride && input >= window);
        const places = outputLength(input, window, stride, 'ceil');
        expect((places - 1) * stride + window).toBeGreaterThanOrEqual(input);
        expect((places - 2) * stride + window).toBeLessThan(input);
      }),
      { seed: 7 },
    );
  });

  it("'ceil': no window starts outside of the map, however long the stride", () => {
    fc.assert(
      fc.property(length, kernel, kernel, (input, window, stride) => {
        const places = outputLength(input, window, stride, 'ceil');
        expect((places - 1) * stride).toBeLessThan(input);
        expect(places).toBeLessThanOrEqual(Math.ceil((input - window) / stride) + 1);
      }),
      { seed: 7 },
    );
    expect(outputLength(5, 1, 3, 'ceil')).toBe(2);
  });

  it("'ceil' equals 'same' for a 3×3/2 pool at 112, 56 and 28 and differs at 107", () => {
    const both = (input: number): number[] => [outputLength(input, 3, 2, 'ceil'), outputLength(input, 3, 2, 'same')];
    expect([112, 56, 28, 107].map(both)).toEqual([
      [56, 56],
      [28, 28],
      [14, 14],
      [53, 54],
    ]);
  });

  it.each([
    { kernelSize: 1, zeros: 0 },
    { kernelSize: 3, zeros: 1 },
    { kernelSize: 5, zeros: 2 },
  ])('a $kernelSize×$kernelSize kernel with $zeros zeros round keeps the size', ({ kernelSize, zeros }) => {
    const spec = specOfSteps([{ op: 'convolution', name: 'a', filters: 4, kernelSize, padding: { zeros } }], [28, 17, 3]);
    expect(shapeOf(spec, 'a')).toEqual([28, 17, 4]);
  });
});

describe('modules', () => {
  const pool: PoolStep = { op: 'maxPool', name: 'half', poolSize: 3, strides: 2, padding: 'valid' };
  const convolution = (name: string, filters: number): Step => ({ op: 'convolution', name, filters, kernelSize: 1 });

  it('a concatenation is as deep as its branches together, a residual as its input', () => {
    let residuals = 0;
    fc.assert(
      fc.property(anyModule, anyInput, (step, input) => {
        const widths = step.branches.map((branch) => (branch.at(-1) as { filters: number }).filters);
        const residual = typeof step.merge === 'object';
        residuals += residual ? 1 : 0;
        const depth = residual ? input[2] : widths.reduce((sum, width) => sum + width, 0);
        expect(shapeOf(specOfSteps([step], input), 'mixed')).toEqual([input[0], input[1], depth]);
      }),
      { seed: 11, numRuns: 100 },
    );
    expect(residuals).toBeGreaterThan(20);
  });

  it('an empty branch passes the input through: 192 + 64 = 256 channels', () => {
    const step: ModuleStep = { op: 'module', name: 'dense', branches: [[], [convolution('grow', 64)]] };
    expect(shapeOf(specOfSteps([step], [28, 28, 192]), 'dense')).toEqual([28, 28, 256]);
  });

  it('a module inside a branch bears both names', () => {
    const inner: ModuleStep = { op: 'module', name: 'split', branches: [[convolution('left', 8)], [convolution('right', 8)]] };
    const outer: ModuleStep = { op: 'module', name: 'mixed', branches: [[convolution('a', 4)], [convolution('b', 4), inner]] };
    const rows = traceShapes(specOfSteps([outer], [7, 7, 3]));
    expect(rows.map(({ name, module, branch }) => [name, module, branch])).toEqual([
      ['mixed_a', 'mixed', 0],
      ['mixed_b', 'mixed', 1],
      ['mixed_split_left', 'mixed', 1],
      ['mixed_split_right', 'mixed', 1],
      ['mixed_split', 'mixed', 1],
      ['mixed', 'mixed', undefined],
    ]);
    expect(shapeOf(specOfSteps([outer], [7, 7, 3]), 'mixed')).toEqual([7, 7, 20]);
  });

  it.each<{ merge: ModuleStep['merge']; branches: Step[][]; message: string }>([
    {
      merge: 'concat',
      branches: [[convolution('a', 8)], [pool]],
      message: 'mixed: expected branches of equal height and width to concatenate, got 28×28×8, 13×13×16.',
    },
    {
      merge: 'add',
      branches: [[convolution('a', 8)], [convolution('b', 9)]],
      message: 'mixed: expected branches of equal height, width and channels to add, got 28×28×8, 28×28×9.',
    },
    {
      merge: { residual: 0.1 },
      branches: [[pool]],
      message: 'mixed: expected branches of equal height and width as the input, to which they are added, got 28×28×16, 13×13×16.',
    },
  ])('$merge of branches that do not fit prints both shapes', ({ merge, branches, message }) => {
    const spec = specOfSteps([{ op: 'module', name: 'mixed', branches, merge }], [28, 28, 16]);
    const advice = `Give the branches the same strides${merge === 'add' ? ', padding and filters' : ' and padding'}.`;
    expect(() => traceShapes(spec)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: `${message} ${advice}` }));
  });
});

describe('maps and vectors', () => {
  const flatten: Step = { op: 'flatten', name: 'flat' };
  const dense: Step = { op: 'dense', name: 'fc', units: 10 };

  it('flatten makes 4×5×6 a vector of 120, which a dense step takes', () => {
    const rows = traceShapes(specOfSteps([flatten, dense], [4, 5, 6]));
    expect(rows.map(({ outputShape }) => outputShape)).toEqual([[120], [10]]);
  });

  it.each<{ steps: Step[]; message: RegExp }>([
    { steps: [dense], message: /^fc: expected a vector for a dense step, got 4×5×6\./ },
    {
      steps: [flatten, { op: 'maxPool', name: 'late', poolSize: 2 }],
      message: /^late: expected a map .* maxPool step, got a vector of 120\./,
    },
    {
      steps: [flatten, { op: 'module', name: 'late', branches: [[]] }],
      message: /^late: expected a map .* module step, got a vector of 120\./,
    },
    {
      steps: [{ op: 'module', name: 'm', branches: [[], [{ op: 'flatten', name: 'f' }]] }],
      message: /^m: expected a map .* got a vector of 120\./,
    },
  ])('$message', ({ steps, message }) => {
    expect(() => traceShapes(specOfSteps(steps, [4, 5, 6]))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
    );
  });

  it('a classifier over a map says to pool or flatten it', () => {
    const spec = { ...networkSpec('googlenet'), top: [] };
    expect(() => traceShapes(spec)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^main_logits: expected a vector to classify, got 7×7×1024\./),
      }),
    );
  });
});
