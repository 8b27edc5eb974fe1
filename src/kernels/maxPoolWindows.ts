import * as wasm from './wasmAssembler.js';
import type { Code } from './wasmAssembler.js';

const { get, set, constant, add, multiply } = wasm;

/**
 * Spreads the gradient of max pooling over one line of windows: each window's `dy` is added to the first of its largest pixels.
 *
 * Parameters: x, dx (addresses of the first row of pixels that the windows see), dy (of the line's first output), rows (of pixels that the
 * windows see), bytes of a row of pixels, bytes of a pixel, bytes of its channels to work on (a multiple of 16), windows, filter width,
 * stride, pixels of padding on the left, pixels in a row.
 */
export function maxPoolWindows(): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const p = scope.declareParameters(
    ...(['x', 'dx', 'dy', 'rows', 'rowBytes', 'pixelBytes', 'channelBytes'] as const),
    ...(['windows', 'filterWidth', 'stride', 'padding', 'width'] as const),
  );
  const l = scope.declareIntegers(...(['window', 'left', 'first', 'channel', 'row', 'rowStart', 'offset', 'rowEnd', 'runBytes'] as const));
  const { value, best, where, mask, gradient } = scope.declareVectors('value', 'best', 'where', 'mask', 'gradient');

  /** Visits the window's pixels; `offset` is the pixel's distance in bytes from the first row, with the channel. */
  const forEachPixel = (body: readonly Code[]): Code[] => [
    set(l.rowStart, add(get(l.first), get(l.channel))),
    wasm.forRange(l.row, constant(0), get(p.rows), constant(1), [
      set(l.rowEnd, add(get(l.rowStart), get(l.runBytes))),
      wasm.forRange(l.offset, get(l.rowStart), get(l.rowEnd), get(p.pixelBytes), body),
      wasm.advance(l.rowStart, get(p.rowBytes)),
    ]),
  ];
  const findLargest = forEachPixel([
    set(value, wasm.loadVector(add(get(p.x), get(l.offset)))),
    set(mask, wasm.largerVectors(get(value), get(best))),
    set(best, wasm.choose(get(value), get(best), get(mask))),
    set(where, wasm.choose(wasm.splatInteger(get(l.offset)), get(where), get(mask))),
  ]);
  const addThere = forEachPixel([
    set(mask, wasm.equalIntegers(get(where), wasm.splatInteger(get(l.offset)))),
    wasm.storeVector(
      add(get(p.dx), get(l.offset)),
      wasm.addVectors(wasm.loadVector(add(get(p.dx), get(l.offset))), wasm.andVectors(get(gradient), get(mask))),
    ),
  ]);
  return scope.finish('maxPoolWindows', [
    set(l.left, wasm.subtract(constant(0), get(p.padding))),
    wasm.forRange(l.window, constant(0), get(p.windows), constant(1), [
      set(l.first, wasm.maximum(get(l.left), constant(0))),
      set(l.runBytes, wasm.subtract(wasm.minimum(add(get(l.left), get(p.filterWidth)), get(p.width)), get(l.first))),
      set(l.runBytes, multiply(get(l.runBytes), get(p.pixelBytes))),
      set(l.first, multiply(get(l.first), get(p.pixelBytes))),
      wasm.forRange(l.channel, constant(0), get(p.channelBytes), constant(16), [
        set(best, wasm.splatFloat(-Infinity)),
        set(where, wasm.splatInteger(constant(-1))),
        ...findLargest,
        set(gradient, wasm.loadVector(add(get(p.dy), get(l.channel)))),
        ...addThere,
      ]),
      wasm.advance(p.dy, get(p.pixelBytes)),
      wasm.advance(l.left, get(p.stride)),
    ]),
  ]);
}
