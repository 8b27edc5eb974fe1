import { realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { InceptionError } from '../errors.js';
import { mappedLibraries } from './mappedLibraries.js';
import {
  INSTALL_COMMANDS,
  NATIVE_PACKAGES,
  readInstalledPackage,
  type InstalledPackage,
  type NativePackageName,
} from './native/installedPackage.js';
import { noNvidiaDevice } from './nvidiaDevice.js';
import { requireOneCopy } from './oneCopy.js';
import { findInstalled } from './resolveInstalled.js';

/** The backends that are native packages. */
export type NativeBackendName = 'tfjs-node' | 'tfjs-node-gpu';

/** A native package as it lies on the disk. */
export interface NativePackage {
  readonly name: NativeBackendName;
  readonly packageName: string;
  /** Its main file. */
  readonly main: string;
  /** What `inception native install` wrote of it; absent for a package that npm put into `node_modules`. */
  readonly record?: InstalledPackage;
}

/**
 * The package that `inception native install` brought, or else the application's own.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if there is neither, or if the application's works on a second copy of TensorFlow.js.
 */
export function nativePackage(name: NativeBackendName): NativePackage {
  const packageName = NATIVE_PACKAGES[name];
  const record = readInstalledPackage(name);
  if (record !== undefined) return { name, packageName, main: record.main, record };
  const main = findInstalled(packageName);
  if (main === undefined) {
    const inVain = name === 'tfjs-node-gpu' ? noNvidiaDevice() : undefined;
    const advice = inVain === undefined ? `. Install it with \`${installCommand(name)}\`` : `, and would compute on the CPU: ${inVain}`;
    throw new InceptionError('BACKEND_UNAVAILABLE', `${packageName} is not installed${advice}.`);
  }
  requireOneCopy(packageName, main);
  return { name, packageName, main };
}

/** What brings the package. */
export function installCommand(name: NativePackageName): string {
  return `npx ${INSTALL_COMMANDS[name]}`;
}

/** The addon of a native package that this process has loaded, in whichever thread; `undefined` also where that cannot be seen. */
export function loadedAddon(): string | undefined {
  return mappedLibraries().find((path) => path.endsWith(`${sep}tfjs_binding.node`));
}

/** Whether this process has a TensorFlow: it stays when the thread that loaded it has ended, and the addon has gone with it. */
export function hasTensorFlow(): boolean {
  return mappedLibraries().some((path) => /[\\/](tfjs_binding\.node|libtensorflow[^\\/]*)$/.test(path));
}

/** Whether a file lies in a package: `main` is its `dist/index.js`. */
export function isFileOf({ main }: NativePackage, file: string): boolean {
  return file.startsWith(dirname(dirname(realpathSync(main))) + sep);
}
