import * as wasm from './wasmAssembler.js';
import type { Code } from './wasmAssembler.js';

const { get, set, constant, add, subtract, multiply } = wasm;

/** The steps of one window, for four channels. `offset` is a pixel's distance in bytes from the first row's first pixel. */
export interface WindowSteps {
  /** Visits the window's pixels in reading order. */
  forEachPixel(body: (offset: Code) => readonly Code[]): Code;
  /** The offset of the window's first pixel. */
  readonly firstPixel: Code;
  /** How many pixels the window has; never none. */
  readonly pixels: Code;
  /** The window's gradient. */
  readonly gradient: Code;
  /** The addresses that offsets are counted from. */
  readonly x: Code;
  readonly dx: Code;
}

/**
 * A function that spreads the gradient of pooling over one line of windows.
 *
 * Its parameters: x, dx (addresses of the first row of pixels that the windows see), dy (of the line's first output), rows (of pixels that
 * the windows see), bytes of a row of pixels, bytes of a pixel, bytes of its channels to work on (a multiple of 16), windows, filter width,
 * stride, pixels of padding on the left, pixels in a row.
 */
export function poolWindows(
  name: string,
  write: (scope: wasm.FunctionScope) => (window: WindowSteps) => readonly Code[],
): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const p = scope.declareParameters(
    ...(['x', 'dx', 'dy', 'rows', 'rowBytes', 'pixelBytes', 'channelBytes'] as const),
    ...(['windows', 'filterWidth', 'stride', 'padding', 'width'] as const),
  );
  const l = scope.declareIntegers('window', 'left', 'first', 'columns', 'channel', 'row', 'rowStart', 'offset', 'rowEnd');
  const spread = write(scope);

  const firstPixel = add(multiply(get(l.first), get(p.pixelBytes)), get(l.channel));
  const window: WindowSteps = {
    forEachPixel: (body) => [
      ...set(l.rowStart, firstPixel),
      ...wasm.forRange(l.row, constant(0), get(p.rows), constant(1), [
        set(l.rowEnd, add(get(l.rowStart), multiply(get(l.columns), get(p.pixelBytes)))),
        wasm.forRange(l.offset, get(l.rowStart), get(l.rowEnd), get(p.pixelBytes), body(get(l.offset))),
        wasm.advance(l.rowStart, get(p.rowBytes)),
      ]),
    ],
    firstPixel,
    pixels: multiply(get(p.rows), get(l.columns)),
    gradient: wasm.loadVector(add(get(p.dy), get(l.channel))),
    x: get(p.x),
    dx: get(p.dx),
  };
  const isNotEmpty = wasm.less(constant(0), wasm.minimum(get(p.rows), get(l.columns)));
  return scope.finish(name, [
    set(l.left, subtract(constant(0), get(p.padding))),
    wasm.forRange(l.window, constant(0), get(p.windows), constant(1), [
      set(l.first, wasm.maximum(get(l.left), constant(0))),
      set(l.columns, subtract(wasm.minimum(add(get(l.left), get(p.filterWidth)), get(p.width)), get(l.first))),
      wasm.when(isNotEmpty, [wasm.forRange(l.channel, constant(0), get(p.channelBytes), constant(16), spread(window))]),
      wasm.advance(p.dy, get(p.pixelBytes)),
      wasm.advance(l.left, get(p.stride)),
    ]),
  ]);
}
