import fc from 'fast-check';
import { diffSpecs } from '../../src/cost/diffSpecs.js';
import { changeSpec } from '../../src/spec/changeSpec.js';
import { BIASED } from '../../src/spec/convolutionStyles.js';
import { GOOGLENET_MODULES } from '../../src/spec/googlenet.js';
import { GOOGLENET_VARIANTS } from '../../src/spec/googlenetVariants.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import type { ConvolutionStep, ConvolutionStyle, ModuleStep, NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';
import { computingMs } from '../computingMs.js';

const anyNetwork = fc
  .record<NetworkOptions>({
    variant: fc.constantFrom(...Object.keys(GOOGLENET_VARIANTS)),
    auxiliaryHeads: fc.boolean(),
    widthMultiplier: fc.constantFrom(0.5, 1),
    stem: fc.constantFrom('stride8', 'stride4', 'stride2'),
    classes: fc.constantFrom(10, 1000),
  })
  .map((options) => networkSpec('googlenet', options));

describe('what sets published GoogLeNets apart', () => {
  it('paper and torchvision: 26 things, the 3×3 in the 5×5 branches of nine modules among them', () => {
    const differences = diffSpecs(networkSpec('googlenet', { variant: 'paper' }), networkSpec('googlenet', { variant: 'torchvision' }));
    const kernels = GOOGLENET_MODULES.map(([name]) => ({ path: `${name}_5x5.kernelSize`, a: 5, b: 3 }));
    const norm = { op: 'localResponseNormalization', depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 };
    expect(differences).toEqual(
      expect.arrayContaining([
        ...kernels,
        { path: 'variant', a: 'paper', b: 'torchvision' },
        { path: 'convolution.order', a: 'conv-relu', b: 'conv-bn-relu' },
        { path: 'convolution.useBias', a: true, b: false },
        { path: 'convolution.initialBias', a: 0, b: null },
        { path: 'convolution.initializer', a: 'glorotUniform', b: 'truncatedNormal' },
        { path: 'convolution.batchNormalization', a: null, b: { momentum: 0.9, epsilon: 1e-3, scale: true, center: true } },
        { path: 'preprocessing.scale', a: 1, b: 1 / 127.5 },
        { path: 'preprocessing.offset', a: [-123, -117, -104], b: [-1, -1, -1] },
        { path: 'norm1', a: { ...norm, name: 'norm1' }, b: null },
        { path: 'norm2', a: { ...norm, name: 'norm2' }, b: null },
        { path: 'conv1.padding', a: 'same', b: { zeros: 3 } },
        ...['pool1', 'pool2', 'pool3', 'pool4'].map((name) => ({ path: `${name}.padding`, a: 'same', b: 'ceil' })),
        { path: 'pool4.poolSize', a: 3, b: 2 },
        { path: 'dropout.rate', a: 0.4, b: 0.2 },
      ]),
    );
    expect(differences).toHaveLength(9 + 17);
  });

  it('heads are named with where they hang', () => {
    const differences = diffSpecs(networkSpec('googlenet'), networkSpec('googlenet', { auxiliaryHeads: true }));
    expect(differences).toContainEqual({ path: 'auxiliaryHeads.auxiliary_4a', a: null, b: { after: 'inception_4a', lossWeight: 0.3 } });
    expect(differences.map(({ path }) => path)).toContain('auxiliary_4d_fc');
  });
});

