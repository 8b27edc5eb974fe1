import { recognizeNetwork } from '../../../src/io/names/recognizeNetwork.js';
import { kerasNames } from '../../../src/io/names/kerasNames.js';
import { unfilled } from '../../networks/publishedBuilders.js';
import { kerasManifest, torchManifest } from './manifest.js';
import { storedTensors } from './storedTensors.js';

type Shapes = (readonly [string, readonly number[]])[];

const V3 = { source: 'keras', network: 'inception-v3', variant: 'keras', classes: 1000, auxiliaryHeads: false, includeTop: true };

/** Keras' names in a process that had made `count` convolutions and normalisations before. */
const afterOthers = (network: string, count: number): Shapes =>
  [...kerasManifest(network)].map(([name, shape]) => {
    const [, stem, own = '0', part] = /^(conv2d|batch_normalization)(?:_(\d+))?\/(.+)$/.exec(name) ?? [];
    return [stem === undefined ? name : `${stem}_${Number(own) + count}/${part}`, shape];
  });

/** What Keras 3 calls the same weights in a .weights.h5: by class, in the order of model.layers, and by number. */
function asPaths(network: string): Shapes {
  const counts = new Map<string, number>();
  const paths = new Map<string, string>();
  return [...kerasManifest(network)].map(([name, shape], _, all) => {
    const layer = name.slice(0, name.lastIndexOf('/'));
    const own = all.filter(([other]) => other.startsWith(`${layer}/`));
    const parts = own.map(([other]) => other.slice(layer.length + 1));
    const stem = parts.includes('beta')
      ? 'batch_normalization'
      : parts.includes('depthwise_kernel')
        ? 'separable_conv2d'
        : shapeStem(own[0][1]);
    if (!paths.has(layer)) {
      const count = counts.get(stem) ?? 0;
      counts.set(stem, count + 1);
      paths.set(layer, `layers/${stem}${count === 0 ? '' : `_${count}`}`);
    }
    return [`${paths.get(layer)}/vars/${parts.indexOf(name.slice(layer.length + 1))}`, shape];
  });
}

const shapeStem = (kernel: readonly number[]): string => (kernel.length === 4 ? 'conv2d' : 'dense');

describe("Keras' names", () => {
  it.each(['inception-v3', 'inception-resnet-v2', 'xception'])('%s: the same layers when 37 others were made before', (network) => {
    const renamed = kerasNames(storedTensors(afterOthers(network, 37)));
    expect([...renamed.keys()]).toEqual([...kerasManifest(network).keys()]);
  });

  it.each(['inception-v3', 'inception-resnet-v2', 'xception'])("%s: the layers behind Keras 3's paths, which count by depth", (network) => {
    const paths = asPaths(network);
    const renamed = kerasNames(storedTensors(paths));
    expect([...renamed].map(([name, { name: path }]) => [name, path])).toEqual(
      [...kerasManifest(network).keys()].map((name, index) => [name, paths[index][0]]),
    );
  });

  it('recognises v3 by either, and leaves paths of other networks as they are', () => {
    expect(recognizeNetwork(storedTensors(afterOthers('inception-v3', 94)))).toEqual(V3);
    expect(recognizeNetwork(storedTensors(asPaths('inception-v3')))).toEqual(V3);
    const other = storedTensors([
      ['layers/conv2d/vars/0', [1]],
      ['layers/conv2d_1/vars/7', [1]],
    ]);
    expect([...kerasNames(other).keys()]).toEqual([...other.keys()]);
  });
});

it.each([
  { what: 'googlenet without its heads', name: 'torchvision googlenet', drop: /^aux/, is: { network: 'googlenet', auxiliaryHeads: false } },
  { what: 'v3 without its head: timm', name: 'torchvision inception-v3', drop: /^Aux/, is: { source: 'timm', auxiliaryHeads: false } },
  {
    what: 'v4 without a classifier',
    name: 'timm inception-v4',
    drop: /^last/,
    is: { network: 'inception-v4', classes: 0, includeTop: false },
  },
  { what: 'xception', name: 'timm xception', drop: /^$/, is: { source: 'timm', network: 'xception' } },
])('recognises $what', ({ name, drop, is }) => {
  expect(recognizeNetwork(storedTensors([...torchManifest(name)].filter(([each]) => !drop.test(each))))).toMatchObject(is);
});

it.each(['module.', '_orig_mod.', 'model.', '_orig_mod.module.'])("looks behind '%s', which wrappers put before every name", (wrapper) => {
  const wrapped = [...torchManifest('timm inception-v4')].map(([name, shape]) => [`${wrapper}${name}`, shape] as const);
  expect(recognizeNetwork(storedTensors(wrapped))).toMatchObject({ source: 'timm', network: 'inception-v4', classes: 1000 });
});

it('knows no network from nothing, from other names, or from our own names of Xception, of which Keras has 56 %', () => {
  const model = unfilled('xception');
  const own = model.weights.map(({ originalName, shape }) => [originalName, shape as number[]] as const);
  model.dispose();
  for (const shapes of [[], [['layer1.0.conv1.weight', [64, 64, 3, 3]] as const], own]) {
    expect(recognizeNetwork(storedTensors(shapes))).toBeUndefined();
  }
});
