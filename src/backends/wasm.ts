import * as tf from '@tensorflow/tfjs';
import { registerWasmKernels } from '../kernels/registerWasmKernels.js';
import type { ActiveBackend, BackendDriver } from './backendDriver.js';
import { requireOneCopy } from './oneCopy.js';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** WebAssembly with SIMD, from npm alone. In Node.js it runs on one thread (tfjs#3830). */
export const wasm: BackendDriver = {
  name: 'wasm',
  device: 'cpu',
  async activate(): Promise<ActiveBackend> {
    requireOneCopy(PACKAGE, require.resolve(PACKAGE));
    // Imported no earlier than here: once registered and not yet started, it makes every synchronous model build throw.
    const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    if (tf.engine().registry['wasm'] === undefined) await startBeforeRegistering();
    registerWasmKernels();
    await tf.setBackend('wasm');
    const threads = getThreadsCount();
    const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
    const engine = `WebAssembly${simd ? ' SIMD' : ''}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    return { device: 'cpu', engine };
  },
};

/**
 * Starts the backend while another one serves, and registers it when it is ready: no moment in which a synchronous call fails,
 * and a failure reaches the caller instead of the console.
 */
async function startBeforeRegistering(): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  try {
    const backend = await factory();
    tf.registerBackend('wasm', () => backend, 2);
  } catch (cause) {
    tf.registerBackend('wasm', factory, 2);
    throw cause;
  }
}
