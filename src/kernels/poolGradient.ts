import type * as tf from '@tensorflow/tfjs';
import { forEachWindow, poolGeometry, rowsSeenFrom, type PoolAttributes, type PoolGeometry } from './poolGeometry.js';
import { simdFunctions, type SimdFunctions } from './simdFunctions.js';
import { addressOf, floats, wasmKernel, type WasmBackend } from './wasmBackend.js';

interface Inputs {
  readonly dy: tf.TensorInfo;
  readonly input: tf.TensorInfo;
}

/** One channel of one window: indices into `x` and `dx`, in reading order. */
export type SpreadWindow = (pixels: readonly number[], x: Float32Array, dx: Float32Array, gradient: number) => void;

/**
 * A kernel for the gradient of pooling.
 *
 * @param windows Its SIMD function, for channels by fours.
 * @param spreadWindow The same for one of the channels that are left over.
 */
export function poolGradient(kernelName: string, windows: keyof SimdFunctions, spreadWindow: SpreadWindow): tf.KernelConfig {
  return wasmKernel<Inputs, PoolAttributes>(kernelName, ({ inputs: { dy, input }, attrs, backend }) => {
    const g = poolGeometry(input, dy, attrs);
    const out = backend.makeOutput([...input.shape], 'float32');
    floats(backend, out).fill(0);
    const inVectors = g.inChannels - (g.inChannels % 4);
    if (inVectors > 0) spreadVectors(backend, simdFunctions(backend)[windows], { x: input, dy, dx: out }, g, inVectors);
    const [x, gradients, dx] = [floats(backend, input), floats(backend, dy), floats(backend, out)];
    for (let channel = inVectors; channel < g.inChannels; channel++) {
      forEachWindow(g, channel, (pixels, position) => {
        spreadWindow(pixels, x, dx, gradients[position]);
      });
    }
    return out;
  });
}

function spreadVectors(
  backend: WasmBackend,
  spread: SimdFunctions[keyof SimdFunctions],
  tensors: Readonly<Record<'x' | 'dy' | 'dx', tf.TensorInfo>>,
  g: PoolGeometry,
  channels: number,
): void {
  const pixelBytes = 4 * g.inChannels;
  const rowBytes = g.inWidth * pixelBytes;
  const [x, dx, dy] = [addressOf(backend, tensors.x), addressOf(backend, tensors.dx), addressOf(backend, tensors.dy)];
  const horizontal = [g.outWidth, g.filterWidth, g.strideWidth, g.padInfo.left, g.inWidth];
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const { first, rows } = rowsSeenFrom(line, g);
    const dyLine = dy + line * g.outWidth * pixelBytes;
    spread(x + first * rowBytes, dx + first * rowBytes, dyLine, rows, rowBytes, pixelBytes, 4 * channels, ...horizontal);
  }
}
