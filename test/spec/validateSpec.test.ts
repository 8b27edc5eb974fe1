import fc from 'fast-check';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { anyInput, anyModule, anyStyle, specOfSteps } from './anySpec.js';

/** GoogLeNet as JSON with one place changed. */
function changed(path: (string | number)[], value: unknown): unknown {
  const spec = JSON.parse(JSON.stringify(networkSpec('googlenet', { auxiliaryHeads: true })));
  const holder = path.slice(0, -1).reduce<Record<string | number, unknown>>((object, key) => object[key] as Record<string, unknown>, spec);
  holder[path[path.length - 1]] = value;
  return spec;
}

describe('a valid spec', () => {
  it.each(['batchnorm', 'paper', 'caffe', 'torchvision', 'slim'])('%s survives JSON unchanged', (variant) => {
    for (const options of [{ auxiliaryHeads: true }, { includeTop: false }, { stem: 'stride2', widthMultiplier: 0.25 }] as const) {
      const spec = networkSpec('googlenet', { ...options, variant });
      expect(validateSpec(JSON.parse(JSON.stringify(spec)))).toStrictEqual(spec);
    }
  });

  it('of any modules and any style survives JSON unchanged', () => {
    fc.assert(
      fc.property(anyModule, anyInput, anyStyle, (step, input, style) => {
        const spec = specOfSteps([step], input, style);
        expect(validateSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      }),
      { seed: 13, numRuns: 50 },
    );
  });

  it('is copied: changing the copy leaves the original', () => {
    const spec = networkSpec('googlenet');
    (validateSpec(spec).trunk[0] as { filters: number }).filters = 1;
    expect(spec).toEqual(networkSpec('googlenet'));
  });
});

const NAME = "a name of letters, digits, '_', '-' and '.', without '/', that begins with a letter or digit and is no number";

describe('a fault is named by its path', () => {
  const firstModule = 5;
  it.each([
    {
      path: ['trunk', firstModule, 'branches', 1, 0, 'filters'],
      value: 2.5,
      says: 'networkSpec.trunk[5].branches[1][0].filters: expected a positive integer, got 2.5.',
    },
    { path: ['classes'], value: -1, says: 'networkSpec.classes: expected a whole number, 0 or more, got -1.' },
    { path: ['trunk'], value: [], says: 'networkSpec.trunk: expected an array of steps, at least 1, got [].' },
    {
      path: ['trunk', 0, 'name'],
      value: 'conv1/7x7',
      says: `networkSpec.trunk[0].name: expected ${NAME}, got 'conv1/7x7'.`,
    },
    { path: ['trunk', 0, 'name'], value: '_conv1', says: `networkSpec.trunk[0].name: expected ${NAME}, got '_conv1'.` },
    { path: ['trunk', 0, 'name'], value: '10', says: `networkSpec.trunk[0].name: expected ${NAME}, got '10'.` },
    {
      path: ['trunk', 0, 'padding'],
      value: 'ceil',
      says: "networkSpec.trunk[0].padding: expected 'same' | 'valid' | { zeros: n } (only max pools know 'ceil'), got 'ceil'.",
    },
    {
      path: ['trunk', 1],
      value: { op: 'averagePool', name: 'mean', poolSize: 3, padding: 'ceil' },
      says: "networkSpec.trunk[1].padding: expected 'same' | 'valid' | { zeros: n } (only max pools know 'ceil'), got 'ceil'.",
    },
    {
      path: ['trunk', 1],
      value: { op: 'localResponseNormalization', name: 'norm1', depthRadius: 2, bias: 0, alpha: 1e-4, beta: 0.75 },
      says: 'networkSpec.trunk[1].bias: expected a positive number, got 0.',
    },
    {
      path: ['trunk', 0, 'kernelSize'],
      value: [7],
      says: 'networkSpec.trunk[0].kernelSize: expected a positive integer or two of them, [height, width], got [ 7 ].',
    },
    {
      path: ['trunk', 1, 'padding'],
      value: { zeros: -1 },
      says: 'networkSpec.trunk[1].padding.zeros: expected a whole number, 0 or more, got -1.',
    },
    { path: ['trunk', 1, 'pool_size'], value: 3, says: 'networkSpec.trunk[1].pool_size: expected no such key, got 3.' },
    { path: ['top', 1, 'rate'], value: 1, says: 'networkSpec.top[1].rate: expected a number from 0 to below 1, got 1.' },
    {
      path: ['convolution', 'order'],
      value: 'bn-conv',
      says: "networkSpec.convolution.order: expected 'conv-bn-relu' | 'conv-relu-bn' | 'conv-relu', got 'bn-conv'.",
    },
    {
      path: ['convolution', 'batchNormalization', 'epsilon'],
      value: 0,
      says: 'networkSpec.convolution.batchNormalization.epsilon: expected a positive number, got 0.',
    },
    {
      path: ['preprocessing', 'offset'],
      value: [0],
      says: "networkSpec.preprocessing.offset: expected one number for each of the input's 3 channels, got [ 0 ].",
    },
    {
      path: ['auxiliaryHeads', 0, 'lossWeight'],
      value: -0.3,
      says: 'networkSpec.auxiliaryHeads[0].lossWeight: expected a number, 0 or more, got -0.3.',
    },
    {
      path: ['auxiliaryHeads', 1, 'name'],
      value: 'auxiliary_4a',
      says: "networkSpec.auxiliaryHeads[1].name: expected a name no other head has, got 'auxiliary_4a'.",
    },
    { path: ['variant'], value: 'a\u001b[2J', says: "networkSpec.variant: expected a text of one line, got 'a\\x1B[2J'." },
    { path: ['classifierActivation'], value: null, says: "networkSpec.classifierActivation: expected 'softmax' | 'linear', got null." },
  ])('$says', ({ path, value, says }) => {
    expect(() => validateSpec(changed(path, value))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(says) }),
    );
  });

  it.each([
    { value: undefined, says: 'networkSpec: expected an object, got undefined.' },
    { value: [], says: 'networkSpec: expected an object, got [].' },
    { value: 'googlenet', says: "networkSpec: expected an object, got 'googlenet'." },
  ])('$value is no spec', ({ value, says }) => {
    expect(() => validateSpec(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: says }));
  });

  it('an unknown op lists those there are', () => {
    expect(() => validateSpec(changed(['trunk', 1, 'op'], 'pool'))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^networkSpec\.trunk\[1\]\.op: .* convolution \| separableConvolution \| .* \| relu \| maxPool \| .* got 'pool'\.$/,
        ),
      }),
    );
  });

  it("a separable convolution has one stride for both sides, as TensorFlow's has", () => {
    const step = { op: 'separableConvolution', name: 'a', filters: 8, kernelSize: 3, strides: [1, 2] };
    expect(() => validateSpec(changed(['trunk', 0], step))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'networkSpec.trunk[0].strides: expected a positive integer, got [ 1, 2 ].',
      }),
    );
  });

  it('a head on a step that is not there lists the trunk', () => {
    expect(() => validateSpec(changed(['auxiliaryHeads', 0, 'after'], 'inception_4z'))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^networkSpec\.auxiliaryHeads\[0\]\.after: expected a step of the trunk \(conv1, .*\), got 'inception_4z'\.$/,
        ),
      }),
    );
  });

  it('heads without classes are refused, each by its place', () => {
    expect(() => validateSpec(changed(['classes'], 0))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^networkSpec\.auxiliaryHeads\[0\]: expected no auxiliary heads .*\nnetworkSpec\.auxiliaryHeads\[1\]: /,
        ),
      }),
    );
  });

  it('every fault of a spec is listed, a line each', () => {
    const spec = changed(['trunk', 0, 'filters'], 0) as { trunk: { strides?: unknown }[]; extra?: number };
    spec.trunk[2].strides = 'two';
    spec.extra = 1;
    expect(() => validateSpec(spec)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^networkSpec\.trunk\[0\]\.filters: .*\nnetworkSpec\.trunk\[2\]\.strides: .*\nnetworkSpec\.extra: [^\n]*$/,
        ),
      }),
    );
  });

  it('a picture too small is an INPUT_TOO_SMALL', () => {
    expect(() => validateSpec(changed(['inputShape'], [64, 64, 3]))).toThrow(expect.objectContaining({ code: 'INPUT_TOO_SMALL' }));
  });
});

