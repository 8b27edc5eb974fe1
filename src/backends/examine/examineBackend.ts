import type { BackendName } from '../backendDriver.js';
import type { BackendReport } from '../useBackend.js';
import { askChild, type AskOptions } from './askChild.js';

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

/**
 * Starts a backend in a process of its own, compares what it computes with the cpu backend, and measures it.
 *
 * @param options An examination that is ended by its `signal` or its time says that the backend does not work, for that reason.
 * @returns The examination; whatever goes wrong, even a crash, is its `reason`. It never rejects.
 *
 * @example
 * ```ts
 * const { works, reason, difference } = await examineBackend('tfjs-node');
 * ```
 */
export async function examineBackend(name: BackendName, options: AskOptions = {}): Promise<BackendExamination> {
  const { answer, failure } = await askChild<BackendExamination>(['backend', name], options);
  return answer ?? { name, works: false, reason: failure };
}
