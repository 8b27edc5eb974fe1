import { backend_util, util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, hasFourByteNumbers, overWasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
}

interface Attributes {
  readonly numOrSizeSplits: number[] | number;
  readonly axis: number;
}

/** Cuts a tensor along one axis, a run of numbers at a time: the gradient of a concatenation. */
export const splitV = (original: KernelConfig): KernelConfig =>
  overWasmKernel<Inputs, Attributes>(original, ({ inputs: { x }, attrs, backend }) => {
    if (!hasFourByteNumbers(x)) return undefined;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0];
    const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
    const rows = util.sizeFromShape(x.shape.slice(0, axis));
    const unitBytes = 4 * util.sizeFromShape(x.shape.slice(axis + 1));
    const rowBytes = unitBytes * x.shape[axis];
    let before = 0;
    return sizes.map((size) => {
      const part = backend.makeOutput(x.shape.with(axis, size), x.dtype);
      const bytes = size * unitBytes;
      simdFunctions(backend).copyRows(addressOf(backend, x) + before, addressOf(backend, part), rows, bytes, rowBytes, bytes);
      before += bytes;
      return part;
    });
  });
