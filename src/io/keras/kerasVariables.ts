import type * as tf from '@tensorflow/tfjs';
import { expectedGot } from '../../errors.js';
import { LIST_ATTRIBUTE_LIMIT, type Hdf5Dataset, type Hdf5Group } from '../hdf5/writeHdf5.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { layerOf } from '../weights/namedWeights.js';
import type { KerasLayer, KerasModel } from './kerasModel.js';
import { snakeCase } from './snakeCase.js';
import { UNTRAINED } from './weightName.js';

/** Keras keeps a layer's variables in the order in which it makes them. */
const ORDER = [...['embeddings', 'depthwise_kernel', 'pointwise_kernel', 'kernel', 'alpha', 'bias'], ...['gamma', 'beta', ...UNTRAINED]];

/** A variable of a layer. */
interface Variable {
  readonly name: string;
  readonly dataset: Hdf5Dataset;
}

/** The variables of every layer by its name, in Keras' order. */
export type VariablesByLayer = ReadonlyMap<string, readonly Variable[]>;

/**
 * Sorts a model's weights by layer. Nothing is read before a dataset is.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` for a weight that no layer of Keras has.
 */
export function variablesByLayer(where: string, { weights }: ModelSnapshot): VariablesByLayer {
  const layers = new Map<string, Variable[]>();
  for (const { name: path, tensor } of weights) {
    const layer = layerOf(path);
    const name = path.slice(layer.length + 1);
    if (!ORDER.includes(name)) throw expectedGot('UNSUPPORTED_FORMAT', where, `weights among ${ORDER.join(', ')}`, path);
    const variables = layers.get(layer) ?? [];
    variables.push({ name, dataset: { shape: tensor.shape, read: () => float32(tensor) } });
    layers.set(layer, variables);
  }
  for (const variables of layers.values()) variables.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  return layers;
}

async function float32(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data();
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/**
 * Keras 3's own layout: `layers/conv2d_3/vars/0`, each layer under its class and how many of that class came before it.
 *
 * @param group Of the model itself.
 */
export function storeVariables(group: Hdf5Group, model: KerasModel, variables: VariablesByLayer): void {
  group.group('vars').attributes.set('name', model.name);
  const layers = group.group('layers');
  const used = new Map<string, number>();
  for (const layer of model.layers) {
    // Keras does not count a Sequential's input among its layers.
    if (model.className === 'Sequential' && layer.className === 'InputLayer') continue;
    const name = snakeCase(layer.className);
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    const place = layers.group(count === 0 ? name : `${name}_${count}`);
    if (layer.model) storeVariables(place, layer.model, variables);
    const vars = place.group('vars');
    vars.attributes.set('name', layer.name);
    if (layer.model) continue;
    for (const [index, { dataset }] of (variables.get(layer.name) ?? []).entries()) vars.members.set(String(index), dataset);
  }
}

/** The layout of Keras 2's whole models, which Keras 3 keeps for `.h5`: `conv1/conv1/kernel`, and lists of names in the right order. */
export function storeLegacyVariables(group: Hdf5Group, model: KerasModel, variables: VariablesByLayer): void {
  const layers = model.layers.filter(({ className }) => model.className === 'Functional' || className !== 'InputLayer');
  setList(
    group,
    'layer_names',
    layers.map(({ name }) => name),
  );
  for (const layer of layers) storeLegacyLayer(group.group(layer.name), allVariables(layer, variables));
  storeLegacyLayer(group.group('top_level_model_weights'), []);
}

function storeLegacyLayer(group: Hdf5Group, variables: readonly LayerVariable[]): void {
  setList(
    group,
    'weight_names',
    variables.map(({ path }) => path),
  );
  for (const { path, dataset } of variables) {
    const at = path.lastIndexOf('/');
    group.group(path.slice(0, at)).members.set(path.slice(at + 1), dataset);
  }
}

interface LayerVariable {
  readonly path: string;
  readonly isTrained: boolean;
  readonly dataset: Hdf5Dataset;
}

/** Of a nested model, first what is trained in any of its layers, then what is not. */
function allVariables(layer: KerasLayer, variables: VariablesByLayer): LayerVariable[] {
  if (layer.model) {
    const inner = layer.model.layers.flatMap((each) => allVariables(each, variables));
    const all = inner.map((variable) => ({ ...variable, path: `${layer.name}/${variable.path}` }));
    return [...all.filter(({ isTrained }) => isTrained), ...all.filter(({ isTrained }) => !isTrained)];
  }
  const isFrozen = layer.config.trainable === false;
  return (variables.get(layer.name) ?? []).map(({ name, dataset }) => ({
    path: `${layer.name}/${name}`,
    isTrained: !isFrozen && !UNTRAINED.has(name),
    dataset,
  }));
}

/** Lists that are too long for one attribute are continued as Keras does: `layer_names0`, `layer_names1`, … */
function setList(group: Hdf5Group, name: string, list: readonly string[]): void {
  if (list.length <= LIST_ATTRIBUTE_LIMIT) {
    group.attributes.set(name, list);
    return;
  }
  for (let part = 0; part * LIST_ATTRIBUTE_LIMIT < list.length; part++) {
    group.attributes.set(`${name}${part}`, list.slice(part * LIST_ATTRIBUTE_LIMIT, (part + 1) * LIST_ATTRIBUTE_LIMIT));
  }
}
