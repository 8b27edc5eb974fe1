import * as wasm from './wasmAssembler.js';

const { get, set, constant, add, subtract } = wasm;

/**
 * Copies rows of numbers into panels: number `c` of row `r` goes to place `c mod width` of row `r` of panel `⌊c / width⌋`.
 *
 * The rows are those of `lines` lines of `pixels` pixels each; where a line or a pixel starts is up to the caller, so that overlapping
 * windows need no copy of their own. What a last, partly filled panel holds beyond the numbers is left as it was.
 *
 * Parameters: from, to (addresses), lines, bytes from line to line, pixels, bytes from pixel to pixel, bytes of a row, bytes of a panel.
 */
export function packPanels(name: string, width: number): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const { from, to, lines, lineBytes, pixels, pixelBytes, rowBytes, panelBytes } = scope.declareParameters(
    ...(['from', 'to', 'lines', 'lineBytes', 'pixels', 'pixelBytes', 'rowBytes', 'panelBytes'] as const),
  );
  const { line, pixel, lineStart, source, wholeEnd, end, target } = scope.declareIntegers(
    ...(['line', 'pixel', 'lineStart', 'source', 'wholeEnd', 'end', 'target'] as const),
  );
  const bytes = 4 * width;
  const copyWhole = Array.from({ length: width / 4 }, (_, index) =>
    wasm.storeVector(get(target), wasm.loadVector(get(source), 16 * index), 16 * index),
  );
  const row = [
    set(source, get(lineStart)),
    set(target, get(to)),
    set(end, add(get(source), get(rowBytes))),
    set(wholeEnd, subtract(get(end), constant(bytes - 1))),
    wasm.whileTrue(wasm.below(get(source), get(wholeEnd)), [
      ...copyWhole,
      wasm.advance(source, constant(bytes)),
      wasm.advance(target, get(panelBytes)),
    ]),
    wasm.whileTrue(wasm.below(get(source), get(end)), [
      wasm.copyNumber(get(target), get(source)),
      wasm.advance(source, constant(4)),
      wasm.advance(target, constant(4)),
    ]),
    wasm.advance(lineStart, get(pixelBytes)),
    wasm.advance(to, constant(bytes)),
  ];
  return scope.finish(name, [
    wasm.forRange(line, constant(0), get(lines), constant(1), [
      set(lineStart, get(from)),
      wasm.forRange(pixel, constant(0), get(pixels), constant(1), row),
      wasm.advance(from, get(lineBytes)),
    ]),
  ]);
}
