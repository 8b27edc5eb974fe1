import * as tf from '@tensorflow/tfjs';

/** The part of TensorFlow.js' WebAssembly backend that the kernels of this room work with. */
export interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): { readonly id: number; readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  disposeData(dataId: object): boolean;
  typedArrayFromHeap(info: tf.TensorInfo): tf.TypedArray;
}

/** What TensorFlow.js hands to a kernel, for the WebAssembly backend. */
export interface WasmKernelArguments<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: WasmBackend;
}

/** A kernel of the WebAssembly backend, in the form TensorFlow.js registers. */
export function wasmKernel<Inputs, Attributes>(
  kernelName: string,
  kernelFunc: (args: WasmKernelArguments<Inputs, Attributes>) => tf.TensorInfo,
): tf.KernelConfig {
  return { kernelName, backendName: 'wasm', kernelFunc: kernelFunc as unknown as tf.KernelFunc };
}

/**
 * A float32 tensor's values, in place on the heap. Any allocation may grow the heap and detach the view: allocate every output first,
 * then take the views.
 */
export function floats(backend: WasmBackend, info: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array;
}

/** The same values in another shape, without a copy and without a new reference: dispose of it, or of the original, not of both. */
export function reshaped(info: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  return { dataId: info.dataId, dtype: info.dtype, shape };
}

/** Runs one of the backend's registered kernels. The caller disposes of what it returns. */
export function runWasmKernel(
  backend: WasmBackend,
  kernelName: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>> = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(kernelName, 'wasm');
  return kernel.kernelFunc({ inputs, attrs: attrs as never, backend }) as tf.TensorInfo;
}
