import { statfs } from 'node:fs/promises';
import { InceptionError } from '../../../errors.js';
import { FREE_SPACE, WHERE } from './installFailure.js';

const MB = 1e6;

/**
 * What an install takes at its fullest moment, in bytes, as measured with TensorFlow 2.21.0, TensorFlow.js 4.22.0 and ONNX Runtime 1.30.0.
 * pip writes what it downloads twice, and a wheel lies beside what is unpacked from it until that is whole.
 */
export const NEEDED_BYTES = {
  /** 8.8 MB of npm's packages and what is compiled from them. */
  packages: 20 * MB,
  /** tensorflow-cpu's wheel, 273.8 MB, and its libraries and headers, 859.3 MB. */
  cpuWheel: 275 * MB,
  cpuLibraries: 860 * MB,
  /** tensorflow's wheel, 572.4 MB, and the same of it, 1,265.1 MB. */
  cudaWheel: 575 * MB,
  cudaLibraries: 1270 * MB,
  /** 4,027 MB of NVIDIA's libraries, the largest of whose wheels has 717 MB: twice. */
  nvidia: 5500 * MB,
  /** 302 MB, for all platforms. */
  onnxRuntime: 310 * MB,
} as const;

/**
 * @param needed Bytes that will be written below the folder, which exists.
 * @throws InceptionError `WRITE_FAILED` if its disk has less.
 */
export async function requireSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  const message = `${WHERE}: expected ${megabytes(needed)} free in ${folder}, got ${megabytes(free)}. ${FREE_SPACE}`;
  throw new InceptionError('WRITE_FAILED', message);
}

/** `1,130.2 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / MB).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
