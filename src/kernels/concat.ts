import { backend_util, util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { simdFunctions } from './simdFunctions.js';
import { addressOf, hasFourByteNumbers, overWasmKernel } from './wasmBackend.js';

interface Attributes {
  readonly axis: number;
}

/** Joins tensors along one axis, a run of numbers at a time. */
export const concat = (original: KernelConfig): KernelConfig =>
  overWasmKernel<readonly TensorInfo[], Attributes>(original, ({ inputs, attrs, backend }) => {
    const [first] = inputs;
    if (!inputs.every((input) => input.dtype === first.dtype && hasFourByteNumbers(input))) return undefined;
    const shapes = inputs.map(({ shape }) => shape);
    const axis = util.parseAxisParam(attrs.axis, first.shape)[0];
    backend_util.assertParamsConsistent(shapes, axis);
    const shape = backend_util.computeOutShape(shapes, axis);
    const out = backend.makeOutput(shape, first.dtype);
    const rows = util.sizeFromShape(shape.slice(0, axis));
    const rowBytes = 4 * util.sizeFromShape(shape.slice(axis));
    let before = 0;
    for (const input of inputs) {
      const bytes = 4 * util.sizeFromShape(input.shape.slice(axis));
      simdFunctions(backend).copyRows(addressOf(backend, input), addressOf(backend, out) + before, rows, bytes, bytes, rowBytes);
      before += bytes;
    }
    return out;
  });
