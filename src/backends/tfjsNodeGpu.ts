import type { BackendDriver } from './backendDriver.js';
import { activateNativeTensorFlow } from './nativeTensorFlow.js';

/**
 * TensorFlow's C library on CUDA, through the application's own `@tensorflow/tfjs-node-gpu`. Without a usable GPU that package computes on
 * the CPU and says nothing (tfjs#8269); this driver reports the device it found.
 */
export const tfjsNodeGpu: BackendDriver = {
  name: 'tfjs-node-gpu',
  device: 'cuda',
  activate: () => activateNativeTensorFlow('@tensorflow/tfjs-node-gpu'),
};
