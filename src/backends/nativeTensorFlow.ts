import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import nodeUtil from 'node:util';
import { InceptionError } from '../errors.js';
import type { ActiveBackend } from './backendDriver.js';
import { requireOneCopy } from './oneCopy.js';

/** The name under which both native packages register themselves. */
const REGISTERED_NAME = 'tensorflow';

/** The one release whose gradients, kernels and file formats this library was written against. */
const VERSION = '4.22.0';

/** What TensorFlow.js' native backend exposes beside the kernels. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly isGPUPackage: boolean;
  readonly binding: { readonly TF_Version: string };
}

/**
 * Loads a native TensorFlow package from the application's installation and makes it the active backend.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if it is not installed, cannot load its addon, or brings a second copy of TensorFlow.js.
 */
export async function activateNativeTensorFlow(packageName: string): Promise<ActiveBackend> {
  const entry = resolveInstalled(packageName);
  requireOneCopy(packageName, entry);
  const wantsGpu = packageName.endsWith('-gpu');
  if (registeredNative()?.isGPUPackage !== wantsGpu) {
    restoreUtilFunctions();
    forgetNativeTensorFlow();
    try {
      await import(pathToFileURL(entry).href);
    } catch (cause) {
      forgetNativeTensorFlow();
      throw new InceptionError('BACKEND_UNAVAILABLE', loadFailure(packageName, cause), { cause });
    }
  }
  await tf.setBackend(REGISTERED_NAME);
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
  return { device: isUsingGpuDevice ? 'cuda' : 'cpu', engine: `TensorFlow ${binding.TF_Version}` };
}

/** The package's main file: beside this library first, then in the folder the process was started in. */
function resolveInstalled(packageName: string): string {
  for (const base of [__filename, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(base).resolve(packageName);
    } catch {
      // The next place may have it.
    }
  }
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${packageName} is not installed. Add it to your application with \`npm install ${packageName}@${VERSION}\`.`,
  );
}

function registeredNative(): NativeBackend | undefined {
  return tf.engine().registry[REGISTERED_NAME] as unknown as NativeBackend | undefined;
}

/** The two native packages register the same names, and TensorFlow.js keeps the first: the one that leaves must be taken out. */
function forgetNativeTensorFlow(): void {
  if (tf.findBackendFactory(REGISTERED_NAME) !== null) tf.removeBackend(REGISTERED_NAME);
  for (const { kernelName } of tf.getKernelsForBackend(REGISTERED_NAME)) tf.unregisterKernel(kernelName, REGISTERED_NAME);
}

/** tfjs-node 4.22.0 calls two functions that Node.js 23 took out of `util` (tfjs#8609). */
function restoreUtilFunctions(): void {
  const util = nodeUtil as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function loadFailure(packageName: string, cause: unknown): string {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim();
  return `${packageName} is installed but does not load: ${reason}`;
}
