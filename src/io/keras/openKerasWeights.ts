import { expectedGot, InceptionError } from '../../errors.js';
import type { WeightFile } from '../modelFile.js';
import type { StoredTensor } from '../storedTensor.js';
import { plainLayers, variablesOf } from './assignVariables.js';
import { parseJson } from './kerasJson.js';
import { openKerasFile, type KerasFile } from './kerasFile.js';
import { readSavedLayers, type SavedLayer } from './savedLayer.js';
import { legacyLayers, numberedLayers, storedTensor, type StoredLayer, type StoredVariable } from './storedVariables.js';
import { layerName, weightName } from './weightName.js';

/**
 * Opens the weights of any file of Keras': `.weights.h5`, `.h5` of Keras 1, 2 or 3 with or without a model, `.keras`.
 *
 * @param where The public function they are read for.
 * @returns Tensors named `<layer>/<weight>`, in the order of the layers, as far as the file knows it; where it does not know a layer's name, as Keras 3
 *   has it: `layers/conv2d_1/vars/0`.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_WEIGHTS`; `UNSUPPORTED_FORMAT` for HDF5 that Keras did not write.
 */
export async function openKerasWeights(where: string, file: string): Promise<WeightFile> {
  const opened = await openKerasFile(where, file, 'CORRUPT_WEIGHTS');
  try {
    const named = namedVariables(opened);
    if (named.length === 0) {
      throw expectedGot(
        'UNSUPPORTED_FORMAT',
        file,
        'weights as Keras lays them out',
        `${opened.hdf5.datasets.size} datasets of another kind`,
      );
    }
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { dataset }] of named) {
      // Where two layers share a name, the path tells them apart.
      const unique = tensors.has(name) ? dataset.path : name;
      tensors.set(unique, storedTensor(opened, unique, dataset));
    }
    return { file, tensors, ...(opened.record ? { record: opened.record } : {}), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

type NamedVariable = readonly [name: string, variable: StoredVariable];

function namedVariables(opened: KerasFile): NamedVariable[] {
  const legacy = legacyLayers(opened);
  if (legacy) return [...legacy].flatMap(([layer, variables]) => nameLegacy(layer, variables));
  const numbered = numberedLayers(opened);
  const model = configuredModel(opened);
  if (!model) return [...numbered].flatMap(([path, layer]) => nameNumbered(layer.name ?? path, layer, namesByClass(path, layer)));
  return plainLayers(model).flatMap((layer) => {
    const stored = numbered.get(layer.path);
    return stored ? nameNumbered(layer.name, stored, variablesOf(layer)) : [];
  });
}

/** Of a model within the model each layer under its own name, of a plain layer under the group's: its variables may be named for an earlier one. */
function nameLegacy(layer: string, variables: readonly StoredVariable[]): NamedVariable[] {
  const isModel = new Set(variables.map(({ name }) => layerName(name))).size > 1;
  return variables.map((variable) => [`${isModel ? layerName(variable.name) : layer}/${weightName(variable.name)}`, variable]);
}

function nameNumbered(layer: string, { name, variables }: StoredLayer, names: readonly string[]): NamedVariable[] {
  const isKnown = names.length === variables.length;
  const isNamed = isKnown && !(name === undefined && layer.startsWith('layers/'));
  return variables.map((variable, index) => [`${layer}/${isNamed ? names[index] : `vars/${index}`}`, variable]);
}

/** The names of layers do not depend on whether tfjs could compute them. */
function configuredModel({ configuration }: KerasFile): SavedLayer | undefined {
  if (!configuration) return undefined;
  try {
    const model = readSavedLayers(configuration.at, parseJson(configuration.at, configuration.text));
    return model.layers ? model : undefined;
  } catch (error) {
    // The weights are whole even where the description is not.
    if (error instanceof InceptionError) return undefined;
    throw error;
  }
}

/** What the variables of a layer are, by its class alone. Three of a batch normalization are those of Keras' own Inceptions, which train no gamma. */
const NAMES_BY_CLASS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  conv2d: [['kernel'], ['kernel', 'bias']],
  dense: [['kernel'], ['kernel', 'bias']],
  depthwise_conv2d: [['depthwise_kernel'], ['depthwise_kernel', 'bias']],
  separable_conv2d: [
    ['depthwise_kernel', 'pointwise_kernel'],
    ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  ],
  batch_normalization: [
    ['moving_mean', 'moving_variance'],
    ['beta', 'moving_mean', 'moving_variance'],
    ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  ],
  normalization: [['mean', 'variance', 'count']],
};

function namesByClass(path: string, { variables }: StoredLayer): readonly string[] {
  const group = path.slice(path.lastIndexOf('/') + 1).replace(/_\d+$/, '');
  const known = Object.hasOwn(NAMES_BY_CLASS, group) ? NAMES_BY_CLASS[group] : [];
  return known.find((names) => names.length === variables.length) ?? [];
}
