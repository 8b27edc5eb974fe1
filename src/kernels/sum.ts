import { util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, floats, overWasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
}

interface Attributes {
  readonly axis: number | number[];
  readonly keepDims?: boolean;
}

/** Rows added up at a time: they stay in the processor's first cache, and sums of so many numbers lose little in single precision. */
const ROWS = 64;

/** Sums over leading axes, such as a bias's gradient, without the transposition that TensorFlow.js makes first. */
export const sum = (original: KernelConfig): KernelConfig =>
  overWasmKernel<Inputs, Attributes>(original, ({ inputs: { x }, attrs, backend }) => {
    const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
    const columns = util.sizeFromShape(x.shape.slice(axes.length));
    const leading = axes.length > 0 && axes.every((axis, index) => axis === index) && axes.length < x.shape.length;
    if (!leading || x.dtype !== 'float32' || columns % 4 !== 0) return undefined;
    const kept = x.shape.slice(axes.length);
    const out = backend.makeOutput(attrs.keepDims === true ? [...axes.map(() => 1), ...kept] : kept, 'float32');
    floats(backend, out).fill(0);
    const rows = util.sizeFromShape(x.shape.slice(0, axes.length));
    const rowBytes = 4 * columns;
    for (let row = 0; row < rows; row += ROWS) {
      const from = addressOf(backend, x) + row * rowBytes;
      simdFunctions(backend).columnSums(from, addressOf(backend, out), Math.min(ROWS, rows - row), rowBytes);
    }
    return out;
  });
