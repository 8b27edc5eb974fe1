import { addNOnWebGpu } from './addNOnWebGpu.js';
import { avgPoolGradOnWebGpu } from './avgPoolGradOnWebGpu.js';
import { replaceKernel } from './replaceKernel.js';

/**
 * Mends the two kernels that TensorFlow.js' WebGPU backend has wrong. Calling it again changes nothing. It belongs after the import of
 * `@tensorflow/tfjs-backend-webgpu`, which registers its own kernels as it loads.
 */
export function registerWebGpuKernels(): void {
  replaceKernel('AddN', 'webgpu', addNOnWebGpu);
  replaceKernel('AvgPoolGrad', 'webgpu', avgPoolGradOnWebGpu);
}