describe("what a network's style says for single steps only", () => {
  const paper = networkSpec('googlenet', { variant: 'paper' });
  const styled = (spec: NetworkSpec, style: Partial<ConvolutionStyle>): NetworkSpec => ({
    ...spec,
    convolution: { ...spec.convolution, ...style },
  });

  it.each<{ what: string; spec: NetworkSpec }>([
    { what: 'a convolution that is normalised', spec: changeSpec(paper, { conv1: { order: 'conv-bn-relu', useBias: false } }) },
    {
      what: 'batch normalisation by itself',
      spec: changeSpec(paper, { conv1: { after: [{ op: 'batchNormalization', name: 'standing' }] } }),
    },
  ])('epsilon 0.001 and 0.5 of $what', ({ spec }) => {
    const { batchNormalization } = spec.convolution;
    const other = styled(spec, { batchNormalization: { ...batchNormalization, epsilon: 0.5 } });
    expect(diffSpecs(spec, other)).toEqual([{ path: 'convolution.batchNormalization.epsilon', a: 1e-3, b: 0.5 }]);
  });

  it.each<{ what: string; spec: NetworkSpec }>([
    { what: "the bias of one convolution, Inception v2's conv1", spec: networkSpec('inception-v2', { variant: 'slim' }) },
    { what: "residual projections, Inception-ResNet v1's", spec: networkSpec('inception-resnet-v1') },
    { what: "dense steps, the auxiliary heads'", spec: networkSpec('googlenet', { auxiliaryHeads: true }) },
  ])('initial bias 0 and 0.7 of $what', ({ spec }) => {
    expect(spec.convolution.useBias).toBe(false);
    expect(diffSpecs(spec, styled(spec, { initialBias: 0.7 }))).toEqual([{ path: 'convolution.initialBias', a: 0, b: 0.7 }]);
  });

  it.each<{ what: string; spec: NetworkSpec; style: Partial<ConvolutionStyle> }>([
    { what: 'an initial bias without any bias', spec: networkSpec('inception-v3'), style: { initialBias: 0.7 } },
    {
      what: 'momentum without batch normalisation',
      spec: paper,
      style: { batchNormalization: { ...paper.convolution.batchNormalization, momentum: 0.5 } },
    },
  ])('is no difference where it is for none: $what', ({ spec, style }) => {
    expect(diffSpecs(spec, styled(spec, style))).toEqual([]);
  });
});

it('two networks of 10,000 steps each: 20,000 differences, in less than 3 s of computing', () => {
  const chain = (prefix: string): NetworkSpec =>
    specOfSteps(
      Array.from({ length: 10_000 }, (_, index): Step => ({ op: 'convolution', name: `${prefix}${index}`, filters: 1, kernelSize: 1 })),
      [8, 8, 1],
    );
  const start = computingMs();
  expect(diffSpecs(chain('a'), chain('b'))).toHaveLength(20_000);
  expect(computingMs() - start).toBeLessThan(3_000);
});

