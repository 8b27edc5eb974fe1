import { useBackend, type BackendReport } from '../backends/useBackend.js';
import { invalidArgument } from '../errors.js';

const NAMES = ['auto', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;

export const BACKEND_FLAG = ['--backend <name>', `where to compute: ${NAMES.join(', ')}`, 'auto'] as const;

/** Starts the backend that `--backend` asks for. */
export function startBackend(name: string): Promise<BackendReport> {
  const known = NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw invalidArgument('--backend', `one of ${NAMES.join(', ')}`, name);
  return useBackend(known);
}

/** The backend in one line: `wasm (WebAssembly SIMD, 1 thread)`. */
export function backendLine({ name, engine, device }: BackendReport): string {
  return `${name} (${engine}${device === 'cuda' ? ', CUDA' : ''})`;
}
