import * as tf from '@tensorflow/tfjs';
import { simdFunctions, type SimdFunctions } from './simdFunctions.js';
import { addressOf, floats, wasmKernel, type WasmBackend } from './wasmBackend.js';

interface Inputs {
  readonly dy: tf.TensorInfo;
  readonly input: tf.TensorInfo;
}

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** One channel of one window: indices into `x` and `dx`, in reading order. */
export type SpreadWindow = (pixels: readonly number[], x: Float32Array, dx: Float32Array, gradient: number) => void;

type PoolGeometry = ReturnType<typeof tf.backend_util.computePool2DInfo>;

/**
 * A kernel for the gradient of pooling.
 *
 * @param windows Its SIMD function, for channels by fours.
 * @param spreadWindow The same for one of the channels that are left over.
 */
export function poolGradient(kernelName: string, windows: keyof SimdFunctions, spreadWindow: SpreadWindow): tf.KernelConfig {
  return wasmKernel<Inputs, Attributes>(kernelName, ({ inputs: { dy, input }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    // TensorFlow.js does not hand the rounding mode on to every gradient; the output is as large as `dy` says.
    const g = { ...info, outHeight: dy.shape[1], outWidth: dy.shape[2] };
    const out = backend.makeOutput([...shape], 'float32');
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

/** The rows of pixels, counted through all pictures, that a line of windows sees. */
function rowsSeenFrom(line: number, g: PoolGeometry): { first: number; rows: number } {
  const picture = Math.floor(line / g.outHeight) * g.inHeight;
  const top = (line % g.outHeight) * g.strideHeight - g.padInfo.top;
  const first = Math.max(0, top);
  return { first: picture + first, rows: Math.min(g.inHeight, top + g.filterHeight) - first };
}

function forEachWindow(g: PoolGeometry, channel: number, visit: (pixels: readonly number[], position: number) => void): void {
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const { first, rows } = rowsSeenFrom(line, g);
    for (let column = 0; column < g.outWidth; column++) {
      const left = column * g.strideWidth - g.padInfo.left;
      const pixels = [];
      for (let row = first; row < first + rows; row++) {
        for (let pixel = Math.max(0, left); pixel < Math.min(g.inWidth, left + g.filterWidth); pixel++) {
          pixels.push((row * g.inWidth + pixel) * g.inChannels + channel);
        }
      }
      visit(pixels, (line * g.outWidth + column) * g.inChannels + channel);
    }
  }
}
