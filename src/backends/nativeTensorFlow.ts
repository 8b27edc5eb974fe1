import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import nodeUtil from 'node:util';
import { InceptionError } from '../errors.js';
import type { ActiveBackend } from './backendDriver.js';
import { readInstalledPackage, type NativePackageName } from './native/installedPackage.js';
import { shareTensorFlow } from './native/shareTensorFlow.js';
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
  numDataIds(): number;
}

/** Main files that were loaded and then taken out for the other package's. Node.js does not run a file a second time. */
const gaveWay = new Set<string>();

let loadedEntry: string | undefined;

/**
 * Loads a native TensorFlow package from the application's installation and makes it the active backend.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if it is not installed, cannot load its addon, brings a second copy of TensorFlow.js, or
 * would have to share the process with the other native package.
 */
export async function activateNativeTensorFlow(packageName: string): Promise<ActiveBackend> {
  const entry = installedBeside(packageName) ?? resolveInstalled(packageName);
  if (registeredPackage() !== packageName) await load(packageName, entry);
  await tf.setBackend(REGISTERED_NAME);
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
  return { device: isUsingGpuDevice ? 'cuda' : 'cpu', engine: `TensorFlow ${binding.TF_Version}` };
}

async function load(packageName: string, entry: string): Promise<void> {
  makeRoomFor(packageName, entry);
  restoreUtilFunctions();
  shareGpuMemory();
  forgetNativeTensorFlow();
  try {
    await import(pathToFileURL(entry).href);
    loadedEntry = entry;
  } catch (cause) {
    forgetNativeTensorFlow();
    throw new InceptionError('BACKEND_UNAVAILABLE', loadFailure(packageName, cause), { cause });
  }
}

/** The two native packages register the same names: there is room for one of them, and what the other one holds would be lost. */
function makeRoomFor(packageName: string, entry: string): void {
  const other = registeredPackage();
  const newProcess = `Start a new process to use ${packageName}.`;
  if (gaveWay.has(entry)) {
    throw new InceptionError(
      'BACKEND_UNAVAILABLE',
      `${packageName} was tried and gave way to ${other ?? 'another backend'}. ${newProcess}`,
    );
  }
  if (other === undefined) return;
  if ((registeredNative()?.numDataIds() ?? 0) > 0) {
    throw new InceptionError('BACKEND_UNAVAILABLE', `${other} is loaded and holds tensors. ${newProcess}`);
  }
  if (loadedEntry !== undefined) gaveWay.add(loadedEntry);
}

/** The main file of the package that `inception native install` brought; it takes its TensorFlow.js from here. */
function installedBeside(packageName: string): string | undefined {
  const main = readInstalledPackage(packageName.replace('@tensorflow/', '') as NativePackageName)?.main;
  if (main !== undefined) shareTensorFlow();
  return main;
}

/** The package's main file: beside this library first, then in the folder the process was started in. */
function resolveInstalled(packageName: string): string {
  for (const base of [__filename, join(process.cwd(), 'package.json')]) {
    let entry: string;
    try {
      entry = createRequire(base).resolve(packageName);
    } catch {
      continue; // The next place may have it.
    }
    requireOneCopy(packageName, entry);
    return entry;
  }
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${packageName} is not installed. Add it to your application with \`npm install ${packageName}@${VERSION}\`.`,
  );
}

function registeredNative(): NativeBackend | undefined {
  return tf.engine().registry[REGISTERED_NAME] as unknown as NativeBackend | undefined;
}

function registeredPackage(): string | undefined {
  const backend = registeredNative();
  return backend && `@tensorflow/tfjs-node${backend.isGPUPackage ? '-gpu' : ''}`;
}

/** TensorFlow.js keeps the first that registers a name: the one that leaves, or that failed half way, must be taken out. */
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

/**
 * TensorFlow takes nearly all of a GPU's memory when it starts (79,351 of an H100's 81,559 MiB), and a second process then computes in what
 * is left: with other convolution algorithms, and so to other bits. With this variable it takes memory as it needs it. It reads the variable
 * once, when it finds the GPU; what the application has set stays.
 */
function shareGpuMemory(): void {
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
}

function loadFailure(packageName: string, cause: unknown): string {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim();
  return `${packageName} is installed but does not load: ${reason}`;
}
