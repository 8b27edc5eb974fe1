import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { hasTfjsNode } from '../backendUnderTest.js';
import { runKernel, type Values } from './twoBackends.js';

/** A group of tests of the native backend's kernels. */
export function describeOnNative(title: string, tests: () => void): void {
  if (hasTfjsNode()) describe(title, tests);
  else it.skip(`${title}: not run, for tfjs-node is not installed (inception native install)`, () => undefined);
}

/** The same kernel with the same inputs on cpu and on tfjs-node. */
export async function runOnNativeAndCpu(...call: Parameters<typeof runKernel>): Promise<{ cpu: Values[]; native: Values[] }> {
  await useBackend('cpu');
  const cpu = runKernel(...call);
  await useBackend('tfjs-node');
  return { cpu, native: runKernel(...call) };
}

/** TensorFlow's names of the operations that a function makes the native backend run, in order. */
export function operationsOf(run: () => unknown): string[] {
  const backend = tf.backend() as unknown as Record<'executeSingleOutput' | 'executeMultipleOutputs', (operation: string) => unknown>;
  const single = jest.spyOn(backend, 'executeSingleOutput');
  const several = jest.spyOn(backend, 'executeMultipleOutputs');
  tf.tidy(() => void run());
  const calls = [single, several].flatMap(({ mock }) =>
    mock.calls.map(([name], index) => ({ name, order: mock.invocationCallOrder[index] })),
  );
  single.mockRestore();
  several.mockRestore();
  return calls.sort((a, b) => a.order - b.order).map(({ name }) => name);
}

/** Runs something as tfjs-node itself would: without our kernels of these names. */
export function withoutKernels<T>(names: readonly string[], run: () => T): T {
  const kernels = names.map((name) => tf.getKernel(name, 'tensorflow'));
  for (const name of names) tf.unregisterKernel(name, 'tensorflow');
  try {
    return run();
  } finally {
    kernels.forEach((kernel) => tf.registerKernel(kernel));
  }
}
