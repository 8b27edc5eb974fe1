import * as wasm from '../../src/kernels/wasmAssembler.js';

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (compiled: object, imports: object) => { readonly exports: Record<string, (...parameters: number[]) => void> };
};

/** Compiles one function and hands over its memory. */
function build(write: (scope: wasm.FunctionScope) => wasm.WasmFunction) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const compiled = new WebAssembly.Module(wasm.assemble([write(new wasm.FunctionScope())]));
  return { run: new WebAssembly.Instance(compiled, { env: { memory } }).exports.run, numbers: new Int32Array(memory.buffer) };
}

describe('wasmAssembler', () => {
  it.each([0, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)])('encodes the constant %d', (value) => {
    const { run, numbers } = build((scope) => {
      const { address } = scope.declareParameters('address');
      return scope.finish('run', [wasm.storeVector(wasm.get(address), wasm.splatInteger(wasm.constant(value)))]);
    });
    run(16);
    expect([...numbers.subarray(3, 9)]).toEqual([0, value, value, value, value, 0]);
  });

  it('adds up 5 + 6 + … + 9 = 35 in a loop, and nothing in an empty one', () => {
    const { run, numbers } = build((scope) => {
      const { from, to } = scope.declareParameters('from', 'to');
      const { index, total } = scope.declareIntegers('index', 'total');
      return scope.finish('run', [
        wasm.forRange(index, wasm.get(from), wasm.get(to), wasm.constant(1), [wasm.advance(total, wasm.get(index))]),
        wasm.storeVector(wasm.constant(0), wasm.splatInteger(wasm.get(total))),
      ]);
    });
    run(5, 10);
    expect(numbers[0]).toBe(35);
    run(5, -1);
    expect(numbers[0]).toBe(0);
  });

  it('takes minimum and maximum of signed integers, and compares addresses beyond 2 GiB as what they are', () => {
    const { run, numbers } = build((scope) => {
      const { a, b } = scope.declareParameters('a', 'b');
      const { result } = scope.declareIntegers('result');
      const store = (at: number, value: wasm.Code) => [
        wasm.set(result, value),
        wasm.storeVector(wasm.constant(at), wasm.splatInteger(wasm.get(result))),
      ];
      const [left, right] = [wasm.get(a), wasm.get(b)];
      return scope.finish('run', [
        ...store(0, wasm.minimum(left, right)),
        ...store(4, wasm.maximum(left, right)),
        ...store(8, wasm.less(left, right)),
        ...store(12, wasm.below(left, right)),
      ]);
    });
    run(-3, 7);
    expect([...numbers.subarray(0, 4)]).toEqual([-3, 7, 1, 0]);
  });

  it('refuses locals declared out of the order in which they are numbered', () => {
    const scope = new wasm.FunctionScope();
    scope.declareVectors('sum');
    expect(() => scope.declareIntegers('row')).toThrow('Declare parameters, then integers, then vectors.');
  });
});
