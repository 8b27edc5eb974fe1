import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NATIVE_PACKAGES, type InstalledPackage, type NativePackageName } from '../installedPackage.js';
import { nativeHome } from '../nativeHome.js';
import { requireSpace } from './diskSpace.js';
import { filesBelow, totalBytes } from './filesBelow.js';
import { folderBytes } from './folderBytes.js';
import { asInstallFailure, throwIfAborted } from './installFailure.js';
import { holdingLock } from './installLock.js';
import { newFolderName, removeFolders, soundRecord, writeRecord } from './installRecord.js';
import { STAGED_FOLDER, type InstallStep, type Staging } from './installStep.js';
import { librarySizes } from './librarySizes.js';
import { PACKAGES } from './npmPackages.js';
import { requireAll, type Requirement } from './requirements.js';

/** Everything that makes one package. */
export interface InstallPlan {
  readonly name: NativePackageName;
  /** The npm package's version. */
  readonly version: string;
  /** Its main file, below the package's own folder in `node_modules`. */
  readonly main: string;
  /** What is asked for, in one line; equal lines mean equal packages. */
  readonly request: string;
  readonly requirements: readonly Requirement[];
  /** Bytes that the disk must have for all of it. */
  readonly needed: number;
  readonly steps: readonly InstallStep[];
  /**
   * Tries what lies in a native home.
   *
   * @returns What was seen, and the version that the library gives of itself, where it does.
   * @throws InceptionError saying what is wrong with it.
   */
  verify(home: string, signal?: AbortSignal): Promise<Verified>;
}

export interface Verified {
  readonly seen: string;
  readonly tensorflow?: string;
}

/** How an install is watched and ended. */
export interface InstallWatch {
  /** Installs anew even where the same is installed already. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Called often within a step, with bytes. */
  readonly onProgress?: (doing: string, done: number, total?: number) => void;
  /** Called after each step. */
  readonly onStep?: (step: { readonly name: string; readonly done: string; readonly elapsedMs: number }) => void;
}

/** What was installed, or was found installed. */
export interface NativeInstall {
  readonly name: NativePackageName;
  readonly home: string;
  readonly record: InstalledPackage;
  /** Whether the same was there already, and works. */
  readonly wasThere: boolean;
}

/**
 * Puts a package together in a staging folder, tries it there, and only then puts it in place. What was in place stays until then; the staging
 * folder survives a failure, and the next run goes on from it.
 */
export async function runInstall(plan: InstallPlan, watch: InstallWatch = {}): Promise<NativeInstall> {
  const home = nativeHome();
  try {
    return await holdingLock(home, async () => (await foundInstalled(plan, home, watch)) ?? (await install(plan, home, watch)));
  } catch (error) {
    throw asInstallFailure(error, home);
  }
}

/** The same package, if it is installed and still works. */
async function foundInstalled(
  plan: InstallPlan,
  home: string,
  { force, signal, onStep }: InstallWatch,
): Promise<NativeInstall | undefined> {
  const record = soundRecord(plan.name, home);
  if (force || record?.request !== plan.request) return undefined;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  try {
    const { seen } = await plan.verify(home, signal);
    onStep?.({ name: 'verify', done: `installed already: ${seen}`, elapsedMs: elapsed() });
    return { name: plan.name, home, record, wasThere: true };
  } catch (error) {
    throwIfAborted(signal);
    onStep?.({ name: 'verify', done: `installed, but broken: ${(error as Error).message}`, elapsedMs: elapsed() });
    return undefined;
  }
}

async function install(plan: InstallPlan, home: string, watch: InstallWatch): Promise<NativeInstall> {
  const { signal, onStep, onProgress } = watch;
  await requireAll(plan.requirements);
  const path = await openStaging(plan, home);
  await requireSpace(home, plan.needed - (await folderBytes(path)));
  const staging: Staging = {
    ...{ name: plan.name, home, path, folder: join(path, STAGED_FOLDER), draft: draftOf(plan), signal },
    progress: (doing, done, total) => onProgress?.(doing, done, total),
  };
  const verify: InstallStep = { name: 'verify', run: () => tryStaged(plan, staging) };
  for (const step of [...plan.steps, verify]) {
    throwIfAborted(signal);
    const startedAt = performance.now();
    onProgress?.(step.name, 0);
    const done = await step.run(staging);
    onStep?.({ name: step.name, done, elapsedMs: performance.now() - startedAt });
  }
  throwIfAborted(signal);
  return { name: plan.name, home, record: await commit(staging), wasThere: false };
}

const draftOf = ({ name, version, request, main }: InstallPlan): InstalledPackage => ({
  ...{ package: NATIVE_PACKAGES[name], version, folder: STAGED_FOLDER, request, node: process.version },
  entry: `${PACKAGES}/node_modules/${NATIVE_PACKAGES[name]}/${main}`,
});

/** The staging folder with what an earlier run left in it, if that run made the same. */
async function openStaging({ name, request }: InstallPlan, home: string): Promise<string> {
  const path = join(home, 'staging', name);
  const file = join(path, 'request');
  if ((await readFile(file, 'utf8').catch(() => undefined)) !== request) await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  await writeFile(file, request);
  return path;
}

async function tryStaged(plan: InstallPlan, { name, path, draft, signal }: Staging): Promise<string> {
  await writeRecord(path, name, draft);
  const { seen, tensorflow } = await plan.verify(path, signal);
  if (tensorflow !== undefined) Object.assign(draft, { tensorflow });
  return seen;
}

/** From here on nothing asks whether to stop: until the record is written the former package is in place, and from then on the new one. */
async function commit({ name, home, path, folder: staged, draft }: Staging): Promise<InstalledPackage> {
  const folder = newFolderName(name, draft.tensorflow ?? draft.version);
  const former = soundRecord(name, home)?.folder;
  const files = await filesBelow(staged);
  const sizes = { bytes: totalBytes(files), librarySizes: librarySizes(files) };
  const record = { ...draft, folder, ...sizes, installedAt: new Date().toISOString() };
  await rename(staged, join(home, folder));
  await writeRecord(home, name, record);
  if (former !== undefined) await rm(join(home, former), { recursive: true, force: true });
  await removeFolders(home, name, folder);
  await rm(path, { recursive: true, force: true });
  // Another package's staging may lie beside it.
  await rmdir(dirname(path)).catch(() => undefined);
  return record;
}
