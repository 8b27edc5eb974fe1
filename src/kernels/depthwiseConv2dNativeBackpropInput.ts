import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, forEachTap, type ConvolutionAttributes, type WindowGeometry } from './convolutionGeometry.js';
import { forEachDepthwiseLine, isVectorized } from './depthwiseLines.js';
import { floats, wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: [number, number, number, number];
}

/** The gradient of a depthwise convolution by its input. */
export const depthwiseConv2dNativeBackpropInput = wasmKernel<Inputs, Attributes>(
  'DepthwiseConv2dNativeBackpropInput',
  ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs;
    const geometry = convolutionGeometry('DepthwiseConv2dNativeBackpropInput', attrs.inputShape, filter.shape, dy.shape, attrs);
    const out = backend.makeOutput([...attrs.inputShape], 'float32');
    floats(backend, out).fill(0);
    if (isVectorized(geometry)) {
      forEachDepthwiseLine(backend, 'depthwiseInputLine', geometry, { pixels: out, gradients: dy, taps: filter });
    } else {
      addTaps(floats(backend, out), floats(backend, dy), floats(backend, filter), geometry);
    }
    return out;
  },
);

function addTaps(dx: Float32Array, gradient: Float32Array, weights: Float32Array, geometry: WindowGeometry): void {
  const { inChannels, outChannels } = geometry;
  const multiplier = outChannels / inChannels;
  forEachTap(geometry, (pixel, position, tap) => {
    const target = pixel * inChannels;
    let source = position * outChannels;
    let weight = tap * outChannels;
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = 0;
      for (let copy = 0; copy < multiplier; copy++) sum += gradient[source++] * weights[weight++];
      dx[target + channel] += sum;
    }
  });
}
