import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { expectedGot, InceptionError } from '../errors.js';
import { openCaffeWeights } from './caffe/openCaffeWeights.js';
import { fileContent, type FileContent } from './fileContent.js';
import { openKerasWeights } from './keras/openKerasWeights.js';
import { fileStart, PICKLE_START, ZIP_START } from './fileStart.js';
import type { WeightFile } from './modelFile.js';
import { checkPath, resolveModelPath } from './modelPath.js';
import { openSafetensors } from './safetensors/openSafetensors.js';
import { openTfjsLayers } from './tfjs/openTfjsLayers.js';
import { openTorchWeights } from './torch/openTorchWeights.js';

type WeightReader = (where: string, file: string) => Promise<WeightFile>;

/** How a file of each content is read. */
const READERS: Readonly<Record<FileContent, WeightReader>> = {
  keras: openKerasWeights,
  h5: openKerasWeights,
  safetensors: openSafetensors,
  weights: openByStart,
};

/** A zip archive, of which those that are Keras' have been told apart, and a pickle. */
const TORCH_STARTS = [ZIP_START, PICKLE_START];

/**
 * Opens a file of weights by what it holds, whatever its name: a tfjs-layers folder or `.json` file, Keras' `.keras`, `.h5` and
 * `.weights.h5`, safetensors, PyTorch's archives and pickles, Caffe's `.caffemodel`.
 *
 * @returns The caller closes it.
 * @throws InceptionError `NOT_FOUND`; `UNSUPPORTED_FORMAT` for any other content; `CORRUPT_WEIGHTS` or `CORRUPT_MODEL` as its reader does.
 */
export async function openWeights(where: string, path: string): Promise<WeightFile> {
  checkPath(where, path);
  const found = await stat(path).catch(() => undefined);
  const extension = extname(path).toLowerCase();
  if (found?.isDirectory() || extension === '.json' || (!found && extension === '')) {
    return openTfjsLayers(where, await resolveModelPath(where, path, { access: 'read', format: 'tfjs-layers' }));
  }
  return READERS[await fileContent(where, path)](where, path);
}

async function openByStart(where: string, path: string): Promise<WeightFile> {
  const start = await fileStart(where, path, 'CORRUPT_WEIGHTS');
  const formats = 'weights of tfjs-layers, Keras (.keras, .h5, .weights.h5), safetensors, PyTorch (.pth, .pt) or Caffe (.caffemodel)';
  if (start === '') throw expectedGot('UNSUPPORTED_FORMAT', path, formats, 'an empty file', 'Take it from where it was saved once more.');
  if (TORCH_STARTS.some((each) => start.startsWith(each))) return openTorchWeights(where, path);
  try {
    return await openCaffeWeights(where, path);
  } catch (cause) {
    // Protocol buffers have no signature: what is none of the others and does not parse as one is of no format that is known.
    if (!(cause instanceof InceptionError) || cause.code !== 'CORRUPT_WEIGHTS') throw cause;
    throw expectedGot('UNSUPPORTED_FORMAT', path, formats, 'something else', `As Caffe's it does not read: ${cause.message}`, cause);
  }
}
