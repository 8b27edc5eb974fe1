import * as tf from '@tensorflow/tfjs';
import { registerCpuKernels } from '../kernels/registerCpuKernels.js';
import type { ActiveBackend, BackendDriver } from './backendDriver.js';

/** Plain JavaScript, part of `@tensorflow/tfjs`: always there, exact, and slow. */
export const cpu: BackendDriver = {
  name: 'cpu',
  device: 'cpu',
  async activate(): Promise<ActiveBackend> {
    registerCpuKernels();
    await tf.setBackend('cpu');
    writeUnannounced();
    return { device: 'cpu', engine: 'JavaScript', threads: 1 };
  },
};

/** The first tensor written prints an advertisement for tfjs-node, unless TensorFlow.js is in production mode at that moment. */
function writeUnannounced(): void {
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  tf.scalar(0).dispose();
  tf.env().set('PROD', production);
}
