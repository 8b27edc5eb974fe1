import type { TensorInfo } from '@tensorflow/tfjs';
import type { WindowGeometry } from './convolutionGeometry.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, type WasmBackend } from './wasmBackend.js';

/** Pictures with their padding around them, so that every window lies inside. */
export interface PaddedPictures {
  readonly lineBytes: number;
  /** Where the pixel at a row and column of a padded picture begins. */
  addressOf(picture: number, row: number, column: number): number;
  /** Copies what is no padding into a tensor of the input's shape. */
  copyTo(out: TensorInfo): void;
  dispose(): void;
}

/** Pads `x`, `[batch, height, width, channels]`, with zeros for the windows of a convolution; without padding it is `x` itself. */
export function paddedPictures(backend: WasmBackend, x: TensorInfo, g: WindowGeometry): PaddedPictures {
  const { height, width } = extent(g);
  if (g.padTop === 0 && g.padLeft === 0 && height <= g.inHeight && width <= g.inWidth) {
    return picturesIn(backend, x, { ...g, height: g.inHeight, width: g.inWidth, isOwn: false });
  }
  const pictures = emptyPictures(backend, g);
  copy(backend, g, addressOf(backend, x), pictures, 'in');
  return pictures;
}

/** The same with nothing but zeros. */
export function emptyPictures(backend: WasmBackend, g: WindowGeometry): PaddedPictures {
  const { height, width } = extent(g);
  const padded = backend.makeOutput([g.batchSize, height, width, g.inChannels], 'float32');
  floats(backend, padded).fill(0);
  return picturesIn(backend, padded, { ...g, height, width, isOwn: true });
}

/** The part of a padded picture that windows reach. */
function extent(g: WindowGeometry): { height: number; width: number } {
  return {
    height: (g.outHeight - 1) * g.strideHeight + g.filterHeight,
    width: (g.outWidth - 1) * g.strideWidth + g.filterWidth,
  };
}

function picturesIn(
  backend: WasmBackend,
  info: TensorInfo,
  g: WindowGeometry & { readonly height: number; readonly width: number; readonly isOwn: boolean },
): PaddedPictures {
  const lineBytes = 4 * g.width * g.inChannels;
  const start = addressOf(backend, info);
  const pictures: PaddedPictures = {
    lineBytes,
    addressOf: (picture, row, column) => start + (picture * g.height + row) * lineBytes + 4 * column * g.inChannels,
    copyTo: (out) => copy(backend, g, addressOf(backend, out), pictures, 'out'),
    dispose: () => {
      if (g.isOwn) backend.disposeData(info.dataId);
    },
  };
  return pictures;
}

/** Copies the pixels that windows reach, between pictures without and pictures with padding. */
function copy(backend: WasmBackend, g: WindowGeometry, plain: number, padded: PaddedPictures, direction: 'in' | 'out'): void {
  const { height, width } = extent(g);
  const plainBytes = 4 * g.inWidth * g.inChannels;
  const rows = Math.min(g.inHeight, height - g.padTop);
  const bytes = 4 * Math.min(g.inWidth, width - g.padLeft) * g.inChannels;
  for (let picture = 0; picture < g.batchSize; picture++) {
    const plainAt = plain + picture * g.inHeight * plainBytes;
    const paddedAt = padded.addressOf(picture, g.padTop, g.padLeft);
    const { copyRows } = simdFunctions(backend);
    if (direction === 'in') copyRows(plainAt, paddedAt, rows, bytes, plainBytes, padded.lineBytes);
    else copyRows(paddedAt, plainAt, rows, bytes, padded.lineBytes, plainBytes);
  }
}
