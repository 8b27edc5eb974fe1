import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../errors.js';
import { registerWasmKernels } from '../kernels/registerWasmKernels.js';
import { supportsSimd } from '../kernels/simdFunctions.js';
import type { ActiveBackend, BackendDriver } from './backendDriver.js';
import { requireOneCopy } from './oneCopy.js';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

const FATAL_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** WebAssembly with SIMD, from npm alone. In Node.js it runs on one thread (tfjs#3830). */
export const wasm: BackendDriver = {
  name: 'wasm',
  device: 'cpu',
  async activate(): Promise<ActiveBackend> {
    requireOneCopy(PACKAGE, require.resolve(PACKAGE));
    if (!supportsSimd()) throw new InceptionError('BACKEND_UNAVAILABLE', 'this processor, or this Node.js, has no WebAssembly SIMD');
    // Imported no earlier than here: once registered and not yet started, it makes every synchronous model build throw.
    const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    if (tf.engine().registry['wasm'] === undefined) await startBeforeRegistering();
    registerWasmKernels();
    await tf.setBackend('wasm');
    const threads = getThreadsCount();
    return { device: 'cpu', engine: `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, threads };
  },
};

/**
 * Starts the backend while another one serves, and registers it when it is ready: no moment in which a synchronous call fails,
 * and a failure reaches the caller instead of the console.
 */
async function startBeforeRegistering(): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  const before = FATAL_EVENTS.flatMap((event) => process.rawListeners(event));
  try {
    const backend = await factory();
    tf.registerBackend('wasm', () => backend, 2);
  } catch (cause) {
    tf.registerBackend('wasm', factory, 2);
    throw cause;
  } finally {
    removeRethrowing(before);
  }
}

/**
 * The module that emscripten built hooks itself into the process, and throws every uncaught error once more from there: an application's
 * own handler would never get to run.
 */
function removeRethrowing(before: readonly unknown[]): void {
  for (const event of FATAL_EVENTS) {
    for (const listener of process.rawListeners(event)) {
      const rethrows = /throw (ex|reason)\b/.test(listener.toString());
      if (rethrows && !before.includes(listener)) process.off(event, listener as () => void);
    }
  }
}
