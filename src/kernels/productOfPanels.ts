import * as wasm from './wasmAssembler.js';

/** The block of the product that one pass over the panels holds in registers: 4 rows by 8 columns, of WebAssembly's 16. */
export const PANEL_ROWS = 4;
export const PANEL_COLUMNS = 8;

const { get, set, constant, add, multiply } = wasm;

/**
 * `out += leftᵀ · right`, from panels: `left` in panels of 4 columns, `right` in panels of 8, each panel contiguous, one row a step.
 *
 * Parameters: left, right, out (addresses), depth (rows of the panels), left panels, right panels, bytes of a left panel, bytes of a right
 * panel, bytes of a row of out. Rows and columns of `out` come in whole panels.
 */
export function productOfPanels(): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const { left, right, out, depth, leftPanels, rightPanels, leftBytes, rightBytes, outBytes } = scope.declareParameters(
    ...(['left', 'right', 'out', 'depth', 'leftPanels', 'rightPanels', 'leftBytes', 'rightBytes', 'outBytes'] as const),
  );
  const { row, column, step, from, by, to } = scope.declareIntegers('row', 'column', 'step', 'from', 'by', 'to');
  const sums = Array.from({ length: PANEL_ROWS }, () => scope.declareVectors('low', 'high'));
  const { low, high, factor } = scope.declareVectors('low', 'high', 'factor');

  const accumulate = sums.flatMap((sum, index) => [
    set(factor, wasm.loadSplat(get(from), 4 * index)),
    set(sum.low, wasm.addVectors(get(sum.low), wasm.multiplyVectors(get(factor), get(low)))),
    set(sum.high, wasm.addVectors(get(sum.high), wasm.multiplyVectors(get(factor), get(high)))),
  ]);
  const flush = sums.flatMap((sum) => [
    wasm.addToVector(get(to), get(sum.low)),
    wasm.addToVector(get(to), get(sum.high), 16),
    wasm.advance(to, get(outBytes)),
  ]);

  const block = [
    ...sums.flatMap((sum) => [set(sum.low, wasm.splatFloat(0)), set(sum.high, wasm.splatFloat(0))]),
    set(from, add(get(left), multiply(get(row), get(leftBytes)))),
    set(by, add(get(right), multiply(get(column), get(rightBytes)))),
    wasm.forRange(step, constant(0), get(depth), constant(1), [
      set(low, wasm.loadVector(get(by))),
      set(high, wasm.loadVector(get(by), 16)),
      ...accumulate,
      wasm.advance(from, constant(4 * PANEL_ROWS)),
      wasm.advance(by, constant(4 * PANEL_COLUMNS)),
    ]),
    set(
      to,
      add(
        add(get(out), multiply(multiply(get(row), constant(PANEL_ROWS)), get(outBytes))),
        multiply(get(column), constant(4 * PANEL_COLUMNS)),
      ),
    ),
    ...flush,
  ];
  return scope.finish('productOfPanels', [
    wasm.forRange(column, constant(0), get(rightPanels), constant(1), [
      wasm.forRange(row, constant(0), get(leftPanels), constant(1), block),
    ]),
  ]);
}