describe('names that would meet in one layer name are refused', () => {
  const convolution = (name: string) => ({ op: 'convolution', name, filters: 1, kernelSize: 1 }) as const;
  it.each<{ clash: string; spec: NetworkSpec; says: string }>([
    {
      clash: 'twice the same',
      spec: specOfSteps([convolution('a'), convolution('a')], [8, 8, 3]),
      says: "networkSpec.trunk[1].name: expected a name of its own ('a' is taken by trunk[0])",
    },
    {
      clash: "another step's part",
      spec: specOfSteps([convolution('a'), convolution('a_bn')], [8, 8, 3]),
      says: "networkSpec.trunk[1].name: expected a name of its own ('a_bn' is taken by trunk[0])",
    },
    {
      clash: 'the input',
      spec: specOfSteps([convolution('input')], [8, 8, 3]),
      says: "networkSpec.trunk[0].name: expected a name of its own ('input' is taken by the input)",
    },
    {
      clash: 'a classifier',
      spec: specOfSteps([convolution('main')], [8, 8, 3]),
      says: "networkSpec.trunk[0].name: expected a name of its own ('main' is taken by a classifier)",
    },
    {
      clash: 'module and step read together',
      spec: specOfSteps(
        [
          { op: 'module', name: 'a', branches: [[convolution('b_c')]] },
          { op: 'module', name: 'a_b', branches: [[convolution('c')]] },
        ],
        [8, 8, 3],
      ),
      says: "networkSpec.trunk[1].branches[0][0].name: expected a name of its own ('a_b_c' is taken by trunk[0].branches[0][0])",
    },
  ])('$clash', ({ spec, says }) => {
    expect(() => validateSpec(spec)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(says) }));
  });
});
