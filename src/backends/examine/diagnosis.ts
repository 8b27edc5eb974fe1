import type { BackendName } from '../backendDriver.js';
import type { BackendReport } from '../useBackend.js';
import type { Machine } from './describeMachine.js';
import type { BackendExamination } from './examineBackend.js';
import type { OnnxRuntimeExamination } from './examineOnnxRuntime.js';
import type { FoundGpu } from '../findGpu.js';
import type { FoundPackage } from './findPackages.js';
import type { FoundTool } from './findTools.js';

/** What `inception doctor` finds out. */
export interface Diagnosis {
  /** Of this package. */
  readonly version: string;
  readonly machine: Machine;
  readonly packages: readonly FoundPackage[];
  readonly gpu: FoundGpu;
  /** What a native install needs. */
  readonly tools: readonly FoundTool[];
  /** Every backend, each tried in a process of its own, in the order in which `'auto'` tries them. */
  readonly backends: readonly BackendExamination[];
  /** The fastest of those that work and can train; absent if none can. */
  readonly fastest?: BackendName;
  /** What `useBackend('auto')` takes, with what it passed over and why; or why it takes nothing. */
  readonly auto: { readonly report?: BackendReport; readonly reason?: string };
  /** The engine that classifies faster than TensorFlow.js. */
  readonly onnxRuntime: OnnxRuntimeExamination;
  /** What to run to get something faster; a text alone where there is nothing to run. */
  readonly advice: readonly Advice[];
}

/** One sentence, and the command that does what it says. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}
