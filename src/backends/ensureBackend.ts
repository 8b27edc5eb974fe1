import * as tf from '@tensorflow/tfjs';
import { activeBackend, useBackend } from './useBackend.js';

/**
 * Makes sure that a backend has been chosen: returns at once after any {@link useBackend}, and runs `useBackend('auto')` otherwise. An
 * application that switched TensorFlow.js to wasm itself keeps wasm.
 */
export async function ensureBackend(): Promise<void> {
  if (activeBackend() !== undefined) return;
  await useBackend(tf.getBackend() === 'wasm' ? 'wasm' : 'auto');
}
