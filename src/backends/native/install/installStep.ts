import type { InstalledPackage, NativePackageName } from '../installedPackage.js';

/** Where an install is put together, and what is known of it so far. */
export interface Staging {
  readonly name: NativePackageName;
  /** The native home that it will be put into. */
  readonly home: string;
  /** A native home of its own, below the other: what is installed here can be tried before it is put in place. */
  readonly path: string;
  /** The folder in it that will be the package's. */
  readonly folder: string;
  /** The record, as the steps fill it. */
  readonly draft: InstalledPackage;
  readonly signal?: AbortSignal;
  /** What the step does just now, and how far it is, in bytes; `total` where it is known. */
  progress(doing: string, done: number, total?: number): void;
}

/** One step of an install. Each begins anew or goes on from what an earlier run left in the staging folder. */
export interface InstallStep {
  /** One word. */
  readonly name: string;
  /** @returns What was done, for people. */
  run(staging: Staging): Promise<string>;
}

/** The folder in {@link Staging.path} that becomes the package's. */
export const STAGED_FOLDER = 'package';
