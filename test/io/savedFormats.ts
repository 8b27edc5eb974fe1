import { join } from 'node:path';
import { FORMAT_EXTENSIONS, MODEL_FORMATS, type ModelFormat } from '../../src/io/modelFormat.js';

/** Every format that is written and read back. */
export const SAVED_FORMATS: readonly ModelFormat[] = MODEL_FORMATS.filter((format) => format !== 'onnx');

/** Those that are one file. */
export const SINGLE_FILE_FORMATS = SAVED_FORMATS.filter((format) => format !== 'tfjs-layers');

/** A path in a folder by whose name the format is known. */
export function savedPath(folder: string, format: ModelFormat): string {
  return join(folder, format === 'tfjs-layers' ? 'model' : `model${FORMAT_EXTENSIONS[format][0]}`);
}
