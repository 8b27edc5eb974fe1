import * as tf from '@tensorflow/tfjs';
import { styleOf } from '../spec/convolutionStyles.js';
import type { ConvolutionStep } from '../spec/types.js';
import { bothSides, windowOf } from '../spec/windows.js';
import { biasInitializer, kernelInitializer, type BuildContext } from './buildContext.js';
import { layerName, normalizeAndActivate, ownActivation } from './normalizeAndActivate.js';
import { padInput } from './padInput.js';

/** A convolution as a block may ask for it: without a name tfjs numbers the layers. */
type ConvolutionUnit = Omit<ConvolutionStep, 'op' | 'name'> & { readonly name?: string };

/** A convolution with what the network's style puts around it, in layers `<name>_conv`, `<name>_bn` and `<name>_relu`. */
export function applyConvolution(x: tf.SymbolicTensor, unit: ConvolutionUnit, context: BuildContext): tf.SymbolicTensor {
  const { name, filters, strides = 1, padding = 'same', activation = 'relu' } = unit;
  const style = styleOf(unit, context.style);
  const kernelSize = unit.shrinkToFit ? windowOf({ op: 'convolution', name: '', ...unit }, mapSize(x)) : bothSides(unit.kernelSize);
  const [padded, layerPadding] = padInput(x, { name, window: kernelSize, strides, padding });
  const convolution = tf.layers.conv2d({
    name: layerName(name, 'conv'),
    filters,
    kernelSize,
    strides: bothSides(strides),
    padding: layerPadding,
    useBias: style.useBias,
    activation: ownActivation({ activation, style }),
    kernelInitializer: kernelInitializer(context, layerName(name, 'conv')),
    biasInitializer: biasInitializer(context),
  });
  return normalizeAndActivate(convolution.apply(padded) as tf.SymbolicTensor, { name, activation, style });
}

function mapSize({ shape }: tf.SymbolicTensor): number[] {
  return shape.slice(1, 3).map((side) => side ?? Infinity);
}
