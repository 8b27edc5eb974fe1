import type { BackendOptions } from './backendOptions.js';
import type { TensorFlowReport } from './tensorFlowReport.js';

/** The backends that a caller may ask for by name. `'auto'` takes the first that can start. */
export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'webgpu' | 'wasm' | 'cpu';

/** All of them, in the order in which `'auto'` tries them: fastest first. */
export const BACKEND_NAMES: readonly BackendName[] = ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm', 'cpu'];

/** Where the arithmetic truly runs, whatever the backend's name promises: CUDA, a GPU of any make through WebGPU, or the CPU. */
export type BackendDevice = 'cuda' | 'gpu' | 'cpu';

/** What a started backend says of itself. */
export interface ActiveBackend {
  readonly device: BackendDevice;
  /** The engine beneath TensorFlow.js, with its version where it has one: `'TensorFlow 2.9.1'`. */
  readonly engine: string;
  /** The threads among which one operation is divided on the CPU; absent where a GPU computes. */
  readonly threads?: number;
  /** What is beneath the two native packages. */
  readonly tensorflow?: TensorFlowReport;
  /** Why it is not on the device that its driver exists for, where it is not and must be kept all the same. */
  readonly fellBack?: string;
}

/** One way of running TensorFlow.js. */
export interface BackendDriver {
  readonly name: BackendName;
  /** The device this driver exists for. */
  readonly device: BackendDevice;
  /** The options that mean something to it; `log` is open to all. */
  readonly takes?: readonly (keyof BackendOptions)[];
  /** A reason for which `'auto'` does not try it first, if there is one. */
  readonly hopeless?: () => string | undefined;
  /**
   * Starts the backend and makes it TensorFlow.js' active one.
   *
   * @throws Error whose message is the reason, if it cannot.
   */
  activate(options: BackendOptions): Promise<ActiveBackend>;
}
