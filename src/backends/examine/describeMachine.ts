import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { glibcVersion } from '../native/install/wheelTags.js';
import { nativeHome } from '../native/nativeHome.js';
import { attempt } from '../attempt.js';

/** What a backend runs on. A field is absent where this machine does not tell. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly architecture: string;
  /** On Linux: `'glibc 2.36'` or `'musl'`. */
  readonly libc?: string;
  readonly processor?: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** What there is, or less where a container's limit is less. */
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** The folder that `inception native install` fills, which need not exist. */
  readonly nativeHome?: string;
  /** On the disk of that folder. */
  readonly freeDiskBytes?: number;
}

/** Looks at the machine; nothing it cannot find out is an error. */
export function describeMachine(): Machine {
  const home = attempt(nativeHome);
  return {
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    libc: process.platform === 'linux' ? libc() : undefined,
    processor: cpus()[0]?.model.trim() || undefined,
    cores: availableParallelism(),
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    freeMemoryBytes: freemem(),
    nativeHome: home,
    freeDiskBytes: home === undefined ? undefined : freeBytes(home),
  };
}

function libc(): string {
  const version = attempt(glibcVersion);
  return version === undefined ? 'musl' : `glibc ${version}`;
}

/** Of the nearest folder above that exists. */
function freeBytes(folder: string): number | undefined {
  const found = attempt(() => statfsSync(folder));
  if (found !== undefined) return found.bavail * found.bsize;
  return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
}
