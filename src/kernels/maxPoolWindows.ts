import { poolWindows } from './poolWindows.js';
import * as wasm from './wasmAssembler.js';

const { get, set, add, constant } = wasm;

const LANES = [0, 1, 2, 3];

/** Adds each window's gradient to the first of its largest pixels. Its parameters are those of {@link poolWindows}. */
export function maxPoolWindows(): wasm.WasmFunction {
  return poolWindows('maxPoolWindows', (scope) => {
    const { value, largest, where, larger, gradient } = scope.declareVectors('value', 'largest', 'where', 'larger', 'gradient');
    return (window) => [
      set(largest, wasm.splatFloat(-Infinity)),
      set(where, wasm.splatInteger(window.firstPixel)),
      window.forEachPixel((offset) => [
        set(value, wasm.loadVector(add(window.x, offset))),
        set(larger, wasm.largerVectors(get(value), get(largest))),
        set(largest, wasm.choose(get(value), get(largest), get(larger))),
        set(where, wasm.choose(wasm.splatInteger(offset), get(where), get(larger))),
      ]),
      set(gradient, window.gradient),
      ...LANES.map((lane) =>
        wasm.addLane(add(add(window.dx, wasm.integerLane(get(where), lane)), constant(4 * lane)), get(gradient), lane),
      ),
    ];
  });
}
