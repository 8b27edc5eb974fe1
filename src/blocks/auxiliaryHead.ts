import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { auxiliaryHeadSteps } from '../spec/auxiliaryHeadSteps.js';
import type { ConvolutionOrder } from '../spec/types.js';
import { applyDense, applySteps } from './applyStep.js';
import type { BuildContext } from './buildContext.js';
import { convolutionStyle } from './convolutionStyle.js';

/** Options of {@link auxiliaryHead}. */
export interface AuxiliaryHeadOptions {
  /** How many classes it tells apart. */
  readonly classes: number;
  /** The head's name, and the prefix of its layers: `auxiliary_4a` → `auxiliary_4a_1x1_conv`. @default 'auxiliary' */
  readonly name?: string;
  /** Of its one convolution. @default 'conv-bn-relu' */
  readonly order?: ConvolutionOrder;
  /** `'linear'` returns logits. @default 'softmax' */
  readonly activation?: 'softmax' | 'linear';
  /** Makes the initial weights a function of (seed, layer name). */
  readonly seed?: number;
}

/**
 * GoogLeNet's classifier in the middle of a network, whose loss (weight 0.3) strengthens the early layers' gradients.
 *
 * @param x `[batch, height, width, channels]`, at least 5×5; the paper's is 14×14.
 * @returns `[batch, classes]` probabilities, from the layer called `name`.
 * @throws InceptionError `INVALID_ARGUMENT` if `classes` or `order` is not usable; `INPUT_TOO_SMALL` if `x` is below 5×5.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5.
 * @example
 * ```ts
 * const x = tf.input({ shape: [14, 14, 512] });
 * auxiliaryHead(x, { classes: 1000, name: 'auxiliary_4a' }).shape; // [null, 1000]
 * ```
 */
export function auxiliaryHead(x: tf.SymbolicTensor, options: AuxiliaryHeadOptions): tf.SymbolicTensor {
  const { classes, name = 'auxiliary', order = 'conv-bn-relu', activation = 'softmax', seed } = options;
  if (!Number.isInteger(classes) || classes < 1) throw invalidArgument(`auxiliaryHead('${name}').classes`, 'a positive integer', classes);
  const context = { style: convolutionStyle(`auxiliaryHead('${name}')`, order), seed };
  const features = applySteps(x, auxiliaryHeadSteps(), name, context);
  return applyClassifier(features, { name, classes, activation }, context).probabilities;
}

/**
 * The last layers of any head: a dense layer `<name>_logits`, and its activation in a layer of the head's own name, by which the model's
 * outputs are called.
 */
export function applyClassifier(
  features: tf.SymbolicTensor,
  { name, classes, activation }: { name: string; classes: number; activation: 'softmax' | 'linear' },
  context: BuildContext,
): { logits: tf.SymbolicTensor; probabilities: tf.SymbolicTensor } {
  const logits = applyDense(features, { name: `${name}_logits`, units: classes }, `${name}_logits`, context);
  return { logits, probabilities: tf.layers.activation({ name, activation }).apply(logits) as tf.SymbolicTensor };
}
