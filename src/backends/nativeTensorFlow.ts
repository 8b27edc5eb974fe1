import * as tf from '@tensorflow/tfjs';
import { pathToFileURL } from 'node:url';
import { InceptionError } from '../errors.js';
import { NATIVE } from '../kernels/nativeBackend.js';
import { registerNativeKernels } from '../kernels/registerNativeKernels.js';
import type { ActiveBackend } from './backendDriver.js';
import type { BackendOptions } from './backendOptions.js';
import { NATIVE_PACKAGES } from './native/installedPackage.js';
import { shareTensorFlow } from './native/shareTensorFlow.js';
import {
  hasTensorFlow,
  installCommand,
  isFileOf,
  loadedAddon,
  nativePackage,
  type NativeBackendName,
  type NativePackage,
} from './nativePackage.js';
import { noNvidiaDevice } from './nvidiaDevice.js';
import { proveGpu } from './proveGpu.js';
import { restoreUtilFunctions } from './restoreUtilFunctions.js';
import { tensorFlowReport } from './tensorFlowReport.js';
import { realVariable, tensorFlowSettings, threadsOfEnvironment, writeSettings, type TensorFlowSettings } from './tensorFlowSettings.js';

/** Where native/contextOptions.cc writes why TensorFlow did not start: the addon's own error says no more than that there is no context. */
const FAILURE = 'TFJS_INCEPTION_TENSORFLOW_FAILURE';

/** What TensorFlow.js' native backend exposes beside the kernels. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly isGPUPackage: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** What each backend that was loaded here was started with. One that the application loaded itself is not among them. */
const settingsOf = new WeakMap<NativeBackend, TensorFlowSettings>();

/**
 * Loads a native TensorFlow package and makes it the active backend.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if it is not installed, cannot load its addon, brings a second copy of TensorFlow.js, cannot
 *   compute on the GPU that it found, would have to share the process with another TensorFlow, or runs already with other options.
 */
export async function activateNativeTensorFlow(name: NativeBackendName, options: BackendOptions): Promise<ActiveBackend> {
  const former = tf.getBackend();
  try {
    const found = nativePackage(name);
    if (!isLoaded(name)) await load(found, options);
    const backend = registered()!;
    requireSameSettings(found, settingsOf.get(backend), options);
    await tf.setBackend(NATIVE);
    if (backend.isUsingGpuDevice) proveGpu();
    registerNativeKernels();
    return describe(found, backend);
  } catch (cause) {
    if (former) await tf.setBackend(former);
    throw cause;
  }
}

function describe(found: NativePackage, backend: NativeBackend): ActiveBackend {
  const { isUsingGpuDevice, isGPUPackage, binding } = backend;
  const version = binding.TF_Version;
  return {
    device: isUsingGpuDevice ? 'cuda' : 'cpu',
    engine: `TensorFlow ${version}`,
    ...(!isUsingGpuDevice && { threads: settingsOf.get(backend)?.threads ?? threadsOfEnvironment() }),
    tensorflow: tensorFlowReport(found, version, isUsingGpuDevice),
    ...(isGPUPackage && !isUsingGpuDevice && { fellBack: fallBackReason() }),
  };
}

/** Whether the package serves TensorFlow.js in this thread. */
function isLoaded(name: NativeBackendName): boolean {
  return registered() !== undefined && registeredPackage() === NATIVE_PACKAGES[name];
}

async function load(found: NativePackage, options: BackendOptions): Promise<void> {
  requireRoom(found);
  // Another thread may have loaded it, or whoever ran before in this process.
  const isFirst = !hasTensorFlow();
  if (!isFirst) requireSameSettings(found, undefined, options);
  const takeBack = writeSettings(options, found);
  delete process.env[FAILURE];
  restoreUtilFunctions();
  if (found.record !== undefined) shareTensorFlow();
  try {
    await import(pathToFileURL(found.main).href);
    if (isFirst) settingsOf.set(registered()!, tensorFlowSettings(options));
    takeBack(true);
  } catch (cause) {
    takeBack(false);
    forgetHalfLoaded();
    throw new InceptionError('BACKEND_UNAVAILABLE', loadFailure(found, cause), { cause });
  }
}

/** Two TensorFlows have one soname: the second addon would be bound to the first one's library. Both packages also register one name. */
function requireRoom(found: NativePackage): void {
  const addon = loadedAddon();
  const other = registeredPackage() ?? (addon !== undefined && !isFileOf(found, addon) ? addon : undefined);
  if (other === undefined) return;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${other} is loaded in this process, which has room for one TensorFlow. Start a new process to use ${found.packageName}.`,
  );
}

/** @param settings Those that TensorFlow was started with, where it was started here. */
function requireSameSettings({ packageName }: NativePackage, settings: TensorFlowSettings | undefined, options: BackendOptions): void {
  const { gpu, ...others } = options;
  const present: Readonly<Record<string, unknown>> = { ...settings };
  const differing = Object.entries({ ...others, ...gpu }).filter(([key, value]) => value !== undefined && value !== present[key]);
  if (differing.length === 0) return;
  const list = (values: readonly (readonly [string, unknown])[]): string =>
    values.map(([key, value]) => `${key}: ${String(value)}`).join(', ');
  const how = settings === undefined ? 'by other code or another thread' : `with ${list(differing.map(([key]) => [key, present[key]]))}`;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${packageName} was loaded ${how}, and TensorFlow reads its options once. Start a new process for ${list(differing)}.`,
  );
}

function registered(): NativeBackend | undefined {
  return tf.engine().registry[NATIVE] as unknown as NativeBackend | undefined;
}

function registeredPackage(): string | undefined {
  const backend = registered();
  return backend && NATIVE_PACKAGES[backend.isGPUPackage ? 'tfjs-node-gpu' : 'tfjs-node'];
}

/** TensorFlow.js keeps the first that registers a name: one that failed half way must be taken out. */
function forgetHalfLoaded(): void {
  if (tf.findBackendFactory(NATIVE) !== null) tf.removeBackend(NATIVE);
  for (const { kernelName } of tf.getKernelsForBackend(NATIVE)) tf.unregisterKernel(kernelName, NATIVE);
}

function loadFailure({ name, packageName }: NativePackage, cause: unknown): string {
  const failure = realVariable(FAILURE);
  if (failure !== undefined) return `${packageName} is loaded, and TensorFlow does not start: ${failure}`;
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim();
  return `${packageName} is installed but does not load: ${reason.replace(/\.$/, '')}. Install it anew with \`${installCommand(name)}\`.`;
}

function fallBackReason(): string {
  const advice = "useBackend('tfjs-node-gpu', { log: true }) in a new process shows what TensorFlow says";
  return `it computes on the CPU: ${noNvidiaDevice() ?? `TensorFlow finds no GPU that it can use; ${advice}`}`;
}
