import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { expectedGot, invalidArgument } from '../errors.js';
import { FORMAT_EXTENSIONS, MODEL_FORMATS, type ModelFormat } from './modelFormat.js';

/** The name of a tfjs-layers model's description within its folder. */
export const MODEL_FILE = 'model.json';

const EXTENSIONS = Object.entries(FORMAT_EXTENSIONS) as readonly [ModelFormat, readonly string[]][];

const SUPPORTED = `a folder or a path ending in ${MODEL_FILE} (tfjs-layers), ${EXTENSIONS.map(([, names]) => names.join(', ')).join(', ')}`;

/** Keras' own, which is read and not written. */
const WEIGHTS_ALONE = '.weights.h5';

/** Where a model lies. */
export interface ModelPath {
  readonly format: ModelFormat;
  /** Of tfjs-layers the model's own folder, of others the one that the file lies in. */
  readonly folder: string;
  /** The file; of tfjs-layers the description within the folder. */
  readonly file: string;
}

/**
 * The format, folder and file that a caller's path means, by its name.
 *
 * @param access `'read'` accepts any `.json` file, as other tools name theirs freely; `'write'` only `model.json`: two models in one folder
 *   could not tell whose weights are whose.
 * @throws InceptionError `INVALID_ARGUMENT` if `path` is not a non-empty string or `format` is unknown; `UNSUPPORTED_FORMAT` if the path's
 *   extension is none that is supported.
 */
export async function resolveModelPath(
  where: string,
  path: string,
  { access, format }: { readonly access: 'read' | 'write'; readonly format?: ModelFormat },
): Promise<ModelPath> {
  checkPath(where, path);
  if (access === 'write' && path.toLowerCase().endsWith(WEIGHTS_ALONE)) {
    const advice = `Keras looks for weights alone under a name that ends in ${WEIGHTS_ALONE}; this is a whole model.`;
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.path`, '.keras or .h5', path, advice);
  }
  if (format !== undefined && !MODEL_FORMATS.includes(format)) {
    throw invalidArgument(`${where}.format`, MODEL_FORMATS.map((name) => `'${name}'`).join(', '), format);
  }
  if (format !== undefined && format !== 'tfjs-layers') return { format, folder: dirname(path), file: path };
  const extension = extensionOf(path);
  if ((await isFolder(path)) || path.endsWith('/') || path.endsWith(sep)) return inFolder(path);
  if (basename(path) === MODEL_FILE || (access === 'read' && extension === '.json')) {
    return { format: 'tfjs-layers', folder: dirname(path), file: path };
  }
  if (extension === '' || (format === 'tfjs-layers' && extension !== '.json')) return inFolder(path);
  const named = EXTENSIONS.find(([, names]) => names.includes(extension));
  if (named) return { format: named[0], folder: dirname(path), file: path };
  throw expectedGot('UNSUPPORTED_FORMAT', `${where}.path`, SUPPORTED, path);
}

/** @throws InceptionError `INVALID_ARGUMENT` if a path is none. */
export function checkPath(where: string, path: unknown): asserts path is string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw invalidArgument(`${where}.path`, 'a path', path);
}

/** In lower case. A file named `.keras` is one of Keras', where any other name that begins with a dot has no extension. */
function extensionOf(path: string): string {
  const name = basename(path).toLowerCase();
  return EXTENSIONS.some(([, names]) => names.includes(name)) ? name : extname(name);
}

function inFolder(folder: string): ModelPath {
  return { format: 'tfjs-layers', folder, file: join(folder, MODEL_FILE) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A path that cannot even be asked about is judged by its name; reading or writing it reports why.
    return false;
  }
}
