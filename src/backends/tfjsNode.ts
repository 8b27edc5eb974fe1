import type { BackendDriver } from './backendDriver.js';
import { activateNativeTensorFlow } from './nativeTensorFlow.js';

/** TensorFlow's C library on the CPU: what `inception native install` brought, or else the application's own `@tensorflow/tfjs-node`. */
export const tfjsNode: BackendDriver = {
  name: 'tfjs-node',
  device: 'cpu',
  takes: ['threads'],
  activate: (options) => activateNativeTensorFlow('tfjs-node', options),
};
