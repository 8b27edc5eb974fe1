import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, forEachTap, type ConvolutionAttributes } from './convolutionGeometry.js';
import { floats, wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: [number, number, number, number];
}

/** The gradient of a depthwise convolution by its filter. */
export const depthwiseConv2dNativeBackpropFilter = wasmKernel<Inputs, Attributes>(
  'DepthwiseConv2dNativeBackpropFilter',
  ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs;
    const geometry = convolutionGeometry('DepthwiseConv2dNativeBackpropFilter', x.shape, attrs.filterShape, dy.shape, attrs);
    const out = backend.makeOutput([...attrs.filterShape], 'float32');
    const pixels = floats(backend, x);
    const gradient = floats(backend, dy);
    const { inChannels, outChannels } = geometry;
    const multiplier = outChannels / inChannels;
    // Thousands of positions are added up for each weight: in single precision the sum would lose the digits that the tolerance asks for.
    const sums = new Float64Array(geometry.filterHeight * geometry.filterWidth * outChannels);
    forEachTap(geometry, (pixel, position, tap) => {
      let source = position * outChannels;
      let weight = tap * outChannels;
      for (let channel = pixel * inChannels; channel < (pixel + 1) * inChannels; channel++) {
        const value = pixels[channel];
        for (let copy = 0; copy < multiplier; copy++) sums[weight++] += value * gradient[source++];
      }
    });
    floats(backend, out).set(sums);
    return out;
  },
);
