import { poolWindows } from './poolWindows.js';
import * as wasm from './wasmAssembler.js';

const { get, set, add } = wasm;

/** Divides each window's gradient among its pixels, padding not counted. Its parameters are those of {@link poolWindows}. */
export function averagePoolWindows(): wasm.WasmFunction {
  return poolWindows('averagePoolWindows', (scope) => {
    const { share } = scope.declareVectors('share');
    return (window) => [
      set(share, wasm.divideVectors(window.gradient, wasm.integersToFloats(wasm.splatInteger(window.pixels)))),
      window.forEachPixel((offset) => [wasm.addToVector(add(window.dx, offset), get(share))]),
    ];
  });
}
