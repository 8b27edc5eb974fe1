import * as wasm from './wasmAssembler.js';

const { get, set, constant, add } = wasm;

/**
 * Adds up rows, column by column, onto what the target holds.
 *
 * Parameters: from, to (addresses), rows, bytes of a row (a multiple of 16).
 */
export function columnSums(): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const { from, to, rows, rowBytes } = scope.declareParameters('from', 'to', 'rows', 'rowBytes');
  const { column, row, source } = scope.declareIntegers('column', 'row', 'source');
  const { sum } = scope.declareVectors('sum');
  return scope.finish('columnSums', [
    wasm.forRange(column, constant(0), get(rowBytes), constant(16), [
      set(sum, wasm.splatFloat(0)),
      set(source, add(get(from), get(column))),
      wasm.forRange(row, constant(0), get(rows), constant(1), [
        set(sum, wasm.addVectors(get(sum), wasm.loadVector(get(source)))),
        wasm.advance(source, get(rowBytes)),
      ]),
      set(source, add(get(to), get(column))),
      wasm.addToVector(get(source), get(sum)),
    ]),
  ]);
}
