import { util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { RESPONSE_EXPONENT } from './normalizeResponses.js';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, overWasmKernel, type WasmBackend } from './wasmBackend.js';

interface Attributes {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Local response normalization with the papers' exponent, by square roots instead of powers. */
export const lrn = (original: KernelConfig): KernelConfig =>
  overWasmKernel<{ x: TensorInfo }, Attributes>(original, ({ inputs: { x }, attrs, backend }) => {
    if (!isVectorized(x, attrs)) return undefined;
    const y = backend.makeOutput([...x.shape], 'float32');
    withRows(backend, x, attrs, 1, (common) => {
      simdFunctions(backend).normalizeResponses(...common, addressOf(backend, y));
    });
    return y;
  });

/** The gradient of local response normalization with the papers' exponent. */
export const lrnGrad = (original: KernelConfig): KernelConfig =>
  overWasmKernel<Record<'x' | 'y' | 'dy', TensorInfo>, Attributes>(original, ({ inputs: { x, y, dy }, attrs, backend }) => {
    if (!isVectorized(x, attrs)) return undefined;
    const dx = backend.makeOutput([...x.shape], 'float32');
    withRows(backend, x, attrs, 2, (common, ratios) => {
      simdFunctions(backend).normalizeResponsesGradient(...common, ratios, ...[y, dy, dx].map((tensor) => addressOf(backend, tensor)));
    });
    return dx;
  });

function isVectorized({ shape, dtype }: TensorInfo, { beta }: Attributes): boolean {
  return beta === RESPONSE_EXPONENT && dtype === 'float32' && (shape.at(-1) ?? 0) % 4 === 0;
}

/** Gives `run` the parameters that both functions begin with, and the address of a second row where there is one. */
function withRows(
  backend: WasmBackend,
  x: TensorInfo,
  { depthRadius, bias, alpha, beta }: Attributes,
  rows: number,
  run: (common: number[], second: number) => void,
): void {
  const channels = x.shape.at(-1) ?? 0;
  const row = channels + 2 * depthRadius;
  const scratch = backend.makeOutput([4 + rows * row], 'float32');
  floats(backend, scratch).fill(0);
  floats(backend, scratch).set([bias, alpha, 2 * alpha * beta]);
  const scalars = addressOf(backend, scratch);
  const squares = scalars + 16;
  const pixels = util.sizeFromShape(x.shape) / channels;
  run([pixels, 4 * channels, 4 * (2 * depthRadius + 1), 4 * depthRadius, scalars, squares, addressOf(backend, x)], squares + 4 * row);
  backend.disposeData(scratch.dataId);
}
