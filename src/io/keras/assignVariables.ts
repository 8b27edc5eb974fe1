import { expectedGot } from '../../errors.js';
import type { Hdf5DatasetInfo } from '../hdf5/hdf5Task.js';
import { ruleOf } from './readLayer.js';
import type { SavedLayer } from './savedLayer.js';
import type { StoredVariable } from './storedVariables.js';
import { layerName, UNTRAINED, weightName } from './weightName.js';

/** A weight by its name in tfjs, `conv1/kernel`, and where it is stored. */
export type AssignedWeight = readonly [name: string, dataset: Hdf5DatasetInfo];

/** A variable that a layer has. */
interface WantedVariable {
  readonly layer: SavedLayer;
  readonly name: string;
}

/** The variables of one layer, in Keras' order, under tfjs' names. */
export function variablesOf(layer: SavedLayer): readonly string[] {
  return ruleOf(layer)?.variables?.(layer.config) ?? [];
}

/** The plain layers of a model, in Keras' order; of a plain layer itself. */
export function plainLayers(layer: SavedLayer): readonly SavedLayer[] {
  return layer.layers ? layer.layers.flatMap(plainLayers) : [layer];
}

/**
 * Finds the stored variables of a layer, or of all layers of a model within the model: by their names where these say it, else by their order.
 *
 * @param file For messages.
 * @throws InceptionError `CORRUPT_WEIGHTS` if there are more or fewer than the layer has.
 */
export function assignVariables(file: string, owner: SavedLayer, stored: readonly StoredVariable[]): AssignedWeight[] {
  const wanted = plainLayers(owner).flatMap((layer) => variablesOf(layer).map((name) => ({ layer, name })));
  if (wanted.length !== stored.length) {
    const names = wanted.map(({ layer, name }) => `${layer.name}/${name}`).join(', ');
    throw expectedGot('CORRUPT_WEIGHTS', `${file}: layer '${owner.name}'`, `${wanted.length} variables (${names})`, stored.length);
  }
  return byName(owner, wanted, stored) ?? byOrder(wanted, stored);
}

/** @returns `undefined` unless every variable has one name of its own. */
function byName(owner: SavedLayer, wanted: readonly WantedVariable[], stored: readonly StoredVariable[]): AssignedWeight[] | undefined {
  // A plain layer's variables may be named for what the layer was called when it was made.
  const named = new Map(stored.map(({ name, dataset }) => [`${owner.layers ? layerName(name) : owner.name}/${weightName(name)}`, dataset]));
  if (named.size < stored.length) return undefined;
  const assigned = wanted.map(({ layer, name }): [string, Hdf5DatasetInfo | undefined] => {
    const path = `${layer.name}/${name}`;
    // Keras 3 calls a depthwise convolution's kernel as any other's.
    return [path, named.get(path) ?? named.get(path.replace(/\/depthwise_kernel$/, '/kernel'))];
  });
  return assigned.every((pair): pair is [string, Hdf5DatasetInfo] => pair[1] !== undefined) ? assigned : undefined;
}

function byOrder(wanted: readonly WantedVariable[], stored: readonly StoredVariable[]): AssignedWeight[] {
  const isTrained = ({ layer, name }: WantedVariable): boolean => layer.config.trainable !== false && !UNTRAINED.has(name);
  const inOrder = [...wanted.filter(isTrained), ...wanted.filter((variable) => !isTrained(variable))];
  return inOrder.map(({ layer, name }, index) => [`${layer.name}/${name}`, stored[index].dataset]);
}
