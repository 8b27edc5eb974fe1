import type { BackendReport } from '../backends/useBackend.js';
import { oneOf } from './arguments.js';

const NAMES = ['auto', 'tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm', 'cpu'] as const;

export type BackendChoice = (typeof NAMES)[number];

export const BACKEND_FLAG = ['--backend <name>', `where to compute: ${NAMES.join(', ')}`, oneOf('--backend', NAMES), 'auto'] as const;

/** The backend in one line: `wasm (WebAssembly SIMD, 1 thread)`; with the device, where the name promises CUDA. */
export function backendLine({ name, engine, device }: BackendReport): string {
  const where = device === 'cuda' ? ', CUDA' : name === 'tfjs-node-gpu' ? ', on the CPU' : '';
  return `${name} (${engine}${where})`;
}
