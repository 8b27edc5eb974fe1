import * as wasm from './wasmAssembler.js';

const { get, set, constant, add, subtract } = wasm;

/**
 * Adds runs of numbers to others; the targets may overlap.
 *
 * Parameters: from, to (addresses), runs, bytes of a run, bytes from run to run in the source and in the target.
 */
export function addRuns(): wasm.WasmFunction {
  const scope = new wasm.FunctionScope();
  const { from, to, runs, runBytes, fromBytes, toBytes } = scope.declareParameters(
    ...(['from', 'to', 'runs', 'runBytes', 'fromBytes', 'toBytes'] as const),
  );
  const { run, at, whole } = scope.declareIntegers('run', 'at', 'whole');
  const [source, target] = [add(get(from), get(at)), add(get(to), get(at))];
  return scope.finish('addRuns', [
    set(whole, subtract(get(runBytes), constant(15))),
    wasm.forRange(run, constant(0), get(runs), constant(1), [
      wasm.forRange(at, constant(0), get(whole), constant(16), [wasm.addToVector(target, wasm.loadVector(source))]),
      wasm.whileTrue(wasm.less(get(at), get(runBytes)), [wasm.addNumber(target, source), wasm.advance(at, constant(4))]),
      wasm.advance(from, get(fromBytes)),
      wasm.advance(to, get(toBytes)),
    ]),
  ]);
}
