import * as tf from '@tensorflow/tfjs';
import { simdFunctions } from './simdFunctions.js';
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

type Geometry = ReturnType<typeof tf.backend_util.computePool2DInfo>;

/** The gradient of max pooling: each window's `dy` goes to the first of its largest pixels, as on the cpu backend. */
export const maxPoolGrad = wasmKernel<Inputs, Attributes>('MaxPoolGrad', ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs;
  const shape = input.shape as [number, number, number, number];
  const g = tf.backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad, attrs.dimRoundingMode);
  const out = backend.makeOutput([...shape], 'float32');
  floats(backend, out).fill(0);
  const wholeVectors = g.inChannels - (g.inChannels % 4);
  if (wholeVectors > 0) spreadVectors(backend, input, dy, out, g, wholeVectors);
  for (let channel = wholeVectors; channel < g.inChannels; channel++) {
    spreadChannel(floats(backend, input), floats(backend, dy), floats(backend, out), g, channel);
  }
  return out;
});

function spreadVectors(
  backend: WasmBackend,
  input: tf.TensorInfo,
  dy: tf.TensorInfo,
  out: tf.TensorInfo,
  g: Geometry,
  channels: number,
): void {
  const { maxPoolWindows } = simdFunctions(backend);
  const pixelBytes = 4 * g.inChannels;
  const rowBytes = g.inWidth * pixelBytes;
  const [x, dx, gradient] = [addressOf(backend, input), addressOf(backend, out), addressOf(backend, dy)];
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const { first, rows } = rowsSeenFrom(line, g);
    const dyLine = gradient + line * g.outWidth * pixelBytes;
    const horizontal = [g.outWidth, g.filterWidth, g.strideWidth, g.padInfo.left, g.inWidth];
    maxPoolWindows(x + first * rowBytes, dx + first * rowBytes, dyLine, rows, rowBytes, pixelBytes, 4 * channels, ...horizontal);
  }
}

/** The rows of pixels, counted through all pictures, that a line of windows sees. */
function rowsSeenFrom(line: number, g: Geometry): { first: number; rows: number } {
  const picture = Math.floor(line / g.outHeight) * g.inHeight;
  const top = (line % g.outHeight) * g.strideHeight - g.padInfo.top;
  const first = Math.max(0, top);
  return { first: picture + first, rows: Math.min(g.inHeight, top + g.filterHeight) - first };
}

/** The same for one channel that fills no vector. */
function spreadChannel(x: Float32Array, dy: Float32Array, dx: Float32Array, g: Geometry, channel: number): void {
  for (let line = 0, source = channel; line < g.batchSize * g.outHeight; line++) {
    const { first, rows } = rowsSeenFrom(line, g);
    for (let column = 0; column < g.outWidth; column++, source += g.inChannels) {
      const left = column * g.strideWidth - g.padInfo.left;
      let best = -Infinity;
      let where = -1;
      for (let row = first; row < first + rows; row++) {
        for (let pixel = Math.max(0, left); pixel < Math.min(g.inWidth, left + g.filterWidth); pixel++) {
          const at = (row * g.inWidth + pixel) * g.inChannels + channel;
          if (x[at]! <= best) continue;
          best = x[at]!;
          where = at;
        }
      }
      if (where >= 0) dx[where]! += dy[source]!;
    }
  }
}
