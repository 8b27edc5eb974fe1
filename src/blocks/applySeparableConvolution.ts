import type * as tf from '@tensorflow/tfjs';
import { separableConv2d } from '../layers/separableConv2d.js';
import { styleOf } from '../spec/convolutionStyles.js';
import type { SeparableConvolutionStep } from '../spec/types.js';
import { bothSides } from '../spec/windows.js';
import { biasInitializer, kernelInitializer, type BuildContext } from './buildContext.js';
import { normalizeAndActivate, ownActivation } from './normalizeAndActivate.js';
import { padInput } from './padInput.js';

/** A depthwise and a pointwise convolution in one layer `<name>_conv`, with what the network's style puts around it. */
export function applySeparableConvolution(x: tf.SymbolicTensor, step: SeparableConvolutionStep, context: BuildContext): tf.SymbolicTensor {
  const { name, filters, kernelSize, strides = 1, padding = 'same', activation = 'relu', depthMultiplier = 1 } = step;
  const style = styleOf(step, context.style);
  const [padded, layerPadding] = padInput(x, { name, window: kernelSize, strides, padding });
  const convolution = separableConv2d({
    name: `${name}_conv`,
    filters,
    kernelSize: bothSides(kernelSize),
    strides: bothSides(strides),
    padding: layerPadding,
    depthMultiplier,
    useBias: style.useBias,
    activation: ownActivation({ activation, style }),
    depthwiseInitializer: kernelInitializer(context, `${name}_conv/depthwise_kernel`),
    pointwiseInitializer: kernelInitializer(context, `${name}_conv/pointwise_kernel`),
    biasInitializer: biasInitializer(context),
  });
  return normalizeAndActivate(convolution.apply(padded) as tf.SymbolicTensor, { name, activation, style });
}
