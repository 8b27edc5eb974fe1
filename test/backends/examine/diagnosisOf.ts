import type { BackendReport } from '../../../src/backends/useBackend.js';
import type { BackendExamination } from '../../../src/backends/examine/examineBackend.js';
import type { Diagnosis } from '../../../src/backends/examine/diagnosis.js';

const report = (name: BackendReport['name'], engine: string, changes: Partial<BackendReport> = {}): BackendReport => {
  return { name, device: 'cpu', engine, trains: true, rejected: [], ...changes };
};

/** Two cores without a GPU, on which the backends that npm alone brings work. */
export function diagnosisOf(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    version: '0.1.0',
    machine: {
      ...{ node: '20.20.2', platform: 'linux', architecture: 'x64', libc: 'glibc 2.36', processor: 'AMD EPYC', cores: 2 },
      ...{
        memoryBytes: 24 * 2 ** 30,
        freeMemoryBytes: 2 ** 34,
        nativeHome: '/home/ada/.local/share/tfjs-inception/native',
        freeDiskBytes: 2 ** 35,
      },
    },
    packages: [{ name: '@tensorflow/tfjs-node' }],
    gpu: { nvidiaModels: [], noCuda: 'no NVIDIA driver shows a device here', renderDevices: [] },
    tools: [{ what: 'npm', version: '11.19.1' }],
    backends: [
      { name: 'tfjs-node-gpu', works: false, reason: 'not installed' },
      { name: 'webgpu', works: false, reason: 'not installed' },
      { name: 'tfjs-node', works: false, reason: 'not installed' },
      working('wasm', 16e9),
      working('cpu', 2e7),
    ],
    fastest: 'wasm',
    auto: { report: report('wasm', 'WebAssembly SIMD, 1 thread', { rejected: [{ name: 'tfjs-node', reason: 'not installed' }] }) },
    onnxRuntime: { works: true, version: '1.30.0' },
    advice: [],
    ...changes,
  };
}

/** A backend that works, at so many multiply-adds a second. */
export function working(
  name: BackendReport['name'],
  multiplyAddsPerSecond: number,
  changes: Partial<BackendReport> = {},
): BackendExamination {
  return { name, works: true, difference: 3.6e-7, multiplyAddsPerSecond, report: report(name, `engine of ${name}`, changes) };
}

/** The same examinations, some of them in others' place. */
export function backendsWith(...others: readonly BackendExamination[]): BackendExamination[] {
  return diagnosisOf().backends.map((examination) => others.find(({ name }) => name === examination.name) ?? examination);
}
