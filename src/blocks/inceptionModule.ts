import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { checkAgainst } from '../checkAgainst.js';
import { CONVOLUTION_STYLES } from '../spec/convolutionStyles.js';
import * as field from '../spec/fields.js';
import { inceptionModuleSpec } from '../spec/inceptionModuleSpec.js';
import type { InceptionModuleSpec } from '../spec/moduleForms.js';
import { styleSchema } from '../spec/specSchema.js';
import type { ConvolutionOrder } from '../spec/types.js';
import { applyStep } from './applyStep.js';
import { assertBuildable } from './assertBuildable.js';

/** Options of {@link inceptionModule}. */
export interface InceptionModuleOptions {
  /** Prefix of the layer names: `inception_4a` → `inception_4a_5x5_reduce_conv`. A second module in one model needs a name of its own. @default 'inception' */
  readonly name?: string;
  /** @default 'conv-bn-relu'; for the uniform module (a number) `'conv-relu-bn'` with bias, as in the notebook it comes from */
  readonly order?: ConvolutionOrder;
  /** An integer that makes the initial weights a function of (seed, layer name). Without it they differ from build to build. */
  readonly seed?: number;
}

const schema: z.ZodType<InceptionModuleOptions> = field.object({
  name: field.layerName.optional(),
  order: styleSchema.shape.order.optional(),
  seed: field.integer.optional(),
});

/**
 * An Inception module: parallel branches over one input, merged.
 *
 * @param x `[batch, height, width, channels]`; height and width may be unknown (`null`).
 * @param spec One of four forms: a number (every branch that wide), the naive module's three widths, Table 1's six columns, or branches
 *   spelt out step by step.
 * @returns For the first three forms `[batch, height, width, sum of the branches' widths]`.
 * @throws InceptionError `INVALID_ARGUMENT` naming every option or field of the spec that is unknown or not usable, or the shapes of
 *   branches that cannot be merged; `INPUT_TOO_SMALL` if a window does not fit.
 * @see Szegedy et al. 2014, arXiv:1409.4842, Figure 2 (naive and dimension-reduced) and Table 1.
 * @example
 * ```ts
 * const module3a = { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolProjection: 32 };
 * inceptionModule(tf.input({ shape: [28, 28, 192] }), module3a, { name: 'inception_3a' }).shape; // [null, 28, 28, 256]
 * ```
 */
export function inceptionModule(x: tf.SymbolicTensor, spec: InceptionModuleSpec, options: InceptionModuleOptions = {}): tf.SymbolicTensor {
  const where = `inceptionModule('${options?.name ?? 'inception'}')`;
  const { name = 'inception', order = orderOf(spec), seed } = checkAgainst(schema, options, where);
  const step = inceptionModuleSpec(name, spec);
  assertBuildable(x, [step], where, name);
  return applyStep(x, step, undefined, { style: CONVOLUTION_STYLES[order], seed });
}

function orderOf(spec: InceptionModuleSpec): ConvolutionOrder {
  return typeof spec === 'number' ? 'conv-relu-bn' : 'conv-bn-relu';
}
