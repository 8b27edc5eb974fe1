import * as tf from '@tensorflow/tfjs';
import type { NativeBackend, NativeBinding } from '../../src/compile/nativeBackend.js';

/** The addon, with what tells how much it holds. */
export interface CountingBinding extends NativeBinding {
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

export const nativeBackend = (): NativeBackend & { binding: CountingBinding } => tf.backend() as never;

/** All that TensorFlow.js and the addon hold. */
export function heldTensors(): { tfjs: number; buffers: number; native: number; sessions: number } {
  const { binding } = nativeBackend();
  const { numTensors, numDataBuffers } = tf.memory();
  return { tfjs: numTensors, buffers: numDataBuffers, native: binding.getNumOfTensors(), sessions: binding.getNumOfSavedModels() };
}

/** Puts others in place of parts of the addon, until the result is called. */
export function replaceInBinding(parts: Partial<NativeBinding>): () => void {
  const backend = nativeBackend();
  const { binding } = backend;
  const properties = Object.entries(parts).map(([name, value]) => [name, { value }]);
  backend.binding = Object.create(binding, Object.fromEntries(properties) as PropertyDescriptorMap) as CountingBinding;
  return () => void (backend.binding = binding);
}

/** Runs something with others in place of parts of the addon. */
export function withBinding<T>(parts: Partial<NativeBinding>, run: () => T): T {
  const restore = replaceInBinding(parts);
  try {
    return run();
  } finally {
    restore();
  }
}

/** Runs something, and counts how often a whole graph ran in it, and how many operations ran one by one. */
export function countRuns<T>(run: () => T): { result: T; graphs: number; operations: number } {
  const { binding } = nativeBackend();
  let [graphs, operations] = [0, 0];
  const result = withBinding(
    {
      runSavedModel(session, inputs, inputNames, outputNames) {
        // Reading or writing the session's variables is no run of the graph.
        if (outputNames.split(',').some((name) => name.startsWith('output_'))) graphs += 1;
        return binding.runSavedModel(session, inputs, inputNames, outputNames);
      },
      executeOp(...call) {
        operations += 1;
        return binding.executeOp(...call);
      },
    },
    run,
  );
  return { result, graphs, operations };
}
