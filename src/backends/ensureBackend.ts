import * as tf from '@tensorflow/tfjs';
import { activeBackend, useBackend, type BackendReport } from './useBackend.js';

/**
 * Makes sure that a backend has been chosen: returns at once after any {@link useBackend}, and runs `useBackend('auto')` otherwise. An
 * application that switched TensorFlow.js to wasm itself keeps wasm.
 *
 * @returns What runs.
 */
export async function ensureBackend(): Promise<BackendReport> {
  return activeBackend() ?? useBackend(tf.getBackend() === 'wasm' ? 'wasm' : 'auto');
}
