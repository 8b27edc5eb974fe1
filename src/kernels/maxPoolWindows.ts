import { poolWindows } from './poolWindows.js';
import * as wasm from './wasmAssembler.js';

const { get, set } = wasm;

/** Adds each window's gradient to the first of its largest pixels. Its parameters are those of {@link poolWindows}. */
export function maxPoolWindows(): wasm.WasmFunction {
  return poolWindows('maxPoolWindows', (scope) => {
    const { value, largest, where, larger } = scope.declareVectors('value', 'largest', 'where', 'larger');
    return {
      start: [set(largest, wasm.splatFloat(-Infinity)), set(where, wasm.splatInteger(wasm.constant(-1)))],
      inspect: (pixel, offset) => [
        set(value, pixel),
        set(larger, wasm.largerVectors(get(value), get(largest))),
        set(largest, wasm.choose(get(value), get(largest), get(larger))),
        set(where, wasm.choose(wasm.splatInteger(get(offset)), get(where), get(larger))),
      ],
      share: (gradient, offset) => wasm.andVectors(get(gradient), wasm.equalIntegers(get(where), wasm.splatInteger(get(offset)))),
    };
  });
}
