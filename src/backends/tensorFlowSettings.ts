import os from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { InceptionError, invalidArgument } from '../errors.js';
import type { BackendOptions } from './backendOptions.js';
import { configProto } from './configProto.js';
import { installCommand, type NativePackage } from './nativePackage.js';

/** TensorFlow's own variables. It reads each of them once. */
const LOG_LEVEL = 'TF_CPP_MIN_LOG_LEVEL';
const GROWTH = 'TF_FORCE_GPU_ALLOW_GROWTH';
const THREADS = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'] as const;
const DEVICES = 'CUDA_VISIBLE_DEVICES';
/** What native/contextOptions.cc reads. */
const CONFIG = 'TFJS_INCEPTION_TENSORFLOW_CONFIG';

/** Levels: 0 shows everything, 3 nothing but what ends the process. That no driver was found is an error, level 2. */
const EVERYTHING = '0';
const NOTHING = '3';

/** What TensorFlow was started with: {@link BackendOptions}, and where the caller left one out, the environment or the default. */
export interface TensorFlowSettings {
  readonly threads: number;
  readonly log: boolean;
  readonly memoryGrowth: boolean;
  readonly memoryLimit?: number;
  readonly device?: number;
}

/** What the options come to. An option prevails over the environment, and the environment over the default. */
export function tensorFlowSettings({ threads, log, gpu = {} }: BackendOptions): TensorFlowSettings {
  return {
    threads: threads ?? threadsOfEnvironment(),
    log: log ?? !(Number(process.env[LOG_LEVEL] ?? NOTHING) > 0),
    memoryGrowth: gpu.memoryGrowth ?? process.env[GROWTH] !== 'false',
    memoryLimit: gpu.memoryLimit,
    device: gpu.device,
  };
}

/** The threads that TensorFlow takes by itself, which looks at the processors this process may run on and not at a container's share. */
export function threadsOfEnvironment(): number {
  const wanted = Number(realVariable(THREADS[0]));
  return Number.isInteger(wanted) && wanted > 0 ? wanted : os.availableParallelism();
}

/**
 * Writes the settings where TensorFlow will read them: into the process' environment. What the application has set itself stays, unless an
 * option says otherwise.
 *
 * @returns To be called afterwards: takes back everything if nothing was loaded, and otherwise what child processes must not inherit.
 * @throws InceptionError `INVALID_ARGUMENT` for a GPU that `CUDA_VISIBLE_DEVICES` does not show; `BACKEND_UNAVAILABLE` for a memory limit that
 *   the package cannot keep, and in a worker thread whose environment is a copy.
 */
export function writeSettings(options: BackendOptions, found: NativePackage): (isLoaded: boolean) => void {
  const asked = askedVariables(options, found);
  const threads = String(tensorFlowSettings(options).threads);
  const defaults = { [LOG_LEVEL]: NOTHING, [GROWTH]: 'true', [THREADS[0]]: threads, [THREADS[1]]: threads };
  const before = [...Object.keys(defaults), DEVICES, CONFIG].map((name) => [name, process.env[name]] as const);
  const takeBack = (isLoaded: boolean): void => {
    for (const [name, value] of before) {
      if (isLoaded && name in defaults) continue;
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
  Object.assign(process.env, asked);
  if (reachesTensorFlow(asked)) return takeBack;
  takeBack(false);
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    'its options do not reach TensorFlow from this worker thread. Start the thread with `new Worker(file, { env: SHARE_ENV })`, or leave them out.',
  );
}

/** The variables of those options that the caller gave. */
function askedVariables({ log, threads, gpu = {} }: BackendOptions, found: NativePackage): Record<string, string> {
  const { device, memoryLimit, memoryGrowth } = gpu;
  return {
    ...(log !== undefined && { [LOG_LEVEL]: log ? EVERYTHING : NOTHING }),
    ...(threads !== undefined && Object.fromEntries(THREADS.map((name) => [name, String(threads)]))),
    ...(memoryGrowth !== undefined && { [GROWTH]: String(memoryGrowth) }),
    ...(device !== undefined && { [DEVICES]: visibleDevice(device) }),
    ...(memoryLimit !== undefined && { [CONFIG]: serializedLimit(memoryLimit, found) }),
  };
}

function visibleDevice(device: number): string {
  const visible = process.env[DEVICES]?.split(',');
  if (visible === undefined) return String(device);
  if (device < visible.length) return visible[device].trim();
  throw invalidArgument('useBackend.gpu.device', `a number below ${visible.length}, for ${DEVICES} shows no more`, device);
}

function serializedLimit(memoryLimit: number, { packageName, record }: NativePackage): string {
  if (record !== undefined) return Buffer.from(configProto(memoryLimit)).toString('hex');
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `gpu.memoryLimit: expected the package that \`${installCommand('tfjs-node-gpu')}\` builds, got ${packageName} of node_modules, which has no way to limit memory.`,
  );
}

/** A worker thread has a copy of the environment unless it was started with `env: SHARE_ENV`; TensorFlow reads the process' own. */
function reachesTensorFlow(asked: Readonly<Record<string, string>>): boolean {
  return Object.entries(asked).every(([name, value]) => realVariable(name) === value);
}

/** A variable as native code sees it. */
export function realVariable(name: string): string | undefined {
  if (isMainThread) return process.env[name];
  return (process.report.getReport() as { environmentVariables: Record<string, string> }).environmentVariables[name];
}
