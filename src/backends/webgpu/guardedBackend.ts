import type * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../../errors.js';
import type { Gpu, GpuDevice } from './gpuObjects.js';

/** TensorFlow.js' backend class, from `@tensorflow/tfjs-backend-webgpu`. */
export type WebGpuBackendClass = new (device: GpuDevice, info: object) => tf.KernelBackend & { readonly device: GpuDevice };

/**
 * TensorFlow.js' WebGPU backend, made to fail aloud. By itself it hands out zeros when an operation was refused (a tensor larger than the
 * device's buffers, memory that ran out), and a bare `OffscreenCanvas is not defined` when values are read synchronously.
 *
 * @param gpu The WebGPU that the device came from.
 */
export function guardedBackend(Backend: WebGpuBackendClass, device: GpuDevice, gpu: Gpu): tf.KernelBackend {
  let refusal: string | undefined;
  let lost: string | undefined;
  device.addEventListener('uncapturederror', (event) => {
    refusal ??= event.error.message;
    event.preventDefault();
  });
  void device.lost.then(({ message }) => (lost = message));

  class GuardedBackend extends Backend {
    /** Held for as long as the device: where Dawn's object is garbage collected, the process dies in the midst of a later operation. */
    readonly gpu = gpu;

    /** The parent's own flag: of what fails here it would warn that it is slow. */
    hasReadSyncWarned = true;

    override async read(dataId: object): ReturnType<tf.KernelBackend['read']> {
      try {
        const values = await super.read(dataId);
        if (refusal === undefined) return values;
      } catch (cause) {
        if (lost !== undefined) throw failure(`WebGPU: the device was lost (${lost}). Start a new process.`, cause);
        if (refusal === undefined) throw cause;
      }
      const message = refusal;
      refusal = undefined;
      throw failure(`WebGPU refused an operation, and what follows from it is not to be trusted: ${message}`);
    }

    override readSync(dataId: object): ReturnType<tf.KernelBackend['readSync']> {
      try {
        return super.readSync(dataId);
      } catch (cause) {
        throw failure(
          'WebGPU: expected `await tensor.data()`, got a synchronous read, which dataSync() and a change of backend need.',
          cause,
        );
      }
    }
  }
  return withNavigatorGpu(gpu, () => new GuardedBackend(device, device.adapterInfo));
}

function failure(message: string, cause?: unknown): InceptionError {
  return new InceptionError('BACKEND_UNAVAILABLE', message, { cause });
}

/** TensorFlow.js makes no backend where `navigator.gpu` is missing. It looks only then, and only there: an application keeps its navigator. */
function withNavigatorGpu<Made>(gpu: Gpu, make: () => Made): Made {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return make();
  } finally {
    if (own === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', own);
  }
}
