import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { batchNormalization } from '../layers/batchNormalization.js';
import type { BatchNormalizationStyle, ConvolutionOrder, ConvolutionStyle, Padding, Size } from '../spec/types.js';
import { biasInitializer, kernelInitializer, type BuildContext } from './buildContext.js';
import { convolutionStyle } from './convolutionStyle.js';
import { padInput, pair } from './padInput.js';

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
  /** Makes the initial weights a function of (seed, name). */
  readonly seed?: number;
  /** Prefix of the layer names: `<name>_conv`, `<name>_bn`, `<name>_relu`. Without it tfjs numbers the layers. */
  readonly name?: string;
}

/**
 * Convolution, batch normalisation and ReLU, in the order asked for.
 *
 * @param x `[batch, height, width, channels]`.
 * @returns `[batch, ⌈height/strides⌉, ⌈width/strides⌉, filters]` under `'same'` padding.
 * @throws InceptionError `INVALID_ARGUMENT` if `filters`, `kernelSize`, `strides`, `padding` or `order` is not usable.
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, §3.2: why the bias is redundant before batch normalisation.
 * @example
 * ```ts
 * const input = tf.input({ shape: [224, 224, 3] });
 * const output = conv2dBN(input, { filters: 64, kernelSize: 7, strides: 2, name: 'conv1' });
 * output.shape; // [null, 112, 112, 64]
 * ```
 */
export function conv2dBN(x: tf.SymbolicTensor, options: Conv2dBNOptions): tf.SymbolicTensor {
  const { name, filters, kernelSize, strides, padding, activation, seed, order = 'conv-bn-relu' } = options;
  const base = convolutionStyle(name === undefined ? 'conv2dBN' : `conv2dBN('${name}')`, order);
  const style: ConvolutionStyle = {
    ...base,
    useBias: options.useBias ?? base.useBias,
    initializer: options.initializer ?? base.initializer,
    batchNormalization: { ...base.batchNormalization, ...options.batchNormalization },
  };
  return applyConvolution(x, { name, filters, kernelSize, strides, padding, activation }, { style, seed });
}

/** One convolution unit as a network's style has it; {@link conv2dBN} is its public form. */
export function applyConvolution(
  x: tf.SymbolicTensor,
  unit: { name?: string; filters: number; kernelSize: Size; strides?: Size; padding?: Padding; activation?: 'relu' | 'linear' },
  context: BuildContext,
): tf.SymbolicTensor {
  const { name, filters, kernelSize, strides = 1, padding = 'same', activation = 'relu' } = unit;
  const { order, useBias, batchNormalization: norm } = context.style;
  checkUnit(name, { filters, kernelSize, strides, padding });
  const layer = (part: string): string | undefined => (name === undefined ? undefined : `${name}_${part}`);
  const [padded, layerPadding] = padInput(x, { name, kernelSize, strides, padding });
  const convolution = tf.layers.conv2d({
    name: layer('conv'),
    filters,
    kernelSize: pair(kernelSize),
    strides: pair(strides),
    padding: layerPadding,
    useBias,
    activation: order !== 'conv-bn-relu' && activation === 'relu' ? 'relu' : undefined,
    kernelInitializer: kernelInitializer(context, layer('conv')),
    biasInitializer: biasInitializer(context),
  });
  const convolved = convolution.apply(padded) as tf.SymbolicTensor;
  if (order === 'conv-relu') return convolved;
  const normalised = batchNormalization({ name: layer('bn'), ...norm }).apply(convolved) as tf.SymbolicTensor;
  if (order === 'conv-relu-bn' || activation === 'linear') return normalised;
  return tf.layers.activation({ name: layer('relu'), activation: 'relu' }).apply(normalised) as tf.SymbolicTensor;
}

function checkUnit(name: string | undefined, unit: { filters: number; kernelSize: Size; strides: Size; padding: Padding }): void {
  const where = name === undefined ? 'conv2dBN' : `conv2dBN('${name}')`;
  if (!isPositiveInteger(unit.filters)) throw invalidArgument(`${where}.filters`, 'a positive integer', unit.filters);
  for (const key of ['kernelSize', 'strides'] as const) {
    const value = unit[key];
    const sides = Array.isArray(value) ? (value as number[]) : [value];
    if (!sides.every(isPositiveInteger) || (Array.isArray(value) && value.length !== 2)) {
      throw invalidArgument(`${where}.${key}`, 'a positive integer or two of them, [height, width]', value);
    }
  }
  const { padding } = unit;
  const zeros = typeof padding === 'object' && padding !== null ? padding.zeros : undefined;
  if (padding !== 'same' && padding !== 'valid' && !(Number.isInteger(zeros) && (zeros as number) >= 0)) {
    throw invalidArgument(`${where}.padding`, `'same', 'valid' or { zeros: n }`, padding);
  }
}

function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}
