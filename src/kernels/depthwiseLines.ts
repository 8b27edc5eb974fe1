import type { TensorInfo } from '@tensorflow/tfjs';
import type { WindowGeometry } from './convolutionGeometry.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, type WasmBackend } from './wasmBackend.js';

/** Whether the vector functions do for a depthwise convolution: one output a channel, and channels by fours. */
export function isVectorized({ inChannels, outChannels }: WindowGeometry): boolean {
  return inChannels === outChannels && inChannels % 4 === 0;
}

/** Runs one of the vector functions over every line of outputs. */
export function forEachDepthwiseLine(
  backend: WasmBackend,
  lineFunction: 'depthwiseInputLine' | 'depthwiseFilterLine',
  g: WindowGeometry,
  tensors: Readonly<Record<'pixels' | 'gradients' | 'taps', TensorInfo>>,
  afterLine: (line: number) => void = () => undefined,
): void {
  const run = simdFunctions(backend)[lineFunction];
  const pixelBytes = 4 * g.inChannels;
  const [rowBytes, tapRowBytes, lineBytes] = [g.inWidth, g.filterWidth, g.outWidth].map((pixels) => pixels * pixelBytes);
  const horizontal = [g.outWidth, g.filterWidth, g.strideWidth, g.padLeft, g.inWidth];
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const top = (line % g.outHeight) * g.strideHeight - g.padTop;
    const first = Math.max(0, top);
    const rows = Math.min(g.inHeight, top + g.filterHeight) - first;
    const pixels = addressOf(backend, tensors.pixels) + (Math.floor(line / g.outHeight) * g.inHeight + first) * rowBytes;
    const gradients = addressOf(backend, tensors.gradients) + line * lineBytes;
    const taps = addressOf(backend, tensors.taps) + (first - top) * tapRowBytes;
    run(pixels, gradients, taps, rows, rowBytes, tapRowBytes, pixelBytes, ...horizontal);
    afterLine(line);
  }
}
