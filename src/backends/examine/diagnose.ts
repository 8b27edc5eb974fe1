import { version } from '../../version.js';
import { BACKEND_NAMES, type BackendName } from '../backendDriver.js';
import type { BackendReport } from '../useBackend.js';
import { adviseOn } from './adviseOn.js';
import { askChild } from './askChild.js';
import { describeMachine } from './describeMachine.js';
import type { Diagnosis } from './diagnosis.js';
import { examineBackend, type BackendExamination } from './examineBackend.js';
import { examineOnnxRuntime } from './examineOnnxRuntime.js';
import { findGpu } from '../findGpu.js';
import { findPackages } from './findPackages.js';
import { findTools } from './findTools.js';

/** What a diagnosis goes through, for a bar that shows it. */
export const DIAGNOSIS_STEPS: readonly string[] = ['this machine', ...BACKEND_NAMES, 'auto', 'ONNX Runtime'];

/** How a diagnosis is made. */
export interface DiagnoseOptions {
  /** Milliseconds until a backend that has not answered is given up. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Called before each of `DIAGNOSIS_STEPS`. */
  readonly onStep?: (step: string) => void;
}

/**
 * Finds out what can compute here, how fast, and what would be faster: about ten seconds on two cores. Nothing that is broken on this
 * machine makes it throw, and it asks no network.
 *
 * @example
 * ```ts
 * const { fastest, auto, advice } = await diagnose();
 * ```
 */
export async function diagnose({ timeoutMs, onStep }: DiagnoseOptions = {}): Promise<Diagnosis> {
  onStep?.('this machine');
  const found = { version, machine: describeMachine(), packages: findPackages(), gpu: findGpu(), tools: await findTools() };
  // One after another: they are measured.
  const backends: BackendExamination[] = [];
  for (const name of BACKEND_NAMES) {
    onStep?.(name);
    backends.push(await examineBackend(name, { timeoutMs }));
  }
  onStep?.('auto');
  const { answer: report, failure: reason } = await askChild<BackendReport>(['auto'], { timeoutMs });
  onStep?.('ONNX Runtime');
  const onnxRuntime = await examineOnnxRuntime(found.packages, timeoutMs);
  const diagnosis = { ...found, backends, fastest: fastestOf(backends), auto: { report, reason }, onnxRuntime };
  return { ...diagnosis, advice: adviseOn(diagnosis) };
}

function fastestOf(backends: readonly BackendExamination[]): BackendName | undefined {
  const able = backends.filter(({ works, report }) => works && report?.trains);
  const speed = ({ multiplyAddsPerSecond = 0 }: BackendExamination): number => multiplyAddsPerSecond;
  return able.sort((a, b) => speed(b) - speed(a))[0]?.name;
}
