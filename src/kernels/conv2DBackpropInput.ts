import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, type ConvolutionAttributes, type WindowGeometry } from './convolutionGeometry.js';
import { emptyPictures, type PaddedPictures } from './paddedPictures.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, reshaped, runWasmKernel, wasmKernel, type WasmBackend } from './wasmBackend.js';

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: [number, number, number, number];
}

/**
 * The gradient of a convolution by its input. At stride 1 it is itself a convolution, of `dy` with the filter turned by 180° and its
 * channels exchanged; otherwise every output position spreads `filter · dy` over the pixels it had seen.
 */
export const conv2DBackpropInput = wasmKernel<Inputs, Attributes>('Conv2DBackpropInput', ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs;
  const geometry = convolutionGeometry('Conv2DBackpropInput', attrs.inputShape, filter.shape, dy.shape, attrs);
  const padding = fullPadding(geometry);
  const direct = geometry.strideHeight === 1 && geometry.strideWidth === 1 && padding.every((pixels) => pixels >= 0);
  return direct ? convolveBack(backend, dy, filter, padding) : spread(backend, dy, filter, geometry, attrs.inputShape);
});

/** Top, bottom, left, right: what `dy` needs around it so that every input pixel meets every tap. */
function fullPadding(g: WindowGeometry): [number, number, number, number] {
  const top = g.filterHeight - 1 - g.padTop;
  const left = g.filterWidth - 1 - g.padLeft;
  return [top, g.inHeight + g.filterHeight - 1 - g.outHeight - top, left, g.inWidth + g.filterWidth - 1 - g.outWidth - left];
}

function convolveBack(backend: WasmBackend, dy: TensorInfo, filter: TensorInfo, padding: [number, number, number, number]): TensorInfo {
  const [top, bottom, left, right] = padding;
  const turned = turnedFilter(backend, filter);
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const dx = runWasmKernel(backend, 'Conv2D', { x: dy, filter: turned }, { strides: 1, dilations: 1, pad, dataFormat: 'NHWC' });
  backend.disposeData(turned.dataId);
  return dx;
}

/** `filter[height - 1 - row, width - 1 - column, in, out]` at `[row, column, out, in]`. */
function turnedFilter(backend: WasmBackend, filter: TensorInfo): TensorInfo {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number];
  const turned = backend.makeOutput([height, width, outChannels, inChannels], 'float32');
  const from = floats(backend, filter);
  const to = floats(backend, turned);
  const taps = height * width;
  const size = inChannels * outChannels;
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0, source = (taps - 1 - tap) * size; input < inChannels; input++) {
      for (let output = 0, target = tap * size + input; output < outChannels; output++, target += inChannels) to[target] = from[source++]!;
    }
  }
  return turned;
}

/** One picture at a time, because the patches take far more room than the pictures. */
function spread(backend: WasmBackend, dy: TensorInfo, filter: TensorInfo, g: WindowGeometry, inputShape: number[]): TensorInfo {
  const [positions, columns] = [g.outHeight * g.outWidth, g.filterHeight * g.filterWidth * g.inChannels];
  const taps = runWasmKernel(backend, 'Transpose', { x: reshaped(filter, [columns, g.outChannels]) }, { perm: [1, 0] });
  const gradients = backend.makeOutput([1, positions, g.outChannels], 'float32');
  const pictures = emptyPictures(backend, g);
  for (let picture = 0; picture < g.batchSize; picture++) {
    const start = picture * positions * g.outChannels;
    floats(backend, gradients).set(floats(backend, dy).subarray(start, start + positions * g.outChannels));
    const factors = { a: gradients, b: reshaped(taps, [1, g.outChannels, columns]) };
    const patches = runWasmKernel(backend, 'BatchMatMul', factors, { transposeA: false, transposeB: false });
    addPatches(backend, addressOf(backend, patches), pictures, picture, g);
    backend.disposeData(patches.dataId);
  }
  const dx = backend.makeOutput([...inputShape], 'float32');
  floats(backend, dx).fill(0);
  pictures.copyTo(dx);
  pictures.dispose();
  for (const scratch of [taps, gradients]) backend.disposeData(scratch.dataId);
  return dx;
}

/** Adds each output position's patch onto the pixels it covers, a row of the filter at a time. */
function addPatches(backend: WasmBackend, patches: number, pictures: PaddedPictures, picture: number, g: WindowGeometry): void {
  const { addRuns } = simdFunctions(backend);
  const runBytes = 4 * g.filterWidth * g.inChannels;
  const patchBytes = g.filterHeight * runBytes;
  for (let line = 0; line < g.outHeight; line++) {
    for (let tapRow = 0; tapRow < g.filterHeight; tapRow++) {
      const from = patches + line * g.outWidth * patchBytes + tapRow * runBytes;
      const to = pictures.addressOf(picture, line * g.strideHeight + tapRow, 0);
      addRuns(from, to, g.outWidth, runBytes, patchBytes, 4 * g.strideWidth * g.inChannels);
    }
  }
}
