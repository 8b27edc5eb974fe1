import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { expectedGot, invalidArgument } from '../errors.js';

/** The formats this package writes and reads. */
export type ModelFormat = 'tfjs-layers';

/** The name of a tfjs-layers model's description within its folder. */
export const MODEL_FILE = 'model.json';

const FORMATS: readonly ModelFormat[] = ['tfjs-layers'];
const SUPPORTED = `a folder or a path ending in ${MODEL_FILE} (tfjs-layers)`;

/** Where a tfjs-layers model lies: its folder, and its description within it. */
export interface ModelPath {
  readonly folder: string;
  readonly file: string;
}

/**
 * The folder and description that a caller's path means.
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
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw invalidArgument(`${where}.path`, 'a path', path);
  if (format !== undefined && !FORMATS.includes(format)) {
    throw invalidArgument(`${where}.format`, FORMATS.map((name) => `'${name}'`).join(' or '), format);
  }
  const extension = extname(path).toLowerCase();
  if ((await isFolder(path)) || path.endsWith('/') || path.endsWith(sep)) return inFolder(path);
  if (basename(path) === MODEL_FILE || (access === 'read' && extension === '.json')) {
    return { folder: dirname(path), file: path };
  }
  if (extension === '' || (format === 'tfjs-layers' && extension !== '.json')) return inFolder(path);
  throw expectedGot('UNSUPPORTED_FORMAT', `${where}.path`, SUPPORTED, path, 'No other format is supported yet.');
}

function inFolder(folder: string): ModelPath {
  return { folder, file: join(folder, MODEL_FILE) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A path that cannot even be asked about is judged by its name; reading or writing it reports why.
    return false;
  }
}
