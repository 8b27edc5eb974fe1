import type { StoredTensor } from '../storedTensor.js';
import { autoName } from './autoNumberedUnits.js';
import { KERAS_DEPTH_ORDER } from './kerasDepthOrder.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** `conv2d_37/kernel`: a name that Keras made by counting, from wherever it was. */
const COUNTED = /^(conv2d|batch_normalization)(?:_(\d{1,9}))?\/([^/]+)$/;

/** `layers/conv2d_5/vars/0`, with or without the model's own folder before it. */
const KERAS_3_PATH = /(?:^|\/)layers\/(conv2d|separable_conv2d|batch_normalization|dense)(?:_(\d{1,9}))?\/vars\/(\d)$/;

/** A layer's weights in the order in which Keras keeps them; batch normalisation without gamma has three. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  conv2d: ['kernel', 'bias'],
  separable_conv2d: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  batch_normalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  dense: ['kernel', 'bias'],
};

/** By network: the names of its layers of each class, in order of depth. */
const DEPTH_ORDERS = Object.values(KERAS_DEPTH_ORDER).map(
  (order) =>
    new Map(
      Object.entries(order).map(([stem, names]) => [
        stem,
        names
          .trim()
          .split(/\s+/)
          .map((name) => (/^\d+$/.test(name) ? autoName(stem, Number(name)) : name)),
      ]),
    ),
);

/**
 * Tensors by the names that Keras gives a network's layers in a fresh process: counted ones from 0 without gaps, and names in place of paths.
 * What cannot be one of a network of ours keeps its name.
 */
export function kerasNames(tensors: Tensors): Tensors {
  return countedFromZero(namesOfPaths(tensors));
}

function countedFromZero(tensors: Tensors): Tensors {
  const counts = new Map<string, Set<number>>();
  for (const name of tensors.keys()) {
    const [, stem, count = '0'] = COUNTED.exec(name) ?? [];
    if (stem !== undefined) counts.set(stem, (counts.get(stem) ?? new Set()).add(Number(count)));
  }
  const order = new Map([...counts].map(([stem, found]) => [stem, indexOf([...found].sort((a, b) => a - b))]));
  return renamed(tensors, (name) => {
    const [, stem, count = '0', part] = COUNTED.exec(name) ?? [];
    return stem === undefined ? name : `${autoName(stem, order.get(stem)?.get(Number(count)) ?? 0)}/${part}`;
  });
}

/** What a Keras 3 path says. */
interface KerasPath {
  readonly stem: string;
  readonly layer: number;
  readonly variable: number;
}

/** Keras 3's paths count the layers of a class by depth: which network's order it is shows in how many convolutions there are. */
function namesOfPaths(tensors: Tensors): Tensors {
  const paths = new Map([...tensors.keys()].flatMap((name) => pathOf(name).map((path) => [name, path])));
  const variables = new Map<string, number>();
  for (const { stem, layer } of paths.values()) variables.set(`${stem} ${layer}`, (variables.get(`${stem} ${layer}`) ?? 0) + 1);
  const layersOf = (stem: string): number => [...variables.keys()].filter((key) => key.startsWith(`${stem} `)).length;
  const order = DEPTH_ORDERS.find((names) =>
    ['conv2d', 'separable_conv2d'].every((stem) => (names.get(stem)?.length ?? 0) === layersOf(stem)),
  );
  if (!order) return tensors;
  return renamed(tensors, (name) => {
    const path = paths.get(name);
    const layer = path && order.get(path.stem)?.[path.layer];
    if (path === undefined || layer === undefined) return name;
    const isWithoutGamma = path.stem === 'batch_normalization' && variables.get(`${path.stem} ${path.layer}`) === 3;
    const part = PARTS[path.stem][path.variable + (isWithoutGamma ? 1 : 0)];
    return part === undefined ? name : `${layer}/${part}`;
  });
}

function pathOf(name: string): KerasPath[] {
  const found = KERAS_3_PATH.exec(name);
  return found ? [{ stem: found[1], layer: Number(found[2] ?? 0), variable: Number(found[3]) }] : [];
}

const indexOf = (sorted: readonly number[]): ReadonlyMap<number, number> => new Map(sorted.map((value, index) => [value, index]));

/** A second tensor of one name stays under its own. */
function renamed(tensors: Tensors, rename: (name: string) => string): Tensors {
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const wanted = rename(name);
    named.set(named.has(wanted) ? name : wanted, tensor);
  }
  return named;
}
