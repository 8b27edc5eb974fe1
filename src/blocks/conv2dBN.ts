import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { checkAgainst } from '../checkAgainst.js';
import { CONVOLUTION_STYLES } from '../spec/convolutionStyles.js';
import * as field from '../spec/fields.js';
import { styleSchema } from '../spec/specSchema.js';
import type { BatchNormalizationStyle, ConvolutionOrder, ConvolutionStyle, Padding, Size } from '../spec/types.js';
import { applyConvolution } from './applyConvolution.js';
import { assertBuildable } from './assertBuildable.js';

/** Options of {@link conv2dBN}. */
export interface Conv2dBNOptions {
  /** Output channels. */
  readonly filters: number;
  /** In pixels; one number for a square. */
  readonly kernelSize: Size;
  /** In pixels. @default 1 */
  readonly strides?: Size;
  /** @default 'same' */
  readonly padding?: Exclude<Padding, 'ceil'>;
  /** @default 'conv-bn-relu' */
  readonly order?: ConvolutionOrder;
  /** @default 'relu' */
  readonly activation?: 'relu' | 'linear';
  /** @default true where `order` is not `'conv-bn-relu'`: there batch normalisation's beta makes a bias redundant. */
  readonly useBias?: boolean;
  /** Momentum, epsilon, gamma (`scale`) and beta (`center`). @default Keras' 0.99, 1e-3, both */
  readonly batchNormalization?: Partial<BatchNormalizationStyle>;
  /** @default 'glorotUniform' */
  readonly initializer?: ConvolutionStyle['initializer'];
  /** An integer that makes the initial weights a function of (seed, name). Without it they differ from build to build. */
  readonly seed?: number;
  /** Prefix of the layer names: `<name>_conv`, `<name>_bn`, `<name>_relu`. Without it tfjs numbers the layers. */
  readonly name?: string;
}

const { order, useBias, initializer, batchNormalization } = styleSchema.shape;

const schema: z.ZodType<Conv2dBNOptions> = field.object({
  filters: field.positiveInteger,
  kernelSize: field.size,
  strides: field.size.optional(),
  padding: field.padding.optional(),
  order: order.optional(),
  activation: field.activation.optional(),
  useBias: useBias.optional(),
  batchNormalization: batchNormalization.partial().optional(),
  initializer: initializer.optional(),
  seed: field.integer.optional(),
  name: field.layerName.optional(),
});

/**
 * Convolution, batch normalisation and ReLU, in the order asked for.
 *
 * @param x `[batch, height, width, channels]`; height and width may be unknown (`null`).
 * @returns `[batch, ⌈height/strides⌉, ⌈width/strides⌉, filters]` under `'same'` padding.
 * @throws InceptionError `INVALID_ARGUMENT` naming every option that is unknown or not usable, or if `x` is no map; `INPUT_TOO_SMALL` if the
 *   kernel does not fit `x`.
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, §3.2: why the bias is redundant before batch normalisation.
 * @example
 * ```ts
 * const input = tf.input({ shape: [224, 224, 3] });
 * const output = conv2dBN(input, { filters: 64, kernelSize: 7, strides: 2, name: 'conv1' });
 * output.shape; // [null, 112, 112, 64]
 * ```
 */
export function conv2dBN(x: tf.SymbolicTensor, options: Conv2dBNOptions): tf.SymbolicTensor {
  const where = typeof options?.name === 'string' ? `conv2dBN('${options.name}')` : 'conv2dBN';
  const { name, filters, kernelSize, strides, padding, activation, seed, ...own } = checkAgainst(schema, options, where);
  const base = CONVOLUTION_STYLES[own.order ?? 'conv-bn-relu'];
  const style: ConvolutionStyle = {
    ...base,
    useBias: own.useBias ?? base.useBias,
    initializer: own.initializer ?? base.initializer,
    batchNormalization: { ...base.batchNormalization, ...own.batchNormalization },
  };
  const unit = { filters, kernelSize, strides, padding, activation };
  assertBuildable(x, [{ op: 'convolution', name: name ?? 'conv2dBN', ...unit }], where, name ?? 'conv2dBN');
  return applyConvolution(x, { name, ...unit }, { style, seed });
}
