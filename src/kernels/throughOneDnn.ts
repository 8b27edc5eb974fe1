import type { NativeBackend } from './nativeBackend.js';

/** What TensorFlow says of an operation that its build, or this machine, does not have. */
const ABSENT = /not registered|Could not find device/;

/** Backends whose TensorFlow was found to be without oneDNN. */
const without = new WeakSet<NativeBackend>();

/** The attribute by which TensorFlow finds oneDNN's kernels. */
export const ONE_DNN_LABEL = { _kernel: 'MklNameChangeOp' };

/**
 * Runs what needs oneDNN's operations, which TensorFlow has on x86 processors and itself uses in graphs only.
 *
 * @returns undefined on a GPU, where there is no oneDNN, or where it fails: then tfjs-node's own kernel is to do the work.
 */
export function throughOneDnn<T>(backend: NativeBackend, run: () => T): T | undefined {
  if (backend.isUsingGpuDevice || without.has(backend)) return undefined;
  try {
    return run();
  } catch (error) {
    if (ABSENT.test(String(error))) without.add(backend);
    return undefined;
  }
}
