import type { BackendDriver } from './backendDriver.js';
import { activateNativeTensorFlow } from './nativeTensorFlow.js';
import { noNvidiaDevice } from './nvidiaDevice.js';

/**
 * TensorFlow's C library on CUDA: what `inception native install --cuda` brought, or else the application's own `@tensorflow/tfjs-node-gpu`.
 * Without a usable GPU that package computes on the CPU and says nothing (tfjs#8269); this driver reports the device it found.
 */
export const tfjsNodeGpu: BackendDriver = {
  name: 'tfjs-node-gpu',
  device: 'cuda',
  takes: ['threads', 'gpu'],
  // Loaded in vain, it would keep tfjs-node out of the process.
  hopeless: noNvidiaDevice,
  activate: (options) => activateNativeTensorFlow('tfjs-node-gpu', options),
};
