import type { TensorInfo } from '@tensorflow/tfjs';
import type { WindowGeometry } from './convolutionGeometry.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, type WasmBackend } from './wasmBackend.js';

/** Pictures with their padding around them, so that every window lies inside. */
export interface PaddedPictures {
  readonly lineBytes: number;
  /** Where the pixel at a row and column of a padded picture begins. */
  addressOf(picture: number, row: number, column: number): number;
  dispose(): void;
}

/** Pads `x`, `[batch, height, width, channels]`, with zeros for the windows of a convolution; without padding it is `x` itself. */
export function paddedPictures(backend: WasmBackend, x: TensorInfo, g: WindowGeometry): PaddedPictures {
  const height = (g.outHeight - 1) * g.strideHeight + g.filterHeight;
  const width = (g.outWidth - 1) * g.strideWidth + g.filterWidth;
  if (g.padTop === 0 && g.padLeft === 0 && height <= g.inHeight && width <= g.inWidth) {
    return picturesAt(addressOf(backend, x), g.inHeight, 4 * g.inWidth * g.inChannels, g.inChannels, () => undefined);
  }
  const padded = backend.makeOutput([g.batchSize, height, width, g.inChannels], 'float32');
  floats(backend, padded).fill(0);
  const target = picturesAt(addressOf(backend, padded), height, 4 * width * g.inChannels, g.inChannels, () => {
    backend.disposeData(padded.dataId);
  });
  const lineBytes = 4 * g.inWidth * g.inChannels;
  const rows = Math.min(g.inHeight, height - g.padTop);
  const columns = Math.min(g.inWidth, width - g.padLeft);
  for (let picture = 0; picture < g.batchSize; picture++) {
    const from = addressOf(backend, x) + picture * g.inHeight * lineBytes;
    const to = target.addressOf(picture, g.padTop, g.padLeft);
    simdFunctions(backend).copyRows(from, to, rows, 4 * columns * g.inChannels, lineBytes, target.lineBytes);
  }
  return target;
}

function picturesAt(start: number, height: number, lineBytes: number, channels: number, dispose: () => void): PaddedPictures {
  return {
    lineBytes,
    addressOf: (picture, row, column) => start + (picture * height + row) * lineBytes + 4 * column * channels,
    dispose,
  };
}
