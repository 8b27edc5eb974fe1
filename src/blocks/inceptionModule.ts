import type * as tf from '@tensorflow/tfjs';
import { inceptionModuleSpec, type InceptionModuleSpec } from '../spec/inceptionModuleSpec.js';
import type { ConvolutionOrder } from '../spec/types.js';
import { applyStep } from './applyStep.js';
import { convolutionStyle } from './convolutionStyle.js';

/** Options of {@link inceptionModule}. */
export interface InceptionModuleOptions {
  /** Prefix of the layer names: `inception_4a` → `inception_4a_5x5_reduce_conv`. @default 'inception' */
  readonly name?: string;
  /** @default 'conv-bn-relu'; for the uniform module (a number) `'conv-relu-bn'` with bias, as in the notebook it comes from */
  readonly order?: ConvolutionOrder;
  /** Makes the initial weights a function of (seed, layer name). */
  readonly seed?: number;
}

/**
 * An Inception module: parallel branches over one input, merged.
 *
 * @param x `[batch, height, width, channels]`.
 * @param spec One of four forms: a number (every branch that wide), the naive module's three widths, Table 1's six columns, or branches
 *   spelt out step by step.
 * @returns For the first three forms `[batch, height, width, sum of the branches' widths]`.
 * @throws InceptionError `INVALID_ARGUMENT` if the spec is not one of the four forms or the branches cannot be merged.
 * @see Szegedy et al. 2014, arXiv:1409.4842, Figure 2 (naive and dimension-reduced) and Table 1.
 * @example
 * ```ts
 * const module3a = { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolProjection: 32 };
 * inceptionModule(tf.input({ shape: [28, 28, 192] }), module3a, { name: 'inception_3a' }).shape; // [null, 28, 28, 256]
 * ```
 */
export function inceptionModule(x: tf.SymbolicTensor, spec: InceptionModuleSpec, options: InceptionModuleOptions = {}): tf.SymbolicTensor {
  const { name = 'inception', order = typeof spec === 'number' ? 'conv-relu-bn' : 'conv-bn-relu', seed } = options;
  return applyStep(x, inceptionModuleSpec(name, spec), undefined, { style: convolutionStyle(`inceptionModule('${name}')`, order), seed });
}
