import { expectedGot } from '../../errors.js';
import type { Hdf5DatasetInfo, Hdf5GroupInfo } from '../hdf5/hdf5Task.js';
import type { StoredTensor } from '../storedTensor.js';
import type { KerasFile } from './kerasFile.js';

/** A layer's variable as a file holds it. */
export interface StoredVariable {
  /** In Keras 2's layout `conv1/kernel:0`, in Keras 3's own the index. */
  readonly name: string;
  readonly dataset: Hdf5DatasetInfo;
}

/** The variables of a layer. */
export interface StoredLayer {
  /** What the file calls the layer, where it does. */
  readonly name?: string;
  readonly variables: readonly StoredVariable[];
}

/** The state of a random generator, which no layer here takes from a file. */
const SEED = 'seed_generator_state';

/**
 * The layout of Keras 2, which Keras 3 keeps for whole models in `.h5`: the root lists the layers, and each layer its variables.
 *
 * @returns By layer, in the file's order; `undefined` if the file is not laid out so.
 * @throws InceptionError `CORRUPT_WEIGHTS` if a variable is listed and not there.
 */
export function legacyLayers({ file, hdf5, root }: KerasFile): Map<string, readonly StoredVariable[]> | undefined {
  const names = listOf(hdf5.groups.get(root), 'layer_names');
  if (!names) return undefined;
  const under = root && `${root}/`;
  const layers = names.map((layer): [string, readonly StoredVariable[]] => {
    const variables = listOf(hdf5.groups.get(under + layer), 'weight_names') ?? [];
    const stored = variables.map((name) => {
      const dataset = hdf5.datasets.get(`${under}${layer}/${name}`);
      if (!dataset) throw expectedGot('CORRUPT_WEIGHTS', `${file}: layer '${layer}'`, `the variable '${name}' that it lists`, undefined);
      return { name, dataset };
    });
    return [layer, stored.filter(({ name }) => !name.includes(SEED))];
  });
  return new Map(layers);
}

/** A list of texts that is split where it would be too long for one attribute: `layer_names0`, `layer_names1`, … */
function listOf(group: Hdf5GroupInfo | undefined, name: string): readonly string[] | undefined {
  if (!group) return undefined;
  const { attributes } = group;
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const parts: string[] = [];
  for (let part = 0; Object.hasOwn(attributes, `${name}${part}`); part++) parts.push(...attributes[`${name}${part}`]);
  return parts.length > 0 ? parts : undefined;
}

/** What Keras 3 calls a layer's own variables. */
const VARIABLES = /^(?:(.*)\/)?vars\/(\d+)$/;

/**
 * The layout of Keras 3: each layer under its class and its count, `layers/conv2d_1`, its variables numbered. (Keras 2.13 had another word for
 * `layers`.)
 *
 * @returns By path, counts in numeric order.
 */
export function numberedLayers({ hdf5 }: KerasFile): Map<string, StoredLayer> {
  const found = new Map<string, [index: number, dataset: Hdf5DatasetInfo][]>();
  for (const dataset of hdf5.datasets.values()) {
    const [, path = '', index] = VARIABLES.exec(dataset.path) ?? [];
    if (index === undefined || path.startsWith('optimizer') || path.endsWith('seed_generator')) continue;
    found.set(path, [...(found.get(path) ?? []), [Number(index), dataset]]);
  }
  const byCount = new Intl.Collator('en', { numeric: true });
  const layers = [...found]
    .sort(([a], [b]) => byCount.compare(a, b))
    .map(([path, variables]): [string, StoredLayer] => {
      const [name] = hdf5.groups.get(`${path && `${path}/`}vars`)?.attributes.name ?? [];
      const stored = variables.sort(([a], [b]) => a - b).map(([index, dataset]) => ({ name: String(index), dataset }));
      return [path.replaceAll('_layer_checkpoint_dependencies', 'layers'), { name, variables: stored }];
    });
  return new Map(layers);
}

/** @throws InceptionError `CORRUPT_WEIGHTS` if it holds no numbers. */
export function storedTensor({ file, hdf5 }: KerasFile, name: string, { path, shape, dtype }: Hdf5DatasetInfo): StoredTensor {
  if (dtype === 'other') throw expectedGot('CORRUPT_WEIGHTS', `${file}: '${path}'`, 'numbers', 'values of another type');
  return { name, shape, dtype, read: () => hdf5.read(path) };
}
