import { ownActivation } from './activations.js';
import { permuted, reshaped, type Weights } from './constant.js';
import type { EmittedLayer, Emitter, Value } from './emittedLayer.js';
import { padMap } from './windows.js';

interface ConvolutionConfig {
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
  readonly dilation_rate?: readonly [number, number] | null;
}

interface Kernel {
  /** `[filters, channels / groups, height, width]`. */
  readonly weights: Weights;
  readonly groups: number;
  readonly bias?: Weights;
}

/** Conv2D: tfjs' kernel is `[height, width, channels, filters]`. */
export const conv2d: Emitter = (layer, [x]) => {
  const weights = permuted(layer.required('kernel'), [3, 2, 0, 1]);
  return ownActivation(layer, convolve(layer, x, { weights, groups: 1, bias: layer.weights('bias') }));
};

/** tfjs overlooks this layer's dilation; written either way the file would mean something else to somebody. */
export const depthwiseConv2d: Emitter = (layer, [x]) => {
  const { dilation_rate: rates } = layer.config<ConvolutionConfig>();
  if (rates?.some((rate) => rate !== 1)) throw layer.refuse('dilation rate [1, 1]', rates);
  const kernel = { ...depthwiseKernel(layer), bias: layer.weights('bias') };
  return ownActivation(layer, convolve(layer, x, kernel));
};

/** A depthwise convolution and then one of 1×1, with nothing between the two. */
export const separableConv2d: Emitter = (layer, [x]) => {
  const between = convolve(layer, x, depthwiseKernel(layer), 'depthwise');
  const weights = permuted(layer.required('pointwise_kernel'), [3, 2, 0, 1]);
  const name = layer.add('Conv', [between.name, weights, ...optional(layer.weights('bias'))], pointwise);
  return ownActivation(layer, { name, shape: [between.shape[0], between.shape[1], weights.dims[0]] });
};

/** What a 1×1 convolution is configured to. */
export const pointwise = { kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 } as const;

/** An input that may be missing. */
export function optional(weights: Weights | undefined): Weights[] {
  return weights ? [weights] : [];
}

/** tfjs' kernel is `[height, width, channels, multiplier]`; filter `channel · multiplier + m` sees that channel alone. */
function depthwiseKernel(layer: EmittedLayer): Kernel {
  const kernel = permuted(layer.required('depthwise_kernel'), [2, 3, 0, 1]);
  const [channels, multiplier, height, width] = kernel.dims;
  return { weights: reshaped(kernel, [channels * multiplier, 1, height, width]), groups: channels };
}

function convolve(layer: EmittedLayer, x: Value, { weights, groups, bias }: Kernel, part?: string): Value {
  const [rows, columns] = layer.featureMap(x);
  const { strides, padding, dilation_rate: rates } = layer.config<ConvolutionConfig>();
  const [filters, , height, width] = weights.dims;
  const dilations = rates ?? [1, 1];
  const windows = [
    { length: height, stride: strides[0], dilation: dilations[0] },
    { length: width, stride: strides[1], dilation: dilations[1] },
  ] as const;
  const { pads, places } = padMap([rows, columns], windows, padding);
  const attributes = { kernel_shape: [height, width], strides, pads, dilations, group: groups };
  return { name: layer.add('Conv', [x.name, weights, ...optional(bias)], attributes, part), shape: [...places, filters] };
}
