import type * as tf from '@tensorflow/tfjs';
import { conv2DBackpropFilterOnNative } from './conv2DBackpropFilterOnNative.js';
import { maxPoolGradOnNative } from './maxPoolGradOnNative.js';
import { NATIVE } from './nativeBackend.js';
import { normalizeBatch, normalizeBatchGrad, normalizeWithStatistics } from './normalizeBatchOnNative.js';
import { registerReluGradient, reluGrad } from './reluGradOnNative.js';
import { replaceKernel } from './replaceKernel.js';
import { reshapeOnNative } from './reshapeOnNative.js';

/** Kernels that this library's layers and gradients ask for by name, and that no other backend has. */
const KERNELS: readonly tf.KernelConfig[] = [normalizeBatch, normalizeBatchGrad, normalizeWithStatistics, reluGrad];

/** Kernels that are laid over tfjs-node's own, by name, and leave some cases to them. */
const OVERLAYS: Readonly<Record<string, (original: tf.KernelConfig) => tf.KernelConfig>> = {
  Conv2DBackpropFilter: conv2DBackpropFilterOnNative,
  MaxPoolGrad: maxPoolGradOnNative,
  Reshape: reshapeOnNative,
};

/**
 * Gives TensorFlow.js' native backend faster kernels for training convolutional networks, and one that keeps clear of a fault in oneDNN.
 * Calling it again changes nothing. It belongs after the import of tfjs-node or tfjs-node-gpu, which registers its own kernels as it loads.
 */
export function registerNativeKernels(): void {
  for (const kernel of KERNELS) replaceKernel(kernel.kernelName, NATIVE, () => kernel);
  for (const [name, over] of Object.entries(OVERLAYS)) replaceKernel(name, NATIVE, over);
  registerReluGradient();
}
