import * as tf from '@tensorflow/tfjs';
import { conv2DBackpropFilter } from './conv2DBackpropFilter.js';
import { conv2DBackpropInput } from './conv2DBackpropInput.js';
import { depthwiseConv2dNativeBackpropFilter } from './depthwiseConv2dNativeBackpropFilter.js';
import { depthwiseConv2dNativeBackpropInput } from './depthwiseConv2dNativeBackpropInput.js';
import { maxPoolGrad } from './maxPoolGrad.js';
import { unsortedSegmentSum } from './unsortedSegmentSum.js';

/** The kernels that TensorFlow.js' WebAssembly backend lacks, and those it has slow. */
const WASM_KERNELS: readonly tf.KernelConfig[] = [
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  maxPoolGrad,
  unsortedSegmentSum,
];

/**
 * Gives TensorFlow.js' WebAssembly backend what it needs to train a convolutional network. Calling it again changes nothing. It belongs
 * after the import of `@tensorflow/tfjs-backend-wasm`, which registers its own kernels as it loads.
 */
export function registerWasmKernels(): void {
  for (const kernel of WASM_KERNELS) {
    const present = tf.getKernel(kernel.kernelName, 'wasm');
    if (present === kernel) continue;
    if (present !== undefined) tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel(kernel);
  }
}
