import { describeBackend } from './contract.js';

describeBackend({ name: 'cpu', device: 'cpu', engine: /^JavaScript$/, registeredAs: 'cpu' });
describeBackend({ name: 'wasm', device: 'cpu', engine: /^WebAssembly SIMD, 1 thread$/, registeredAs: 'wasm' });
describeBackend({ name: 'tfjs-node', device: 'cpu', engine: /^TensorFlow \d+\.\d+\.\d+$/, registeredAs: 'tensorflow' });
