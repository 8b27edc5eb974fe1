import type { BackendName } from '../backendDriver.js';
import type { BackendReport } from '../useBackend.js';
import { askChild } from './askChild.js';

/** CUDA libraries found on a slow disk take half a minute to load. */
const TIMEOUT_MS = 60_000;

/** What trying a backend brought to light. */
export interface BackendExamination {
  readonly name: BackendName;
  /** Whether it started and computes what the cpu backend does. */
  readonly works: boolean;
  /** Why it does not: why it would not load, the signal of a crash, a timeout, a wrong result. */
  readonly reason?: string;
  /** What it says of itself; also of a backend that computes wrongly. */
  readonly report?: BackendReport;
  /** Max|a − b| / max|b| against the cpu backend, over a training step's operations forward and backward; absent where a number was NaN. */
  readonly difference?: number;
  /** Measured on a convolution with both its gradients. */
  readonly multiplyAddsPerSecond?: number;
}

/** How a backend is examined. */
export interface ExamineOptions {
  /** The folder of native packages to look in, in place of the user's own. */
  readonly home?: string;
  /** Milliseconds until a backend that has not answered is given up. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Ends the examination when aborted: the backend then does not work, for that reason. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a backend in a process of its own, compares what it computes with the cpu backend, and measures it.
 *
 * @param name The backend to try.
 * @returns The examination; whatever goes wrong, even a crash, is its `reason`. It never rejects.
 *
 * @example
 * ```ts
 * const { works, reason, difference } = await examineBackend('tfjs-node');
 * ```
 */
export async function examineBackend(name: BackendName, options: ExamineOptions = {}): Promise<BackendExamination> {
  const { home, timeoutMs = TIMEOUT_MS, signal } = options;
  const { answer, failure } = await askChild<BackendExamination>(['backend', name], { home, timeoutMs, signal });
  return answer ?? { name, works: false, reason: failure };
}
