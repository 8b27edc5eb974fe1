import fc from 'fast-check';
import type { AuxiliaryHeadSpec, ConvolutionOrder, Merge, NetworkSpec, Padding, Size, Step } from '../../src/spec/types.js';
import { anyStyle } from '../spec/anySpec.js';

/** Small networks of every kind of step. Not every one is valid: windows may not fit, branches may not be alike. */

const filters = fc.integer({ min: 1, max: 4 });
const size: fc.Arbitrary<Size> = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
);
const strides: fc.Arbitrary<Size> = fc.constantFrom<Size>(1, 1, 2, 3, [1, 2], [2, 1]);
const padding = fc.constantFrom<Exclude<Padding, 'ceil'>>('same', 'valid', { zeros: 1 });
const activation = fc.constantFrom<'relu' | 'linear'>('relu', 'linear');
// The names are given afterwards, by place.
const name = fc.constant('');

const order = fc.constantFrom<ConvolutionOrder>('conv-bn-relu', 'conv-relu-bn', 'conv-relu');
/** What a convolution may have of its own; a key that is not drawn is not there. */
const own = { strides, padding, activation, order, useBias: fc.boolean() };
const required = ['op', 'name', 'filters', 'kernelSize'] as const;

const ordinary: fc.Arbitrary<Step> = fc.record(
  { op: fc.constant('convolution' as const), name, filters, kernelSize: size, shrinkToFit: fc.boolean(), ...own },
  { requiredKeys: [...required] },
);
const separable: fc.Arbitrary<Step> = fc.record(
  {
    ...{ op: fc.constant('separableConvolution' as const), name, filters, kernelSize: size, ...own },
    // TensorFlow's depthwise convolutions have one stride for both sides.
    ...{ strides: fc.constantFrom(1, 2), depthMultiplier: fc.integer({ min: 1, max: 3 }) },
  },
  { requiredKeys: [...required] },
);
const convolution = fc.oneof(ordinary, separable);
const keepingSize: fc.Arbitrary<Step> = convolution.map((step): Step => ({ ...step, strides: 1, padding: 'same' }) as Step);
const plain: fc.Arbitrary<Step> = fc.record({ op: fc.constantFrom('relu' as const, 'batchNormalization' as const), name });
const pool: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constant('maxPool'), name, poolSize: size, strides, padding }),
  fc.record({ op: fc.constant('maxPool'), name, poolSize: size, strides, padding: fc.constant<Padding>('ceil') }),
  fc.record({ op: fc.constant('averagePool'), name, poolSize: size, strides, padding }),
);
const keepingPool: fc.Arbitrary<Step> = fc.record({ op: fc.constantFrom('maxPool', 'averagePool'), name, poolSize: size });
const norm: fc.Arbitrary<Step> = fc.record({
  op: fc.constant('localResponseNormalization'),
  name,
  depthRadius: fc.integer({ min: 0, max: 3 }),
  bias: fc.constant(1),
  alpha: fc.constant(1e-2),
  beta: fc.constant(0.75),
});
const dropout: fc.Arbitrary<Step> = fc.record({ op: fc.constant('dropout'), name, rate: fc.constantFrom(0, 0.5) });
const adaptive: fc.Arbitrary<Step> = fc.record({
  op: fc.constant('adaptiveAveragePool'),
  name,
  outputSize: fc.integer({ min: 1, max: 5 }),
});

const anyModule = (depth: number): fc.Arbitrary<Step> => {
  const step =
    depth > 0 ? fc.oneof(keepingSize, keepingPool, norm, plain, anyModule(depth - 1)) : fc.oneof(keepingSize, keepingPool, plain);
  const merge = fc.constantFrom<Merge>('concat', 'concat', { residual: 0.3 }, { residual: 1, activation: 'linear' });
  const mixed = fc.record({
    op: fc.constant('module'),
    name,
    branches: fc.array(fc.array(step, { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    merge,
  });
  const reducing = fc.tuple(convolution, pool, fc.constantFrom<Size>(1, 2)).map(([first, second, stride]): Step => {
    const branches = [first, second].map((each): Step[] => [{ ...each, strides: stride, padding: 'same' } as Step]);
    return { op: 'module', name: '', branches };
  });
  const adding = fc.tuple(filters, fc.array(keepingSize, { minLength: 1, maxLength: 3 })).map(([width, steps]): Step => {
    return { op: 'module', name: '', branches: steps.map((each) => [{ ...each, filters: width } as Step]), merge: 'add' };
  });
  return fc.oneof(mixed, reducing, adding);
};

/** A chain of names by place: `s0`, `s1`, and inside modules `b0s0`. */
function named(steps: readonly Step[], prefix = 's'): Step[] {
  return steps.map((step, index): Step => {
    const own = `${prefix}${index}`;
    return step.op === 'module'
      ? { ...step, name: own, branches: step.branches.map((branch, b) => named(branch, `b${b}s`)) }
      : { ...step, name: own };
  });
}

const dense: fc.Arbitrary<Step> = fc.record({ op: fc.constant('dense'), name, units: filters, activation, useBias: fc.boolean() });
const toVector: fc.Arbitrary<Step[]> = fc.oneof(
  fc.constant<Step[]>([{ op: 'globalAveragePool', name: '' }]),
  fc.constant<Step[]>([{ op: 'globalMaxPool', name: '' }]),
  fc.tuple(dense, dropout).map(([layer, drop]): Step[] => [{ op: 'flatten', name: '' }, layer, drop]),
  adaptive.map((step): Step[] => [step, { op: 'flatten', name: '' }]),
);

export const anyNetwork: fc.Arbitrary<NetworkSpec> = fc
  .record({
    inputShape: fc.tuple(fc.integer({ min: 5, max: 16 }), fc.integer({ min: 5, max: 16 }), fc.integer({ min: 1, max: 4 })),
    classes: fc.integer({ min: 0, max: 3 }),
    convolution: anyStyle,
    trunk: fc.array(fc.oneof(convolution, pool, norm, plain, dropout, adaptive, anyModule(1), anyModule(1)), {
      minLength: 1,
      maxLength: 5,
    }),
    top: toVector,
    headAfter: fc.array(fc.nat({ max: 4 }), { maxLength: 2 }),
    headSteps: toVector,
    classifierActivation: fc.constantFrom<'softmax' | 'linear'>('softmax', 'linear'),
  })
  .map(({ headAfter, headSteps, trunk, top, ...rest }): NetworkSpec => {
    const places = rest.classes === 0 ? [] : [...new Set(headAfter.map((place) => place % trunk.length))];
    const auxiliaryHeads = places.map((place): AuxiliaryHeadSpec => {
      return { name: `auxiliary_${place}`, after: `s${place}`, lossWeight: 0.3, steps: named(headSteps) };
    });
    return {
      ...{ name: 'random', variant: 'test', source: 'fast-check', ...rest, trunk: named(trunk), top: named(top, 'top'), auxiliaryHeads },
      preprocessing: { channelOrder: 'rgb', scale: 1, offset: Array.from({ length: rest.inputShape[2] }, () => 0) },
    };
  });
