import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { nativeHome } from './nativeHome.js';

/** The packages that `inception native install` can bring, by the name of their record. */
export const NATIVE_PACKAGES = {
  'tfjs-node': '@tensorflow/tfjs-node',
  'tfjs-node-gpu': '@tensorflow/tfjs-node-gpu',
  'onnxruntime-node': 'onnxruntime-node',
} as const;

export type NativePackageName = keyof typeof NATIVE_PACKAGES;

/** A path below the package's own folder: no reader follows a record out of it. */
const insidePath = z.string().regex(/^[\w@][\w@.-]*(\/[\w@][\w@.-]*)*$/);

const installedPackage = z.object({
  package: z.string(),
  version: z.string(),
  /** The folder beside the record that holds it. */
  folder: z.string().regex(/^[\w][\w.-]*$/),
  /** The package's main file, below the folder. */
  entry: insidePath,
  /** TensorFlow's version; absent for ONNX Runtime. */
  tensorflow: z.string().optional(),
});

/** The record of one native package, `<home>/<name>.json`: written last, so that it names a folder that is complete. */
export type InstalledPackage = z.infer<typeof installedPackage>;

/**
 * @returns The record and the absolute path of the main file, or `undefined` if the package was never installed.
 * @throws ZodError or SyntaxError if the record is not one.
 */
export function readInstalledPackage(name: NativePackageName): (InstalledPackage & { readonly main: string }) | undefined {
  const home = nativeHome();
  let text: string;
  try {
    text = readFileSync(join(home, `${name}.json`), 'utf8');
  } catch {
    return undefined;
  }
  const record = installedPackage.parse(JSON.parse(text));
  return { ...record, main: join(home, record.folder, record.entry) };
}
