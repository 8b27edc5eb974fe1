import fc from 'fast-check';
import { BATCH_NORMALIZED, BIASED } from '../../src/spec/convolutionStyles.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import type { Table1Columns } from '../../src/spec/table1.js';
import type { ConvolutionStyle, ModuleStep, NetworkSpec, Shape, Step } from '../../src/spec/types.js';

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

/** Modules of branches that keep height and width, with any kernels; every second one adds or is residual. */
export const anyModule: fc.Arbitrary<ModuleStep> = fc
  .record({
    branches: fc.array(
      fc.array(
        fc.record({
          op: fc.constant('convolution' as const),
          filters,
          kernelSize: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      { minLength: 1, maxLength: 4 },
    ),
    merge: fc.constantFrom('concat' as const, { residual: 0.2 }),
  })
  .map((spec) => inceptionModuleSpec('mixed', spec));

export const anyInput: fc.Arbitrary<Shape> = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), filters);
