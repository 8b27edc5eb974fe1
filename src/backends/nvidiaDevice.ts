import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What an NVIDIA driver makes, by platform; the second of Linux is Windows' own driver, seen from WSL. macOS has none. */
const DRIVER_FILES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/dev/nvidiactl', '/dev/dxg'],
  win32: [join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvcuda.dll')],
};

/** Why no NVIDIA GPU can be used here, as far as that can be told without loading CUDA; `undefined` if one may be. */
export function noNvidiaDevice(): string | undefined {
  const files = DRIVER_FILES[process.platform] ?? [];
  if (!files.some((file) => existsSync(file))) {
    return files.length === 0 ? `there is no CUDA on ${process.platform}` : `no NVIDIA driver shows a device here (${files.join(', ')})`;
  }
  const visible = process.env.CUDA_VISIBLE_DEVICES?.trim();
  if (visible === '' || visible?.startsWith('-1')) return `CUDA_VISIBLE_DEVICES='${visible}' hides every GPU`;
  return undefined;
}
