import type { TensorInfo } from '@tensorflow/tfjs';
import { PANEL_COLUMNS, PANEL_ROWS } from './productOfPanels.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, type WasmBackend } from './wasmBackend.js';

/** Rows of a factor, wherever they lie: `pixels` of them in each of `lines` lines. */
export interface FactorRows {
  readonly from: number;
  readonly lines: number;
  readonly lineBytes: number;
  readonly pixels: number;
  readonly pixelBytes: number;
}

/** A product `leftᵀ · right` that grows by at most `depth` rows of both factors at a time. */
export interface TransposedProduct {
  readonly depth: number;
  packLeft(before: number, rows: FactorRows): void;
  packRight(before: number, rows: FactorRows): void;
  /** Adds the product of what was packed to one of the groups. */
  accumulate(group: number, depth: number): void;
  /** The sums, in the shape that was asked for. Frees everything else. */
  finish(): TensorInfo;
}

/** So many rows of a panel stay in the processor's first cache, and sums of so many numbers lose little in single precision. */
const DEPTH = 256;

/**
 * Starts `groups` products of `rows` by `columns` numbers, all zero.
 *
 * @param outShape The shape of the result; it holds the groups one after another.
 */
export function transposedProduct(
  backend: WasmBackend,
  { groups, rows, columns, outShape }: { groups: number; rows: number; columns: number; outShape: number[] },
): TransposedProduct {
  const simd = simdFunctions(backend);
  const [leftPanels, rightPanels] = [Math.ceil(rows / PANEL_ROWS), Math.ceil(columns / PANEL_COLUMNS)];
  const [leftBytes, rightBytes] = [4 * DEPTH * PANEL_ROWS, 4 * DEPTH * PANEL_COLUMNS];
  const rowBytes = 4 * rightPanels * PANEL_COLUMNS;
  const groupBytes = leftPanels * PANEL_ROWS * rowBytes;
  const buffer = (bytes: number): TensorInfo => backend.makeOutput([bytes / 4], 'float32');
  const [left, right, sums] = [buffer(leftPanels * leftBytes), buffer(rightPanels * rightBytes), buffer(groups * groupBytes)];
  const [leftAt, rightAt, sumsAt] = [addressOf(backend, left), addressOf(backend, right), addressOf(backend, sums)];
  floats(backend, sums).fill(0);
  return {
    depth: DEPTH,
    packLeft: (before, { from, lines, lineBytes, pixels, pixelBytes }) =>
      simd.packLeft(from, leftAt + 4 * PANEL_ROWS * before, lines, lineBytes, pixels, pixelBytes, 4 * rows, leftBytes),
    packRight: (before, { from, lines, lineBytes, pixels, pixelBytes }) =>
      simd.packRight(from, rightAt + 4 * PANEL_COLUMNS * before, lines, lineBytes, pixels, pixelBytes, 4 * columns, rightBytes),
    accumulate: (group, depth) =>
      simd.productOfPanels(leftAt, rightAt, sumsAt + group * groupBytes, depth, leftPanels, rightPanels, leftBytes, rightBytes, rowBytes),
    finish: () => {
      const out = backend.makeOutput(outShape, 'float32');
      const outAt = addressOf(backend, out);
      const bytes = 4 * columns;
      for (let group = 0; group < groups; group++) {
        simd.copyRows(sumsAt + group * groupBytes, outAt + group * rows * bytes, rows, bytes, rowBytes, bytes);
      }
      for (const scratch of [left, right, sums]) backend.disposeData(scratch.dataId);
      return out;
    },
  };
}
