import * as wasm from './wasmAssembler.js';
import type { Code, Local } from './wasmAssembler.js';

const { get, set, constant, add, subtract, multiply } = wasm;

/** What a kind of pooling does with one window, for four channels. */
export interface WindowGradient {
  /** Runs before the window's pixels are visited. */
  readonly start?: readonly Code[];
  /** If there is anything to find out about the pixels first: visited in reading order, once. */
  readonly inspect?: (pixel: Code, offset: Local) => readonly Code[];
  /** Runs between the two visits, with the window's gradient in `gradient` and the number of its pixels in `pixels`. */
  readonly between?: (gradient: Local, pixels: Code) => readonly Code[];
  /** What is added to the gradient of the pixel at `offset`. */
  readonly share: (gradient: Local, offset: Local) => Code;
}

/**
 * A function that spreads the gradient of pooling over one line of windows.
 *
 * Its parameters: x, dx (addresses of the first row of pixels that the windows see), dy (of the line's first output), rows (of pixels that
 * the windows see), bytes of a row of pixels, bytes of a pixel, bytes of its channels to work on (a multiple of 16), windows, filter width,
 * stride, pixels of padding on the left, pixels in a row.
 */
export function poolWindows(name: string, declare: (scope: wasm.FunctionScope) => WindowGradient): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const p = scope.declareParameters(
    ...(['x', 'dx', 'dy', 'rows', 'rowBytes', 'pixelBytes', 'channelBytes'] as const),
    ...(['windows', 'filterWidth', 'stride', 'padding', 'width'] as const),
  );
  const l = scope.declareIntegers('window', 'left', 'first', 'columns', 'channel', 'row', 'rowStart', 'offset', 'rowEnd');
  const { gradient } = scope.declareVectors('gradient');
  const pooling = declare(scope);

  /** `offset` runs over the window's pixels: their distance in bytes from the first row, with the channel. */
  const forEachPixel = (body: readonly Code[]): Code[] => [
    set(l.rowStart, add(multiply(get(l.first), get(p.pixelBytes)), get(l.channel))),
    wasm.forRange(l.row, constant(0), get(p.rows), constant(1), [
      set(l.rowEnd, add(get(l.rowStart), multiply(get(l.columns), get(p.pixelBytes)))),
      wasm.forRange(l.offset, get(l.rowStart), get(l.rowEnd), get(p.pixelBytes), body),
      wasm.advance(l.rowStart, get(p.rowBytes)),
    ]),
  ];
  const pixelOf = (buffer: Local): Code => add(get(buffer), get(l.offset));
  const addShare = wasm.storeVector(pixelOf(p.dx), wasm.addVectors(wasm.loadVector(pixelOf(p.dx)), pooling.share(gradient, l.offset)));
  return scope.finish(name, [
    set(l.left, subtract(constant(0), get(p.padding))),
    wasm.forRange(l.window, constant(0), get(p.windows), constant(1), [
      set(l.first, wasm.maximum(get(l.left), constant(0))),
      set(l.columns, subtract(wasm.minimum(add(get(l.left), get(p.filterWidth)), get(p.width)), get(l.first))),
      wasm.forRange(l.channel, constant(0), get(p.channelBytes), constant(16), [
        ...(pooling.start ?? []),
        ...(pooling.inspect ? forEachPixel(pooling.inspect(wasm.loadVector(pixelOf(p.x)), l.offset)) : []),
        set(gradient, wasm.loadVector(add(get(p.dy), get(l.channel)))),
        ...(pooling.between?.(gradient, multiply(get(p.rows), get(l.columns))) ?? []),
        ...forEachPixel([addShare]),
      ]),
      wasm.advance(p.dy, get(p.pixelBytes)),
      wasm.advance(l.left, get(p.stride)),
    ]),
  ]);
}
