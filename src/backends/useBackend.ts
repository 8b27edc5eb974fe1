import { InceptionError, invalidArgument } from '../errors.js';
import { BACKEND_NAMES, type ActiveBackend, type BackendDevice, type BackendDriver, type BackendName } from './backendDriver.js';
import { checkBackendOptions, type BackendOptions } from './backendOptions.js';
import { cpu } from './cpu.js';
import { missingKernels } from './missingKernels.js';
import type { TensorFlowReport } from './tensorFlowReport.js';
import { tfjsNode } from './tfjsNode.js';
import { tfjsNodeGpu } from './tfjsNodeGpu.js';
import { wasm } from './wasm.js';
import { webgpu } from './webgpu.js';

/** Which backend runs, on what, and why none of those before it does. */
export interface BackendReport {
  readonly name: BackendName;
  /** Where the arithmetic truly runs. */
  readonly device: BackendDevice;
  /** `'TensorFlow 2.9.1'`, `'WebAssembly SIMD, 1 thread'` or `'JavaScript'`. */
  readonly engine: string;
  /** Whether every operation of a training step is there; `missingKernels(name)` lists those that are not. */
  readonly trains: boolean;
  /** The threads among which one operation is divided on the CPU; absent where a GPU computes. */
  readonly threads?: number;
  /** What is beneath tfjs-node and tfjs-node-gpu; absent for the others. */
  readonly tensorflow?: TensorFlowReport;
  /**
   * The backends that `'auto'` tried before this one, in order, each with the reason it was passed over. Last, the backend itself, if it is not
   * on the device that it exists for: `tfjs-node-gpu` that computes on the CPU, whoever asked for it.
   */
  readonly rejected: readonly { readonly name: BackendName; readonly reason: string }[];
}

const DRIVERS: readonly BackendDriver[] = [tfjsNodeGpu, webgpu, tfjsNode, wasm, cpu];

/**
 * Fastest first; the last one always starts. Also on a CPU tfjs-node-gpu is many times as fast as wasm: where tfjs-node does not start it
 * gets another chance.
 */
const TRIED: readonly BackendDriver[] = [tfjsNodeGpu, webgpu, tfjsNode, { ...tfjsNodeGpu, hopeless: undefined }, wasm, cpu];

let report: BackendReport | undefined;

/** Two calls at once would interleave in TensorFlow.js' own switch; the second waits for the first. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Starts a backend and makes it TensorFlow.js' active one. Tensors and models that exist already move over when they are next used.
 *
 * @param name `'auto'` takes the first that starts of tfjs-node-gpu, webgpu, tfjs-node, wasm, cpu; without a GPU tfjs-node-gpu only where
 *   tfjs-node does not start. Any other name means that one and no other.
 * @param options How TensorFlow is to run. `'auto'` passes over those that mean nothing to what it starts; a backend asked for by name refuses them.
 * @returns What was started, and every reason why not what comes before it.
 * @throws InceptionError `BACKEND_UNAVAILABLE` if the backend asked for by name cannot start, or runs already with other options;
 *   `INVALID_ARGUMENT` for an unknown name, or an option that is not usable.
 *
 * @example
 * ```ts
 * const { name, engine, rejected } = await useBackend();
 * console.log(name, engine); // wasm WebAssembly SIMD, 1 thread
 * for (const { name, reason } of rejected) console.log(`not ${name}: ${reason}`);
 * ```
 * @example
 * ```ts
 * await useBackend('tfjs-node-gpu', { gpu: { device: 1, memoryLimit: 4 * 1024 ** 3 } });
 * ```
 */
export function useBackend(name: 'auto' | BackendName = 'auto', options: BackendOptions = {}): Promise<BackendReport> {
  const started = running.then(async () => (report = await start(name, options)));
  running = started.catch(() => undefined);
  return started;
}

/** The report of the backend that {@link useBackend} started last, or `undefined` if it never ran. */
export function activeBackend(): BackendReport | undefined {
  return report;
}

async function start(name: 'auto' | BackendName, options: BackendOptions): Promise<BackendReport> {
  checkBackendOptions('useBackend', options);
  if (name === 'auto') return startFirst(options);
  const driver = DRIVERS.find((candidate) => candidate.name === name);
  if (driver === undefined) throw invalidArgument('useBackend.name', `one of ${['auto', ...BACKEND_NAMES].join(', ')}`, name);
  checkTaken(driver, options);
  try {
    return reportOf(driver, await driver.activate(options), []);
  } catch (cause) {
    if (cause instanceof InceptionError && cause.code === 'INVALID_ARGUMENT') throw cause;
    throw new InceptionError('BACKEND_UNAVAILABLE', `useBackend('${name}'): ${reasonOf(cause)}`, { cause });
  }
}

function checkTaken({ name, takes = [] }: BackendDriver, options: BackendOptions): void {
  const idle = (['gpu', 'threads'] as const).find((key) => options[key] !== undefined && !takes.includes(key));
  if (idle !== undefined) throw invalidArgument(`useBackend('${name}').${idle}`, 'no such option, which means nothing here', options[idle]);
}

async function startFirst(options: BackendOptions): Promise<BackendReport> {
  const reasons = new Map<BackendName, string>();
  const rejected = (): BackendReport['rejected'] => [...reasons].map(([name, reason]) => ({ name, reason }));
  for (const driver of TRIED) {
    try {
      const reason = driver.hopeless?.();
      if (reason !== undefined) throw new InceptionError('BACKEND_UNAVAILABLE', reason);
      const active = await driver.activate(options);
      if (active.device === driver.device || active.fellBack !== undefined) return reportOf(driver, active, rejected());
      reasons.set(driver.name, `it found no usable ${driver.device} device and would compute on the ${active.device}`);
    } catch (cause) {
      if (!reasons.has(driver.name)) reasons.set(driver.name, reasonOf(cause));
    }
  }
  const lines = rejected().map(({ name, reason }) => `  ${name}: ${reason}`);
  throw new InceptionError('BACKEND_UNAVAILABLE', `useBackend('auto'): no backend could start. Tried, in order:\n${lines.join('\n')}`);
}

function reportOf({ name }: BackendDriver, active: ActiveBackend, rejected: BackendReport['rejected']): BackendReport {
  const { fellBack, ...found } = active;
  const all = fellBack === undefined ? rejected : [...rejected.filter((other) => other.name !== name), { name, reason: fellBack }];
  return { name, ...found, trains: missingKernels(name).length === 0, rejected: all };
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const { message } = (cause ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(cause);
}
