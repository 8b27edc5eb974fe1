import fc from 'fast-check';
import { BATCH_NORMALIZED, BIASED } from '../../src/spec/convolutionStyles.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import type { UnnamedStep } from '../../src/spec/moduleForms.js';
import type { Table1Columns } from '../../src/spec/table1.js';
import type { ConvolutionOrder, ConvolutionStyle, Merge, ModuleStep, NetworkSpec, Shape, Step } from '../../src/spec/types.js';

/** A network without a classifier round any steps. */
export function specOfSteps(trunk: readonly Step[], inputShape: Shape, convolution: ConvolutionStyle = BIASED): NetworkSpec {
  return {
    ...{ name: 'mine', variant: 'test', source: 'a test', inputShape, classes: 0, convolution, trunk, top: [], auxiliaryHeads: [] },
    classifierActivation: 'softmax',
    preprocessing: { channelOrder: 'rgb', scale: 1, offset: Array.from({ length: inputShape[2] }, () => 0) },
  };
}

const filters = fc.integer({ min: 1, max: 64 });

export const anyColumns: fc.Arbitrary<Table1Columns> = fc.record({
  filters1x1: filters,
  reduce3x3: filters,
  filters3x3: filters,
  reduce5x5: filters,
  filters5x5: filters,
  poolProjection: filters,
});

export const anyStyle: fc.Arbitrary<ConvolutionStyle> = fc
  .record({
    order: fc.constantFrom('conv-bn-relu', 'conv-relu-bn', 'conv-relu'),
    useBias: fc.boolean(),
    scale: fc.boolean(),
    center: fc.boolean(),
  })
  .map(({ order, useBias, scale, center }) => ({
    ...BATCH_NORMALIZED,
    ...{ order, useBias, batchNormalization: { momentum: 0.9, epsilon: 1e-3, scale, center } },
  }));

const kernelSize = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
const own = { order: fc.constantFrom<ConvolutionOrder>('conv-bn-relu', 'conv-relu-bn', 'conv-relu'), useBias: fc.boolean() };
const required = ['op', 'filters', 'kernelSize'] as const;

/** A convolution or a separable one, with or without an order and a bias of its own. */
const anyConvolution: fc.Arbitrary<UnnamedStep> = fc.oneof(
  fc.record(
    { op: fc.constant('convolution' as const), filters, kernelSize, shrinkToFit: fc.boolean(), ...own },
    { requiredKeys: [...required] },
  ),
  fc.record(
    { op: fc.constant('separableConvolution' as const), filters, kernelSize, depthMultiplier: fc.integer({ min: 1, max: 3 }), ...own },
    { requiredKeys: [...required] },
  ),
);
const anyOther: fc.Arbitrary<UnnamedStep> = fc.record({ op: fc.constantFrom('relu' as const, 'batchNormalization' as const) });

/** Modules of branches that keep height and width, with any kernels; some are residual, with or without a ReLU. Each branch ends in a convolution. */
export const anyModule: fc.Arbitrary<ModuleStep> = fc
  .record({
    branches: fc.array(
      fc
        .tuple(fc.array(fc.oneof(anyConvolution, anyOther), { maxLength: 2 }), anyConvolution)
        .map(([steps, last]): readonly UnnamedStep[] => [...steps, last]),
      { minLength: 1, maxLength: 4 },
    ),
    merge: fc.constantFrom<Merge>('concat', 'concat', { residual: 0.2 }, { residual: 1, activation: 'linear' }),
  })
  .map((spec) => inceptionModuleSpec('mixed', spec));

export const anyInput: fc.Arbitrary<Shape> = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), filters);
