import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import { fileContent } from './fileContent.js';
import { openKerasModel } from './keras/openKerasModel.js';
import { openKerasWeights } from './keras/openKerasWeights.js';
import type { ModelFile, WeightFile } from './modelFile.js';
import type { ModelFormat } from './modelFormat.js';
import { checkPath, resolveModelPath } from './modelPath.js';
import { recognizeNetwork } from './names/recognizeNetwork.js';
import { openSafetensors } from './safetensors/openSafetensors.js';
import { openTfjsLayers, type TfjsLayersFile } from './tfjs/openTfjsLayers.js';
import { openWeights } from './openWeights.js';

/** An open file that a model can be made of. */
export type OpenedModel = WeightFile &
  Partial<Pick<ModelFile, 'topology'>> &
  Partial<Pick<TfjsLayersFile, 'trainingConfig' | 'userDefinedMetadata'>>;

/**
 * Opens whatever a path means to a reader: a tfjs-layers folder or `.json` file, else a file by what it holds, whatever its name.
 *
 * @param format What the path must hold.
 * @throws InceptionError `NOT_FOUND`; `INVALID_ARGUMENT` if it holds another format; `UNSUPPORTED_FORMAT` for ONNX, which is written only, and
 *   for what is not known; `CORRUPT_MODEL` and `CORRUPT_WEIGHTS`.
 */
export async function openModel(where: string, path: string, format?: ModelFormat): Promise<OpenedModel> {
  checkPath(where, path);
  const extension = extname(path).toLowerCase();
  if (format === 'onnx' || extension === '.onnx') {
    const advice = 'Keep the model in another format as well, and load that.';
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.path`, 'a format that is read; ONNX is written, not read', path, advice);
  }
  const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? false;
  if (!isFile || extension === '.json') {
    const location = await resolveModelPath(where, path, { access: 'read' });
    checkFormat(where, path, { format, found: location.format });
    return openTfjsLayers(where, location);
  }
  const found = await fileContent(where, path);
  checkFormat(where, path, { format, found });
  switch (found) {
    case 'keras':
    case 'h5':
      return openKeras(where, path);
    case 'safetensors':
      return openSafetensors(where, path);
    case 'weights':
      return openWeights(where, path);
  }
}

/** A model; or weights alone of a network that shows in their names. */
async function openKeras(where: string, path: string): Promise<OpenedModel> {
  try {
    return await openKerasModel(where, path);
  } catch (error) {
    if (!(error instanceof InceptionError) || error.code !== 'UNSUPPORTED_FORMAT') throw error;
    const weights = await openKerasWeights(where, path);
    if (recognizeNetwork(weights.tensors)) return weights;
    await weights.close();
    throw error;
  }
}

function checkFormat(where: string, path: string, { format, found }: { readonly format?: ModelFormat; readonly found: string }): void {
  if (format === undefined || format === found) return;
  const expected = found === 'weights' ? `no format for ${path}` : `'${found}', as ${path} is`;
  throw invalidArgument(`${where}.format`, expected, format, 'Leave it out: the content tells.');
}
