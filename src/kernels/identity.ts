import type { TensorInfo } from '@tensorflow/tfjs';
import { wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
}

/** The same values under one more reference. TensorFlow.js copies them, once for every tensor that a gradient keeps. */
export const identity = wasmKernel<Inputs, unknown>('Identity', ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
