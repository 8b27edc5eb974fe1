import { InceptionError, invalidArgument } from '../errors.js';
import type { BackendDevice, BackendDriver, BackendName } from './backendDriver.js';
import { cpu } from './cpu.js';
import { missingKernels } from './missingKernels.js';
import { tfjsNode } from './tfjsNode.js';
import { tfjsNodeGpu } from './tfjsNodeGpu.js';
import { wasm } from './wasm.js';

/** Which backend runs, on what, and why none of those before it does. */
export interface BackendReport {
  readonly name: BackendName;
  /** Where the arithmetic truly runs. */
  readonly device: BackendDevice;
  /** `'TensorFlow 2.9.1'`, `'WebAssembly SIMD, 1 thread'` or `'JavaScript'`. */
  readonly engine: string;
  /** Whether every operation of a training step is there; `missingKernels(name)` lists those that are not. */
  readonly trains: boolean;
  /** The backends that `'auto'` tried before this one, in order, each with the reason it was passed over. */
  readonly rejected: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** Fastest first; the last one always starts. */
const DRIVERS: readonly BackendDriver[] = [tfjsNodeGpu, tfjsNode, wasm, cpu];

const NAMES: readonly string[] = ['auto', ...DRIVERS.map(({ name }) => name), 'webgpu'];

let report: BackendReport | undefined;

/** Two calls at once would interleave in TensorFlow.js' own switch; the second waits for the first. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Starts a backend and makes it TensorFlow.js' active one. Tensors and models that exist already move over when they are next used.
 *
 * @param name `'auto'` takes the first that starts of tfjs-node-gpu, tfjs-node, wasm, cpu. Any other name means that one and no other.
 * @returns What was started, and every reason why not what comes before it.
 * @throws InceptionError `BACKEND_UNAVAILABLE` if the backend asked for by name cannot start; `INVALID_ARGUMENT` for an unknown name.
 *
 * @example
 * ```ts
 * const { name, engine, rejected } = await useBackend();
 * console.log(name, engine); // wasm WebAssembly SIMD, 1 thread
 * for (const { name, reason } of rejected) console.log(`not ${name}: ${reason}`);
 * ```
 */
export function useBackend(name: 'auto' | BackendName = 'auto'): Promise<BackendReport> {
  const started = running.then(async () => (report = await start(name)));
  running = started.catch(() => undefined);
  return started;
}

/** The report of the backend that {@link useBackend} started last, or `undefined` if it never ran. */
export function activeBackend(): BackendReport | undefined {
  return report;
}

async function start(name: 'auto' | BackendName): Promise<BackendReport> {
  if (name === 'auto') return startFirst();
  if (name === 'webgpu') {
    throw new InceptionError('BACKEND_UNAVAILABLE', "useBackend('webgpu'): WebGPU is later work, not part of this version. Use 'auto'.");
  }
  const driver = DRIVERS.find((candidate) => candidate.name === name);
  if (driver === undefined) throw invalidArgument('useBackend.name', `one of ${NAMES.join(', ')}`, name);
  try {
    return await reportOf(driver, []);
  } catch (cause) {
    throw new InceptionError('BACKEND_UNAVAILABLE', `useBackend('${name}'): ${reasonOf(cause)}`, { cause });
  }
}

async function startFirst(): Promise<BackendReport> {
  const rejected: { name: BackendName; reason: string }[] = [];
  for (const driver of DRIVERS) {
    try {
      const found = await reportOf(driver, rejected);
      if (found.device === driver.device) return found;
      rejected.push({ name: driver.name, reason: `it found no usable ${driver.device} device and would compute on the ${found.device}` });
    } catch (cause) {
      rejected.push({ name: driver.name, reason: reasonOf(cause) });
    }
  }
  const reasons = rejected.map(({ name, reason }) => `  ${name}: ${reason}`).join('\n');
  throw new InceptionError('BACKEND_UNAVAILABLE', `useBackend('auto'): no backend could start. Tried, in order:\n${reasons}`);
}

async function reportOf(driver: BackendDriver, rejected: BackendReport['rejected']): Promise<BackendReport> {
  const { device, engine } = await driver.activate();
  return { name: driver.name, device, engine, trains: missingKernels(driver.name).length === 0, rejected };
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const { message } = (cause ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(cause);
}
