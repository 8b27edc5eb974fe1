import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { noNvidiaDevice } from './nvidiaDevice.js';
import { attempt } from './attempt.js';

const DRIVER = '/proc/driver/nvidia';
const RENDER_FOLDER = '/dev/dri';

/** Where drivers and containers put libcuda; the last is WSL's. */
const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/lib/wsl/lib'];

/** What there is of a GPU, without asking a driver. */
export interface FoundGpu {
  /** The version of NVIDIA's kernel driver. */
  readonly nvidiaDriver?: string;
  /** NVIDIA's GPUs by model. */
  readonly nvidiaModels: readonly string[];
  /** NVIDIA's `libcuda.so.1`, without which CUDA finds no GPU. */
  readonly cudaLibrary?: string;
  /** Why CUDA can use no GPU here, as far as can be told without loading it. */
  readonly noCuda?: string;
  /** Devices of any make that can compute: `/dev/dri/renderD128`. */
  readonly renderDevices: readonly string[];
}

/** Looks for GPUs and drivers in the places where Linux shows them. */
export function findGpu(): FoundGpu {
  const folders = [...(process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(Boolean), ...LIBRARY_FOLDERS];
  return {
    nvidiaDriver: /\b\d+\.\d+(\.\d+)*\b/.exec(read(join(DRIVER, 'version')))?.[0],
    nvidiaModels: namesIn(join(DRIVER, 'gpus')).map(modelOf),
    cudaLibrary: folders.map((folder) => join(folder, 'libcuda.so.1')).find((path) => existsSync(path)),
    noCuda: noNvidiaDevice(),
    renderDevices: namesIn(RENDER_FOLDER)
      .filter((name) => name.startsWith('render'))
      .map((name) => join(RENDER_FOLDER, name)),
  };
}

function modelOf(address: string): string {
  return /^Model:\s*(.+)$/m.exec(read(join(DRIVER, 'gpus', address, 'information')))?.[1] ?? address;
}

function namesIn(folder: string): string[] {
  return attempt(() => readdirSync(folder).sort()) ?? [];
}

function read(file: string): string {
  return attempt(() => readFileSync(file, 'utf8')) ?? '';
}
