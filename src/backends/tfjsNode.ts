import type { BackendDriver } from './backendDriver.js';
import { activateNativeTensorFlow } from './nativeTensorFlow.js';

/** TensorFlow's C library on the CPU, through the application's own `@tensorflow/tfjs-node`. */
export const tfjsNode: BackendDriver = {
  name: 'tfjs-node',
  device: 'cpu',
  activate: () => activateNativeTensorFlow('@tensorflow/tfjs-node'),
};
