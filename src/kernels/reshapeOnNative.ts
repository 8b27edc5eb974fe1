import { util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { overNativeKernel } from './nativeBackend.js';

interface Attributes {
  readonly shape: number[];
}

/**
 * The same tensor under one more reference where it has the shape already, as most have that gradients reshape. tfjs-node writes the
 * shape as a tensor and runs an operation.
 */
export const reshapeOnNative = (original: KernelConfig): KernelConfig =>
  overNativeKernel<{ readonly x: TensorInfo }, Attributes>(original, ({ inputs: { x }, attrs: { shape }, backend }) => {
    if (!util.arraysEqual(x.shape, shape)) return undefined;
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
