import * as tf from '@tensorflow/tfjs';
import { batchNormalization } from '../layers/batchNormalization.js';
import type { ConvolutionStep } from '../spec/types.js';
import { bothSides } from '../spec/windows.js';
import { biasInitializer, kernelInitializer, type BuildContext } from './buildContext.js';
import { padInput } from './padInput.js';

/**
 * A convolution with what the network's style puts around it, in layers `<name>_conv`, `<name>_bn` and `<name>_relu`.
 *
 * @param unit Without a name tfjs numbers the layers.
 */
export function applyConvolution(
  x: tf.SymbolicTensor,
  unit: Omit<ConvolutionStep, 'op' | 'name'> & { readonly name?: string },
  context: BuildContext,
): tf.SymbolicTensor {
  const { name, filters, kernelSize, strides = 1, padding = 'same', activation = 'relu' } = unit;
  const { order, useBias, batchNormalization: norm } = context.style;
  const layer = (part: string): string | undefined => (name === undefined ? undefined : `${name}_${part}`);
  const [padded, layerPadding] = padInput(x, { name, window: kernelSize, strides, padding });
  const convolution = tf.layers.conv2d({
    name: layer('conv'),
    filters,
    kernelSize: bothSides(kernelSize),
    strides: bothSides(strides),
    padding: layerPadding,
    useBias,
    activation: order !== 'conv-bn-relu' && activation === 'relu' ? 'relu' : undefined,
    kernelInitializer: kernelInitializer(context, layer('conv')),
    biasInitializer: biasInitializer(context),
  });
  const convolved = convolution.apply(padded) as tf.SymbolicTensor;
  if (order === 'conv-relu') return convolved;
  const normalized = batchNormalization({ name: layer('bn'), ...norm }).apply(convolved) as tf.SymbolicTensor;
  if (order === 'conv-relu-bn' || activation === 'linear') return normalized;
  return tf.layers.activation({ name: layer('relu'), activation: 'relu' }).apply(normalized) as tf.SymbolicTensor;
}
