import * as wasm from './wasmAssembler.js';
import type { Code } from './wasmAssembler.js';

const { get, set, constant, add, subtract, multiply } = wasm;

/** Where four channels of a pixel, of an output's gradient and of a filter's tap stand. */
export interface DepthwiseAddresses {
  readonly pixel: Code;
  readonly gradient: Code;
  readonly tap: Code;
}

/**
 * A function that visits one line of outputs of a depthwise convolution, every pixel that each of them sees, four channels at a time.
 *
 * Its parameters: pixels (the first row that the outputs see), gradients (of the line), taps (of the first row of the filter that meets a
 * pixel; all addresses), rows (of pixels that the outputs see), bytes of a row of pixels, bytes of a row of taps, bytes of a pixel (a
 * multiple of 16), outputs, filter width, stride, pixels of padding on the left, pixels in a row.
 */
export function depthwiseLine(name: string, step: (addresses: DepthwiseAddresses) => Code): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const p = scope.declareParameters(
    ...(['pixels', 'gradients', 'taps', 'rows', 'rowBytes', 'tapRowBytes', 'pixelBytes'] as const),
    ...(['outputs', 'filterWidth', 'stride', 'padding', 'width'] as const),
  );
  const l = scope.declareIntegers('output', 'left', 'first', 'columns', 'row', 'pixel', 'tap', 'column', 'channel');
  scope.declareVectors();
  const here = {
    pixel: add(get(l.pixel), get(l.channel)),
    gradient: add(get(p.gradients), get(l.channel)),
    tap: add(get(l.tap), get(l.channel)),
  };
  const alongRow = (pixels: Code): Code => multiply(pixels, get(p.pixelBytes));
  return scope.finish(name, [
    set(l.left, subtract(constant(0), get(p.padding))),
    wasm.forRange(l.output, constant(0), get(p.outputs), constant(1), [
      set(l.first, wasm.maximum(get(l.left), constant(0))),
      set(l.columns, subtract(wasm.minimum(add(get(l.left), get(p.filterWidth)), get(p.width)), get(l.first))),
      wasm.forRange(l.row, constant(0), get(p.rows), constant(1), [
        set(l.pixel, add(add(get(p.pixels), multiply(get(l.row), get(p.rowBytes))), alongRow(get(l.first)))),
        set(l.tap, add(add(get(p.taps), multiply(get(l.row), get(p.tapRowBytes))), alongRow(subtract(get(l.first), get(l.left))))),
        wasm.forRange(l.column, constant(0), get(l.columns), constant(1), [
          wasm.forRange(l.channel, constant(0), get(p.pixelBytes), constant(16), [step(here)]),
          wasm.advance(l.pixel, get(p.pixelBytes)),
          wasm.advance(l.tap, get(p.pixelBytes)),
        ]),
      ]),
      wasm.advance(p.gradients, get(p.pixelBytes)),
      wasm.advance(l.left, get(p.stride)),
    ]),
  ]);
}

/** Adds `dy · filter` to the pixels. */
export const depthwiseInputLine = (): wasm.WasmFunction =>
  depthwiseLine('depthwiseInputLine', ({ pixel, gradient, tap }) =>
    wasm.addToVector(pixel, wasm.multiplyVectors(wasm.loadVector(gradient), wasm.loadVector(tap))),
  );

/** Adds `x · dy` to the taps. */
export const depthwiseFilterLine = (): wasm.WasmFunction =>
  depthwiseLine('depthwiseFilterLine', ({ pixel, gradient, tap }) =>
    wasm.addToVector(tap, wasm.multiplyVectors(wasm.loadVector(pixel), wasm.loadVector(gradient))),
  );
