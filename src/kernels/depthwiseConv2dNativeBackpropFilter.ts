import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, forEachTap, type ConvolutionAttributes, type WindowGeometry } from './convolutionGeometry.js';
import { forEachDepthwiseLine, isVectorized } from './depthwiseLines.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, wasmKernel, type WasmBackend } from './wasmBackend.js';

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
    floats(backend, out).fill(0);
    if (isVectorized(geometry)) addLines(backend, x, dy, out, geometry);
    else if (geometry.outChannels % 4 === 0) addLinesOfRepeated(backend, x, dy, out, geometry);
    else floats(backend, out).set(tapSums(floats(backend, x), floats(backend, dy), geometry));
    return out;
  },
);

/** Thousands of positions are added up for each weight: sums of so many lines at a time lose little in single precision. */
const LINES = 8;

function addLines(backend: WasmBackend, x: TensorInfo, dy: TensorInfo, out: TensorInfo, g: WindowGeometry): void {
  const taps = backend.makeOutput([...out.shape], 'float32');
  const [from, to] = [addressOf(backend, taps), addressOf(backend, out)];
  const bytes = 4 * g.filterHeight * g.filterWidth * g.inChannels;
  floats(backend, taps).fill(0);
  const last = g.batchSize * g.outHeight - 1;
  forEachDepthwiseLine(backend, 'depthwiseFilterLine', g, { pixels: x, gradients: dy, taps }, (line) => {
    if (line % LINES !== LINES - 1 && line !== last) return;
    simdFunctions(backend).columnSums(from, to, 1, bytes);
    floats(backend, taps).fill(0);
  });
  backend.disposeData(taps.dataId);
}

/** Several outputs a channel: as a convolution of one output a channel, over pixels that hold each channel as often. */
function addLinesOfRepeated(backend: WasmBackend, x: TensorInfo, dy: TensorInfo, out: TensorInfo, g: WindowGeometry): void {
  const multiplier = g.outChannels / g.inChannels;
  const repeated = backend.makeOutput([g.batchSize, g.inHeight, g.inWidth, g.outChannels], 'float32');
  const [from, to] = [floats(backend, x), floats(backend, repeated)];
  for (let target = 0, source = 0; target < to.length; source++) {
    for (let copy = 0; copy < multiplier; copy++) to[target++] = from[source];
  }
  addLines(backend, repeated, dy, out, { ...g, inChannels: g.outChannels });
  backend.disposeData(repeated.dataId);
}

/** In double precision, for the channels that fill no vectors. */
function tapSums(pixels: Float32Array, gradient: Float32Array, geometry: WindowGeometry): Float64Array {
  const { inChannels, outChannels } = geometry;
  const multiplier = outChannels / inChannels;
  const sums = new Float64Array(geometry.filterHeight * geometry.filterWidth * outChannels);
  forEachTap(geometry, (pixel, position, tap) => {
    let source = position * outChannels;
    let weight = tap * outChannels;
    for (let channel = pixel * inChannels; channel < (pixel + 1) * inChannels; channel++) {
      for (let copy = 0; copy < multiplier; copy++) sums[weight++] += pixels[channel] * gradient[source++];
    }
  });
  return sums;
}