describe('steps', () => {
  const convolution = (name: string, rest: Partial<ConvolutionStep> = {}): Step => ({
    op: 'convolution',
    name,
    filters: 8,
    kernelSize: 3,
    ...rest,
  });
  const mixed = (...names: string[]): Step => inceptionModuleSpec('mixed', { branches: names.map((name) => [convolution(name)]) });
  const of = (...steps: Step[]): NetworkSpec => specOfSteps(steps, [32, 32, 3]);

  it('a default written out is no difference', () => {
    const spelt = convolution('a', { kernelSize: [3, 3], strides: 1, padding: 'same', activation: 'relu' });
    expect(diffSpecs(of(convolution('a')), of(spelt))).toEqual([]);
  });

  it('nor is an order, bias or activation that is the default anyway, of any kind of step', () => {
    const separable = { op: 'separableConvolution', name: 's', filters: 8, kernelSize: 3 } as const;
    const residual = (merge: ModuleStep['merge']): Step => ({ op: 'module', name: 'm', branches: [[convolution('a')]], merge });
    const steps: Step[] = [
      convolution('c'),
      separable,
      residual({ residual: 0.1 }),
      { op: 'flatten', name: 'f' },
      { op: 'dense', name: 'd', units: 4 },
    ];
    const spelt: Step[] = [
      convolution('c', { order: 'conv-relu', useBias: true, shrinkToFit: false }),
      { ...separable, depthMultiplier: 1, order: 'conv-relu', activation: 'relu' },
      residual({ residual: 0.1, activation: 'relu' }),
      steps[3],
      { op: 'dense', name: 'd', units: 4, useBias: true, activation: 'linear' },
    ];
    expect(diffSpecs(of(...steps), of(...spelt))).toEqual([]);
  });

  // What a style says for steps that only one network has comes along.
  const { batchNormalization, initialBias } = BIASED;
  it.each<{ path: string; steps: [Step, Step]; values: [unknown, unknown]; style?: Partial<ConvolutionStyle> }>([
    {
      path: 'x.order',
      steps: [convolution('x'), convolution('x', { order: 'conv-bn-relu' })],
      values: [null, 'conv-bn-relu'],
      style: { batchNormalization },
    },
    { path: 'x.useBias', steps: [convolution('x', { useBias: false }), convolution('x')], values: [false, null], style: { initialBias } },
    { path: 'x.shrinkToFit', steps: [convolution('x'), convolution('x', { shrinkToFit: true })], values: [null, true] },
    {
      path: 'x.depthMultiplier',
      steps: [1, 2].map((depthMultiplier) => ({ op: 'separableConvolution', name: 'x', filters: 8, kernelSize: 3, depthMultiplier })) as [
        Step,
        Step,
      ],
      values: [1, 2],
    },
    {
      path: 'x.op',
      steps: [
        { op: 'relu', name: 'x' },
        { op: 'batchNormalization', name: 'x' },
      ],
      values: ['relu', 'batchNormalization'],
      style: { batchNormalization },
    },
    {
      path: 'x.merge.activation',
      steps: [
        { op: 'module', name: 'x', branches: [[]], merge: { residual: 1 } },
        { op: 'module', name: 'x', branches: [[]], merge: { residual: 1, activation: 'linear' } },
      ],
      values: ['relu', 'linear'],
    },
  ])('$path: $values', ({ path, steps, values, style = {} }) => {
    const ofStyle = Object.entries(style).map(([field, b]) => ({ path: `convolution.${field}`, a: null, b }));
    expect(diffSpecs(of(steps[0]), of(steps[1]))).toEqual([...ofStyle, { path, a: values[0], b: values[1] }]);
  });

  it('a module that only one has is one difference, whatever is in it', () => {
    expect(diffSpecs(of(convolution('a')), of(convolution('a'), mixed('b', 'c')))).toEqual([
      { path: 'mixed', a: null, b: { op: 'module', name: 'mixed', merge: 'concat', branches: ['b', 'c'] } },
    ]);
  });

  it('another op under the same name is a difference', () => {
    const pool = (op: 'maxPool' | 'averagePool'): Step => ({ op, name: 'p', poolSize: 2 });
    expect(diffSpecs(of(pool('maxPool')), of(pool('averagePool')))).toEqual([{ path: 'p.op', a: 'maxPool', b: 'averagePool' }]);
  });

  it('another order is a difference', () => {
    expect(diffSpecs(of(convolution('a'), convolution('b')), of(convolution('b'), convolution('a')))).toEqual([
      { path: 'order of steps', a: ['a', 'b'], b: ['b', 'a'] },
    ]);
  });

  it('another branch is a difference', () => {
    const [left, right] = [
      [[convolution('a'), convolution('b')], [convolution('c')]],
      [[convolution('a')], [convolution('b'), convolution('c')]],
    ].map((branches) => of(inceptionModuleSpec('mixed', { branches })));
    expect(diffSpecs(left, right)).toContainEqual({ path: 'mixed_b.branch', a: 0, b: 1 });
  });
});

describe('properties over variants, widths, stems, classes and heads', () => {
  it('nothing sets a network apart from itself, nor from its copy through JSON', () => {
    fc.assert(
      fc.property(anyNetwork, (spec) => {
        expect(diffSpecs(spec, JSON.parse(JSON.stringify(spec)))).toEqual([]);
      }),
      { seed: 29, numRuns: 20 },
    );
  });

  it('the other way round, a and b change places; different networks differ', () => {
    let different = 0;
    fc.assert(
      fc.property(anyNetwork, anyNetwork, (a, b) => {
        const swapped = diffSpecs(b, a).map((difference) => JSON.stringify({ path: difference.path, a: difference.b, b: difference.a }));
        const straight = diffSpecs(a, b).map(({ path, a: left, b: right }) => JSON.stringify({ path, a: left, b: right }));
        expect(swapped.sort()).toEqual(straight.sort());
        expect(straight.length > 0).toBe(JSON.stringify(a) !== JSON.stringify(b));
        different += straight.length > 0 ? 1 : 0;
      }),
      { seed: 31, numRuns: 30 },
    );
    expect(different).toBeGreaterThan(15);
  });
});

it('takes anything that carries a spec, and refuses what carries none', () => {
  const spec = networkSpec('googlenet');
  expect(diffSpecs({ spec }, spec)).toEqual([]);
  expect(() => diffSpecs(spec, undefined as unknown as NetworkSpec)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: 'networkSpec: expected an object, got undefined.' }),
  );
});
