import * as wasm from './wasmAssembler.js';

const { get, set, constant, add, subtract } = wasm;

/**
 * Copies a rectangle of numbers between two buffers of different row lengths.
 *
 * Parameters: from, to (addresses), rows, bytes of a row, bytes from row to row in the source and in the target.
 */
export function copyRows(): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const { from, to, rows, rowBytes, fromBytes, toBytes } = scope.declareParameters(
    ...(['from', 'to', 'rows', 'rowBytes', 'fromBytes', 'toBytes'] as const),
  );
  const { row, source, target, wholeEnd, end } = scope.declareIntegers('row', 'source', 'target', 'wholeEnd', 'end');
  const copy = (bytes: number, body: wasm.Code, until: wasm.Local): wasm.Code =>
    wasm.whileTrue(wasm.below(get(source), get(until)), [
      body,
      wasm.advance(source, constant(bytes)),
      wasm.advance(target, constant(bytes)),
    ]);
  return scope.finish('copyRows', [
    wasm.forRange(row, constant(0), get(rows), constant(1), [
      set(source, get(from)),
      set(target, get(to)),
      set(end, add(get(from), get(rowBytes))),
      set(wholeEnd, subtract(get(end), constant(15))),
      copy(16, wasm.storeVector(get(target), wasm.loadVector(get(source))), wholeEnd),
      copy(4, wasm.copyNumber(get(target), get(source)), end),
      wasm.advance(from, get(fromBytes)),
      wasm.advance(to, get(toBytes)),
    ]),
  ]);
}
