import * as tf from '@tensorflow/tfjs';
import { pathToFileURL } from 'node:url';
import { InceptionError } from '../errors.js';
import { registerWebGpuKernels } from '../kernels/registerWebGpuKernels.js';
import type { ActiveBackend, BackendDriver } from './backendDriver.js';
import { requireOneCopy } from './oneCopy.js';
import { resolveInstalled } from './resolveInstalled.js';
import { TENSORFLOW_JS } from './tensorFlowJsVersion.js';
import { guardedBackend, type WebGpuBackendClass } from './webgpu/guardedBackend.js';
import type { GpuDevice } from './webgpu/gpuObjects.js';
import { isSoftware } from './webgpu/isSoftware.js';
import { openDevice } from './webgpu/openDevice.js';

const PACKAGE = '@tensorflow/tfjs-backend-webgpu';

/** One command for both packages. */
const INSTALL = `webgpu ${PACKAGE}@${TENSORFLOW_JS}`;

/**
 * GPUs of any make through WebGPU: the application's own `@tensorflow/tfjs-backend-webgpu`, on Dawn from npm's `webgpu`. A software adapter
 * (SwiftShader, lavapipe, WARP) works too, and is reported as the CPU that it runs on.
 */
export const webgpu: BackendDriver = {
  name: 'webgpu',
  device: 'gpu',
  async activate(): Promise<ActiveBackend> {
    const former = tf.getBackend();
    if (tf.engine().registry['webgpu'] === undefined) await registerStarted();
    registerWebGpuKernels();
    await tf.setBackend('webgpu');
    try {
      await assertComputes();
    } catch (cause) {
      tf.removeBackend('webgpu');
      if (former) await tf.setBackend(former);
      throw cause;
    }
    const { adapterInfo } = (tf.backend() as unknown as { device: GpuDevice }).device;
    const name = adapterInfo.description || adapterInfo.device || adapterInfo.vendor || 'unnamed adapter';
    return { device: isSoftware(adapterInfo) ? 'cpu' : 'gpu', engine: `WebGPU, ${name}` };
  },
};

/** Registers a backend that runs already: of a factory that fails TensorFlow.js makes a warning, and keeps the former backend. */
async function registerStarted(): Promise<void> {
  const entry = resolveInstalled(PACKAGE, INSTALL);
  requireOneCopy(PACKAGE, entry);
  const { gpu, device } = await openDevice(INSTALL);
  const { default: loaded } = (await import(pathToFileURL(entry).href)) as { default: { WebGPUBackend: WebGpuBackendClass } };
  const backend = guardedBackend(loaded.WebGPUBackend, device, gpu);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
}

/** A driver may be found and its shaders refused: a product of two matrices that only the device holds shows that it computes. */
async function assertComputes(): Promise<void> {
  const side = 64;
  const product = tf.tidy(() => tf.matMul(tf.fill([side, side], 2), tf.fill([side, side], 3)));
  const values = await product.data();
  product.dispose();
  if (values.some((value) => value !== 6 * side)) {
    throw new InceptionError(
      'BACKEND_UNAVAILABLE',
      `WebGPU computes wrongly: expected ${6 * side} everywhere, got ${values.slice(0, 4).join(', ')}, …`,
    );
  }
}
