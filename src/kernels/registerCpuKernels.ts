import { avgPoolGradOnCpu } from './avgPoolGradOnCpu.js';
import { replaceKernel } from './replaceKernel.js';

/** Gives TensorFlow.js' cpu backend the one gradient that it has wrong. Calling it again changes nothing. */
export function registerCpuKernels(): void {
  replaceKernel('AvgPoolGrad', 'cpu', () => avgPoolGradOnCpu);
}
