import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, forEachTap, type ConvolutionAttributes } from './convolutionGeometry.js';
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
    const dx = floats(backend, out);
    const gradient = floats(backend, dy);
    const weights = floats(backend, filter);
    const { inChannels, outChannels } = geometry;
    const multiplier = outChannels / inChannels;
    dx.fill(0);
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
    return out;
  },
);
