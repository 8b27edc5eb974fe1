import { expectedGot } from '../../errors.js';
import type { ModelFile } from '../modelFile.js';
import type { StoredTensor } from '../storedTensor.js';
import { assignVariables, plainLayers, type AssignedWeight } from './assignVariables.js';
import { openKerasFile, type KerasFile } from './kerasFile.js';
import { readConfiguration } from './readConfiguration.js';
import type { SavedLayer } from './savedLayer.js';
import { legacyLayers, numberedLayers, storedTensor } from './storedVariables.js';

/**
 * Opens a whole model that Keras saved: `.keras`, or `.h5` of Keras 2 or 3. Nothing in the file is run, and nothing of it is trusted.
 *
 * @param where The public function it is read for.
 * @returns What closes the file with it, also where an archive was unpacked for it.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_MODEL` or `CORRUPT_WEIGHTS` naming what is wrong; `UNSUPPORTED_FORMAT` if the file holds weights only, or
 *   layers that tfjs cannot compute: all of them are listed.
 */
export async function openKerasModel(where: string, file: string): Promise<ModelFile> {
  const opened = await openKerasFile(where, file, 'CORRUPT_MODEL');
  try {
    if (!opened.configuration) {
      throw expectedGot('UNSUPPORTED_FORMAT', file, 'a whole model', 'weights only', 'Build the network, and fill it with loadWeights.');
    }
    const { at, text } = opened.configuration;
    const { topology, model } = readConfiguration(at, text, opened.version);
    const tensors = modelTensors(opened, model);
    return { file, topology, tensors, ...(opened.record ? { record: opened.record } : {}), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function modelTensors(opened: KerasFile, model: SavedLayer): Map<string, StoredTensor> {
  const legacy = legacyLayers(opened);
  const numbered = legacy ? undefined : numberedLayers(opened);
  const owners = legacy ? model.layers! : plainLayers(model);
  const tensors = new Map<string, StoredTensor>();
  for (const owner of owners) {
    const stored = legacy ? legacy.get(owner.name) : numbered!.get(owner.path)?.variables;
    for (const weight of assignVariables(opened.file, owner, stored ?? [])) addTensor(opened, tensors, weight);
  }
  return tensors;
}

function addTensor(opened: KerasFile, tensors: Map<string, StoredTensor>, [name, dataset]: AssignedWeight): void {
  if (tensors.has(name)) {
    const advice = 'Models within the model hold layers of one name; rename one in Keras.';
    throw expectedGot('UNSUPPORTED_FORMAT', opened.file, 'a name of its own for every weight', name, advice);
  }
  tensors.set(name, storedTensor(opened, name, dataset));
}
