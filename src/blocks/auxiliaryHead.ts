import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { auxiliaryHeadSteps } from '../spec/auxiliaryHeadSteps.js';
import { checkAgainst } from '../checkAgainst.js';
import { CONVOLUTION_STYLES } from '../spec/convolutionStyles.js';
import * as field from '../spec/fields.js';
import { fullName } from '../spec/shapeRow.js';
import { styleSchema } from '../spec/specSchema.js';
import type { ConvolutionOrder } from '../spec/types.js';
import { applyClassifier } from './applyClassifier.js';
import { applySteps } from './applyStep.js';
import { assertBuildable } from './assertBuildable.js';

/** Options of {@link auxiliaryHead}. */
export interface AuxiliaryHeadOptions {
  /** How many classes it tells apart. */
  readonly classes: number;
  /** The head's name, and the prefix of its layers: `auxiliary_4a` → `auxiliary_4a_1x1_conv`. A second head in one model needs a name of its own. @default 'auxiliary' */
  readonly name?: string;
  /** Of its one convolution. @default 'conv-bn-relu' */
  readonly order?: ConvolutionOrder;
  /** `'linear'` returns logits. @default 'softmax' */
  readonly activation?: 'softmax' | 'linear';
  /** An integer that makes the initial weights a function of (seed, layer name). Without it they differ from build to build. */
  readonly seed?: number;
}

const schema: z.ZodType<AuxiliaryHeadOptions> = field.object({
  classes: field.positiveInteger,
  name: field.layerName.optional(),
  order: styleSchema.shape.order.optional(),
  activation: field.oneOf(['softmax', 'linear']).optional(),
  seed: field.integer.optional(),
});

/**
 * GoogLeNet's classifier in the middle of a network, whose loss (weight 0.3) strengthens the early layers' gradients.
 *
 * @param x `[batch, height, width, channels]` of known size, at least 5×5; the paper's is 14×14.
 * @returns `[batch, classes]` probabilities, from the layer called `name`.
 * @throws InceptionError `INVALID_ARGUMENT` naming every option that is unknown or not usable, or if the size of `x` is unknown;
 *   `INPUT_TOO_SMALL` if `x` is below 5×5.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5.
 * @example
 * ```ts
 * const x = tf.input({ shape: [14, 14, 512] });
 * auxiliaryHead(x, { classes: 1000, name: 'auxiliary_4a' }).shape; // [null, 1000]
 * ```
 */
export function auxiliaryHead(x: tf.SymbolicTensor, options: AuxiliaryHeadOptions): tf.SymbolicTensor {
  const where = `auxiliaryHead('${options?.name ?? 'auxiliary'}')`;
  const { classes, name = 'auxiliary', order = 'conv-bn-relu', activation = 'softmax', seed } = checkAgainst(schema, options, where);
  const steps = auxiliaryHeadSteps().map((step) => ({ ...step, name: fullName(name, step.name) }));
  assertBuildable(x, steps, where, name);
  const context = { style: CONVOLUTION_STYLES[order], seed };
  return applyClassifier(applySteps(x, steps, undefined, context), { name, classes, activation }, context).probabilities;
}
