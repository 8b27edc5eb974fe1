import { poolWindows } from './poolWindows.js';
import * as wasm from './wasmAssembler.js';

/** Divides each window's gradient among its pixels, padding not counted. Its parameters are those of {@link poolWindows}. */
export function averagePoolWindows(): wasm.WasmFunction {
  return poolWindows('averagePoolWindows', () => ({
    between: (gradient, pixels) => [
      wasm.set(gradient, wasm.divideVectors(wasm.get(gradient), wasm.integersToFloats(wasm.splatInteger(pixels)))),
    ],
    share: (gradient) => wasm.get(gradient),
  }));
}
