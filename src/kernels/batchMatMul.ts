import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { transposedProduct } from './transposedProduct.js';
import { addressOf, overWasmKernel, reshaped, runWasmKernel, type WasmBackend } from './wasmBackend.js';

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Products of two matrices one of which is transposed: the two gradients of a dense layer. TensorFlow.js' own loop for them is some
 * twenty times slower than its product of matrices as they are.
 */
export const batchMatMul = (original: KernelConfig): KernelConfig =>
  overWasmKernel<Inputs, Attributes>(original, ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }) => {
    const matrices = [a, b].every(({ shape, dtype }) => dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1));
    if (!matrices || transposeA === transposeB || a.shape.length !== b.shape.length) return undefined;
    const product = transposeA ? leftTransposed(backend, matrixOf(a), matrixOf(b)) : rightTransposed(backend, matrixOf(a), matrixOf(b));
    return reshaped(product, [...a.shape.slice(0, -2), ...product.shape]);
  });

function matrixOf(info: TensorInfo): TensorInfo {
  return reshaped(info, info.shape.slice(-2));
}

/** `aᵀ · b`. */
function leftTransposed(backend: WasmBackend, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [depth, rows] = a.shape as [number, number];
  const [shared, columns] = b.shape as [number, number];
  if (depth !== shared) throw new Error(`BatchMatMul on wasm: expected as many rows in a, ${depth}, as in b, got ${shared}.`);
  const product = transposedProduct(backend, { groups: 1, rows, columns, outShape: [rows, columns] });
  for (let start = 0; start < depth; start += product.depth) {
    const lines = Math.min(product.depth, depth - start);
    const rowsOf = (matrix: TensorInfo, width: number) => {
      const lineBytes = 4 * width;
      return { from: addressOf(backend, matrix) + start * lineBytes, lines, lineBytes, pixels: 1, pixelBytes: lineBytes };
    };
    product.packLeft(0, rowsOf(a, rows));
    product.packRight(0, rowsOf(b, columns));
    product.accumulate(0, lines);
  }
  return product.finish();
}

/** `a · bᵀ`, by transposing what is smaller: `a` (then `(b · aᵀ)ᵀ` is the product) or `b`. */
function rightTransposed(backend: WasmBackend, a: TensorInfo, b: TensorInfo): TensorInfo {
  if (a.shape[1] !== b.shape[1])
    throw new Error(`BatchMatMul on wasm: expected as many columns in a, ${a.shape[1]}, as in b, got ${b.shape[1]}.`);
  if (a.shape[0] > b.shape[0]) return timesTransposed(backend, a, b);
  const turned = timesTransposed(backend, b, a);
  const product = transposed(backend, turned);
  backend.disposeData(turned.dataId);
  return product;
}

function timesTransposed(backend: WasmBackend, left: TensorInfo, right: TensorInfo): TensorInfo {
  const turned = transposed(backend, right);
  const batched = { a: reshaped(left, [1, ...left.shape]), b: reshaped(turned, [1, ...turned.shape]) };
  const product = runWasmKernel(backend, 'BatchMatMul', batched, { transposeA: false, transposeB: false });
  backend.disposeData(turned.dataId);
  return reshaped(product, product.shape.slice(1));
}

function transposed(backend: WasmBackend, matrix: TensorInfo): TensorInfo {
  return runWasmKernel(backend, 'Transpose', { x: matrix }, { perm: [1, 0] });
}
