import { checkOptions, invalidArgument } from '../errors.js';

/** What `tfjs-node-gpu` does with the GPU. */
export interface GpuOptions {
  /** The GPU, counted from 0 among those that CUDA shows. Default: the last of them, which is TensorFlow.js' choice. */
  readonly device?: number;
  /** Bytes of the GPU's memory that TensorFlow may take at most. Only with the package that `inception native install --cuda` builds. */
  readonly memoryLimit?: number;
  /** Whether TensorFlow takes memory as it needs it (default), or nearly all of it at once. */
  readonly memoryGrowth?: boolean;
}

/** How a backend is to run. TensorFlow reads all of it once, when it is loaded. */
export interface BackendOptions {
  readonly gpu?: GpuOptions;
  /** Threads that TensorFlow computes with on the CPU. Default: as many as this process may run at once. */
  readonly threads?: number;
  /** Whether TensorFlow may write its messages to stderr. Default: what `TF_CPP_MIN_LOG_LEVEL` says where it is set, and otherwise no. */
  readonly log?: boolean;
}

const KNOWN: Readonly<Record<keyof BackendOptions, true>> = { gpu: true, threads: true, log: true };
const KNOWN_OF_GPU: Readonly<Record<keyof GpuOptions, true>> = { device: true, memoryLimit: true, memoryGrowth: true };

const MEBIBYTE = 2 ** 20;

/** @throws InceptionError `INVALID_ARGUMENT` naming the first option that is not usable. */
export function checkBackendOptions(where: string, options: BackendOptions): void {
  checkOptions<BackendOptions>(where, options, KNOWN);
  const { gpu = {}, threads, log } = options;
  checkOptions<GpuOptions>(`${where}.gpu`, gpu, KNOWN_OF_GPU);
  const { device, memoryLimit, memoryGrowth } = gpu;
  checkInteger(`${where}.threads`, threads, 1);
  checkInteger(`${where}.gpu.device`, device, 0);
  checkInteger(`${where}.gpu.memoryLimit`, memoryLimit, MEBIBYTE, 'It is in bytes: 4 * 1024 ** 3 are 4 GiB.');
  checkBoolean(`${where}.gpu.memoryGrowth`, memoryGrowth);
  checkBoolean(`${where}.log`, log);
}

function checkInteger(where: string, value: unknown, least: number, advice?: string): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  throw invalidArgument(where, `an integer of at least ${least}`, value, advice);
}

function checkBoolean(where: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalidArgument(where, 'a boolean', value);
}
