import type * as tf from '@tensorflow/tfjs';
import { avgPoolGrad } from './avgPoolGrad.js';
import { batchMatMul } from './batchMatMul.js';
import { concat } from './concat.js';
import { conv2DBackpropFilter } from './conv2DBackpropFilter.js';
import { conv2DBackpropInput } from './conv2DBackpropInput.js';
import { depthwiseConv2dNativeBackpropFilter } from './depthwiseConv2dNativeBackpropFilter.js';
import { depthwiseConv2dNativeBackpropInput } from './depthwiseConv2dNativeBackpropInput.js';
import { identity } from './identity.js';
import { lrn, lrnGrad } from './lrn.js';
import { maxPoolGrad } from './maxPoolGrad.js';
import { replaceKernel } from './replaceKernel.js';
import { splitV } from './splitV.js';
import { sum } from './sum.js';
import { unsortedSegmentSum } from './unsortedSegmentSum.js';

/** Kernels that TensorFlow.js' WebAssembly backend lacks, or that take the place of its own. */
const KERNELS: readonly tf.KernelConfig[] = [
  avgPoolGrad,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  identity,
  maxPoolGrad,
  unsortedSegmentSum,
];

/** Kernels that are laid over its own, by name, and leave some cases to it. */
const OVERLAYS: Readonly<Record<string, (original: tf.KernelConfig) => tf.KernelConfig>> = {
  BatchMatMul: batchMatMul,
  Concat: concat,
  LRN: lrn,
  LRNGrad: lrnGrad,
  SplitV: splitV,
  Sum: sum,
};

/**
 * Gives TensorFlow.js' WebAssembly backend what it needs to train a convolutional network, and to do so fast. Calling it again changes
 * nothing. It belongs after the import of `@tensorflow/tfjs-backend-wasm`, which registers its own kernels as it loads, and before the
 * backend is made the active one, which sets them up.
 */
export function registerWasmKernels(): void {
  for (const kernel of KERNELS) replaceKernel(kernel.kernelName, 'wasm', () => kernel);
  for (const [name, over] of Object.entries(OVERLAYS)) replaceKernel(name, 'wasm', over);
}
