import * as tf from '@tensorflow/tfjs';

/** The part of TensorFlow.js' WebAssembly backend that the kernels of this room work with. */
export interface WasmBackend {
  /** What emscripten built; `asm` holds the exports of the WebAssembly instance. */
  readonly wasm: { readonly asm: { readonly memory: object } };
  readonly dataIdMap: { get(dataId: object): { readonly id: number; readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
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
 * A kernel that does better than TensorFlow.js' own in the cases that matter here, and hands it the others.
 *
 * @param kernelFunc Returns undefined for a case that it leaves to the original.
 */
export function overWasmKernel<Inputs, Attributes>(
  original: tf.KernelConfig,
  kernelFunc: (args: WasmKernelArguments<Inputs, Attributes>) => tf.TensorInfo | tf.TensorInfo[] | undefined,
): tf.KernelConfig {
  const better = kernelFunc as unknown as (args: Parameters<tf.KernelFunc>[0]) => tf.TensorInfo | tf.TensorInfo[] | undefined;
  return { ...original, kernelFunc: (args) => better(args) ?? original.kernelFunc(args) };
}

/** Whether a tensor's numbers take four bytes each, as the copying functions expect. */
export function hasFourByteNumbers({ dtype }: tf.TensorInfo): boolean {
  return dtype === 'float32' || dtype === 'int32';
}

/**
 * A float32 tensor's values, in place on the heap. Any allocation may grow the heap and detach the view: allocate every output first,
 * then take the views.
 */
export function floats(backend: WasmBackend, info: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array;
}

/** Where a tensor's values begin in the backend's memory, in bytes. Unlike a view it stays valid when the memory grows. */
export function addressOf(backend: WasmBackend, info: tf.TensorInfo): number {
  return backend.dataIdMap.get(info.dataId).memoryOffset;
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
