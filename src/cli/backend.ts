import { BACKEND_NAMES, type BackendName } from '../backends/backendDriver.js';
import type { BackendReport } from '../backends/useBackend.js';
import { oneOf } from './arguments.js';

export type BackendChoice = 'auto' | BackendName;

const NAMES: readonly BackendChoice[] = ['auto', ...BACKEND_NAMES];

export const BACKEND_FLAG = ['--backend <name>', `where to compute: ${NAMES.join(', ')}`, oneOf('--backend', NAMES), 'auto'] as const;

/** The backend in one line: `wasm (WebAssembly SIMD, 1 thread)`; with the device, where the name promises CUDA. */
export function backendLine({ name, engine, device }: BackendReport): string {
  const where = device === 'cuda' ? ', CUDA' : name === 'tfjs-node-gpu' ? ', on the CPU' : '';
  return `${name} (${engine}${where})`;
}
