import { join } from 'node:path';
import { examineBackend } from '../examine/examineBackend.js';
import { folderBytes } from './install/folderBytes.js';
import { NATIVE_PACKAGE_NAMES, readRecord, type InstalledPackage, type NativePackageName } from './installedPackage.js';
import { checkOnnxRuntime } from './installOnnxRuntime.js';
import { nativeHome } from './nativeHome.js';

/** One package that `inception native install` brought. */
export interface NativeStatus {
  readonly name: NativePackageName;
  /** Absent if it is damaged. */
  readonly record?: InstalledPackage;
  /** Where it lies. */
  readonly path: string;
  /** On the disk. */
  readonly bytes: number;
  readonly works: boolean;
  /** Why it does not. */
  readonly reason?: string;
}

/**
 * What is installed in the native home, each tried in a process of its own.
 *
 * @param signal Ends the trials.
 */
export async function nativeStatus(signal?: AbortSignal): Promise<NativeStatus[]> {
  const all: NativeStatus[] = [];
  for (const name of NATIVE_PACKAGE_NAMES) {
    const one = await statusOf(name, signal);
    if (one) all.push(one);
  }
  return all;
}

async function statusOf(name: NativePackageName, signal?: AbortSignal): Promise<NativeStatus | undefined> {
  const home = nativeHome();
  let record: InstalledPackage | undefined;
  try {
    record = readRecord(name, home);
  } catch (error) {
    return { name, path: home, bytes: 0, works: false, reason: (error as Error).message };
  }
  if (record === undefined) return undefined;
  const path = join(home, record.folder);
  return { name, record, path, bytes: await folderBytes(path), ...(await tried(name, home, signal)) };
}

async function tried(name: NativePackageName, home: string, signal?: AbortSignal): Promise<Pick<NativeStatus, 'works' | 'reason'>> {
  if (name !== 'onnxruntime-node') {
    const { works, reason } = await examineBackend(name, { home, signal });
    return works ? { works } : { works, reason };
  }
  return checkOnnxRuntime(home, signal).then(
    () => ({ works: true }),
    (error: Error) => ({ works: false, reason: error.message }),
  );
}
