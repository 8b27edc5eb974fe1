import { addRuns } from './addRuns.js';
import { averagePoolWindows } from './averagePoolWindows.js';
import { columnSums } from './columnSums.js';
import { copyRows } from './copyRows.js';
import { depthwiseFilterLine, depthwiseInputLine } from './depthwiseLine.js';
import { maxPoolWindows } from './maxPoolWindows.js';
import { normalizeResponses, normalizeResponsesGradient } from './normalizeResponses.js';
import { packPanels } from './packPanels.js';
import { PANEL_COLUMNS, PANEL_ROWS, productOfPanels } from './productOfPanels.js';
import { assemble, type WasmFunction } from './wasmAssembler.js';
import type { WasmBackend } from './wasmBackend.js';

/** TypeScript has these only in the library of browsers. */
declare const WebAssembly: {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (compiled: object, imports: object) => { readonly exports: unknown };
};

type SimdFunction = (...parameters: number[]) => void;

/** This room's own WebAssembly, working on the backend's memory. The parameters are described where each function is written. */
export interface SimdFunctions {
  readonly addRuns: SimdFunction;
  readonly averagePoolWindows: SimdFunction;
  readonly columnSums: SimdFunction;
  readonly copyRows: SimdFunction;
  readonly depthwiseFilterLine: SimdFunction;
  readonly depthwiseInputLine: SimdFunction;
  readonly maxPoolWindows: SimdFunction;
  readonly normalizeResponses: SimdFunction;
  readonly normalizeResponsesGradient: SimdFunction;
  readonly packLeft: SimdFunction;
  readonly packRight: SimdFunction;
  readonly productOfPanels: SimdFunction;
}

const FUNCTIONS: readonly WasmFunction[] = [
  addRuns(),
  averagePoolWindows(),
  columnSums(),
  copyRows(),
  depthwiseFilterLine(),
  depthwiseInputLine(),
  maxPoolWindows(),
  normalizeResponses(),
  normalizeResponsesGradient(),
  packPanels('packLeft', PANEL_ROWS),
  packPanels('packRight', PANEL_COLUMNS),
  productOfPanels(),
];

/** One instance for each memory: the backend may be removed and started again. */
const instances = new WeakMap<object, SimdFunctions>();

let compiled: object | undefined;

/** Whether this processor and this Node.js run WebAssembly's 128-bit vectors. Without them the backend runs, but none of our kernels. */
export function supportsSimd(): boolean {
  return WebAssembly.validate(assemble(FUNCTIONS));
}

/** The SIMD functions on this backend's memory, compiled on first use (in a few milliseconds). */
export function simdFunctions(backend: WasmBackend): SimdFunctions {
  const { memory } = backend.wasm.asm;
  let functions = instances.get(memory);
  if (functions === undefined) {
    compiled ??= new WebAssembly.Module(assemble(FUNCTIONS));
    functions = new WebAssembly.Instance(compiled, { env: { memory } }).exports as SimdFunctions;
    instances.set(memory, functions);
  }
  return functions;
}
