import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NATIVE_PACKAGE_NAMES, NATIVE_PACKAGES, readInstalledPackage } from '../native/installedPackage.js';
import { requireOneCopy } from '../oneCopy.js';
import { attempt } from '../attempt.js';

/** The packages that a backend or an engine may come from; the first two come with this one. */
const PACKAGES = [
  ...['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
  ...['@tensorflow/tfjs-backend-webgpu', 'webgpu', 'onnxruntime-node'],
];

/** A package, or the lack of it. */
export interface FoundPackage {
  readonly name: string;
  /** Absent where the package is nowhere. */
  readonly place?: 'node_modules' | 'native home';
  readonly path?: string;
  readonly version?: string;
  /** Of a package that `inception native install` brought: the TensorFlow under it. */
  readonly tensorflow?: string;
  /** What is wrong with it: damaged, incomplete, or with a copy of TensorFlow.js of its own. */
  readonly problem?: string;
}

/**
 * Looks for every package where the drivers do: in the native home, beside this library, and in the folder this process was started in.
 *
 * @returns In a fixed order; a package that lies in two places twice, one that is nowhere once, without a place.
 */
export function findPackages(): FoundPackage[] {
  return PACKAGES.flatMap((name) => {
    const found = [...inNativeHome(name), ...inNodeModules(name)];
    return found.length > 0 ? found : [{ name }];
  });
}

function inNativeHome(name: string): FoundPackage[] {
  const record = NATIVE_PACKAGE_NAMES.find((key) => NATIVE_PACKAGES[key] === name);
  if (record === undefined) return [];
  const place = 'native home';
  try {
    const installed = readInstalledPackage(record);
    if (installed === undefined) return [];
    const { main: path, version, tensorflow } = installed;
    return [{ name, place, path, version, tensorflow, ...(!existsSync(path) && { problem: 'its record names a file that is gone' }) }];
  } catch (cause) {
    return [{ name, place, problem: oneLine(cause) }];
  }
}

function inNodeModules(name: string): FoundPackage[] {
  const bases = [__filename, attempt(() => join(process.cwd(), 'package.json'))].filter((base) => base !== undefined);
  const paths = bases.flatMap((base) => folderOf(name, base) ?? []);
  return [...new Set(paths)].map((path) => ({ name, place: 'node_modules', path, ...contentsOf(name, path) }));
}

/** The first folder of that name which Node.js would come upon, whatever is in it. */
function folderOf(name: string, base: string): string | undefined {
  const folders = createRequire(base).resolve.paths(name) ?? [];
  const folder = folders.map((above) => join(above, name)).find((path) => existsSync(path));
  return folder === undefined ? undefined : attempt(() => realpathSync(folder));
}

function contentsOf(name: string, path: string): Pick<FoundPackage, 'version' | 'problem'> {
  const manifest = join(path, 'package.json');
  let version: string;
  try {
    version = String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version);
  } catch (cause) {
    return { problem: `its package.json cannot be read: ${oneLine(cause)}` };
  }
  try {
    // The others know nothing of TensorFlow.js.
    if (name.startsWith('@tensorflow/')) requireOneCopy(name, createRequire(manifest).resolve(path));
    return { version };
  } catch (cause) {
    return { version, problem: oneLine(cause) };
  }
}

function oneLine(cause: unknown): string {
  return (cause as Error).message.split('\nRequire stack:')[0].replace(/\s+/g, ' ');
}
