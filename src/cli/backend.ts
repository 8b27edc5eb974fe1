import type { BackendReport } from '../backends/useBackend.js';
import { oneOf } from './arguments.js';

const NAMES = ['auto', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;

export type BackendChoice = (typeof NAMES)[number];

export const BACKEND_FLAG = ['--backend <name>', `where to compute: ${NAMES.join(', ')}`, oneOf('--backend', NAMES), 'auto'] as const;

/** The backend in one line: `wasm (WebAssembly SIMD, 1 thread)`. */
export function backendLine({ name, engine, device }: BackendReport): string {
  return `${name} (${engine}${device === 'cuda' ? ', CUDA' : ''})`;
}
