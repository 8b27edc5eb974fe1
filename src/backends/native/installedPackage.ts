import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { expectedGot, InceptionError } from '../../errors.js';
import { attempt } from '../attempt.js';
import { nativeHome } from './nativeHome.js';

/** The packages that `inception native install` can bring, by the name of their record. */
export const NATIVE_PACKAGES = {
  'tfjs-node': '@tensorflow/tfjs-node',
  'tfjs-node-gpu': '@tensorflow/tfjs-node-gpu',
  'onnxruntime-node': 'onnxruntime-node',
} as const;

export type NativePackageName = keyof typeof NATIVE_PACKAGES;

export const NATIVE_PACKAGE_NAMES = Object.keys(NATIVE_PACKAGES) as readonly NativePackageName[];

/** What installs each of them. */
export const INSTALL_COMMANDS: Readonly<Record<NativePackageName, string>> = {
  'tfjs-node': 'inception native install',
  'tfjs-node-gpu': 'inception native install --cuda',
  'onnxruntime-node': 'inception native install --onnx',
};

/** A path below the package's own folder: no reader follows a record out of it. */
const insidePath = z.string().regex(/^[\w@][\w@.-]*(\/[\w@][\w@.-]*)*$/);

const installedPackage = z.object({
  package: z.string(),
  version: z.string(),
  /** The folder beside the record that holds it. */
  folder: z.string().regex(/^[\w][\w.-]*$/),
  /** The package's main file, below the folder. */
  entry: insidePath,
  /** TensorFlow's version, as the library itself gives it; absent for ONNX Runtime. */
  tensorflow: z.string().optional(),
  /** What was asked for, in one line: an install that asks for the same finds it done. */
  request: z.string().optional(),
  /** Where TensorFlow's libraries came from: a wheel's name, or a folder. */
  libraries: z.string().optional(),
  /** The versions that TensorFlow was built for; absent in a build without CUDA. */
  needs: z.object({ cuda: z.string().optional(), cudnn: z.string().optional() }).optional(),
  /** The `nvidia-*` packages that lie beside TensorFlow, and their versions. */
  nvidia: z.record(z.string(), z.string()).optional(),
  /** ISO 8601. */
  installedAt: z.string().optional(),
  /** On the disk. */
  bytes: z.number().optional(),
  /** The bytes of each shared library, by its path below the folder; absent from records written before there was this field. */
  librarySizes: z.record(z.string(), z.number()).optional(),
  /** The version of Node.js that verified it. */
  node: z.string().optional(),
});

/** The record of one native package, `<home>/<name>.json`: written last, so that it names a folder that is complete. */
export type InstalledPackage = z.infer<typeof installedPackage>;

/**
 * @param home The folder to look in, for one that is not the user's own.
 * @returns The record and the absolute path of the main file, or `undefined` if the package was never installed, as for a user without a home.
 * @throws InceptionError `BACKEND_UNAVAILABLE` if the record is damaged, or a library has another size than it was installed with.
 */
export function readInstalledPackage(
  name: NativePackageName,
  home = attempt(nativeHome),
): (InstalledPackage & { readonly main: string }) | undefined {
  if (home === undefined) return undefined;
  const record = readRecord(name, home);
  if (record === undefined) return undefined;
  const folder = join(home, record.folder);
  requireWhole(folder, record.librarySizes, INSTALL_COMMANDS[name]);
  return { ...record, main: join(folder, record.entry) };
}

/** Opening a library that is cut short ends the process (SIGBUS). One that is gone is an ordinary error of whatever opens it. */
function requireWhole(folder: string, sizes: InstalledPackage['librarySizes'] = {}, command: string): void {
  for (const [library, bytes] of Object.entries(sizes)) {
    const file = join(folder, library);
    const found = attempt(() => statSync(file).size) ?? bytes;
    if (found === bytes) continue;
    throw expectedGot('BACKEND_UNAVAILABLE', file, `the ${bytes} bytes that were installed`, found, `Install it again: ${command}`);
  }
}

/** The same without what follows from it. */
export function readRecord(name: NativePackageName, home: string): InstalledPackage | undefined {
  const file = join(home, `${name}.json`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return installedPackage.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${file}: expected the record of an installed package, got a damaged one. Install it again: ${INSTALL_COMMANDS[name]}`;
    throw new InceptionError('BACKEND_UNAVAILABLE', message, { cause });
  }
}
