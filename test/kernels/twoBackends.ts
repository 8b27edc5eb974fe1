import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';

/** A tensor's content, free of any backend. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly dtype?: tf.DataType;
}

/** Numbers between −1 and 1 that depend on nothing but their place and a seed. */
export function numbers(shape: readonly number[], seed: number): Values {
  let state = (seed * 2654435761 + 1) >>> 0;
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { shape, values };
}

/** Whole numbers between −2 and 2, so that the largest of several are often equal. */
export function wholeNumbers(shape: readonly number[], seed: number): Values {
  const { values } = numbers(shape, seed);
  return { shape, values: (values as Float32Array).map((value) => Math.round(2 * value)) };
}

/**
 * Runs one kernel on the active backend with fresh inputs and reads what it returns.
 *
 * @throws Error if it left anything behind: a tensor, or memory that belongs to none.
 */
export function runKernel(
  kernelName: string,
  inputs: Readonly<Record<string, Values>>,
  attrs: Readonly<Record<string, unknown>>,
): Values[] {
  const backend = tf.engine().backend;
  const before = { ids: backend.numDataIds(), tensors: tf.memory().numTensors };
  const tensors = Object.entries(inputs).map(([name, { values, shape, dtype = 'float32' }]) => {
    return [name, tf.tensor(values, [...shape], dtype)] as const;
  });
  const named = Array.isArray(inputs) ? tensors.map(([, tensor]) => tensor) : Object.fromEntries(tensors);
  const out = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernelName, named as never, attrs as never);
  const outputs = [out].flat().map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync(), dtype: tensor.dtype }));
  tf.dispose([tensors.map(([, tensor]) => tensor), out]);
  const after = { ids: backend.numDataIds(), tensors: tf.memory().numTensors };
  if (after.ids !== before.ids || after.tensors !== before.tensors) {
    throw new Error(`${kernelName} leaked: ${JSON.stringify(before)} before, ${JSON.stringify(after)} after.`);
  }
  return outputs;
}

/** The same kernel with the same inputs on cpu and on wasm. */
export async function runOnBoth(...call: Parameters<typeof runKernel>): Promise<{ cpu: Values[]; wasm: Values[] }> {
  await useBackend('cpu');
  const cpu = runKernel(...call);
  await useBackend('wasm');
  return { cpu, wasm: runKernel(...call) };
}

/** max|a − b| / max|b| over a tensor; infinite where shapes differ or a number is missing. */
export function difference(a: Values, b: Values): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  let [largest, apart] = [0, 0];
  b.values.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(value));
    const distance = Math.abs(a.values[index] - value);
    apart = Math.max(apart, Number.isNaN(distance) ? Infinity : distance);
  });
  return apart === 0 ? 0 : apart / largest;
}
