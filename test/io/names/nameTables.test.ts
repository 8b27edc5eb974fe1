import { matchNames, recognizeNetwork } from '../../../src/io/names/recognizeNetwork.js';
import { NAME_TABLES } from '../../../src/io/names/nameTables.js';
import { ourShape, theirShape } from '../../../src/io/names/tensorLayout.js';
import { tensorSlots } from '../../../src/io/names/tensorSlots.js';
import type { NetworkName } from '../../../src/spec/networkSpec.js';
import { unfilled } from '../../networks/publishedBuilders.js';
import { kerasManifest, torchManifest, type Manifest } from './manifest.js';
import { storedTensors } from './storedTensors.js';

interface Published {
  readonly source: string;
  readonly network: NetworkName;
  readonly variant: string;
  readonly tensors: number;
  readonly classes: number;
  readonly heads: boolean;
}

/** Counters of batches left out. */
const PUBLISHED: readonly Published[] = [
  { source: 'torchvision', network: 'googlenet', variant: 'torchvision', tensors: 305, classes: 1000, heads: true },
  { source: 'torchvision', network: 'inception-v3', variant: 'torchvision', tensors: 484, classes: 1000, heads: true },
  { source: 'timm', network: 'inception-v3', variant: 'timm', tensors: 472, classes: 1000, heads: false },
  { source: 'timm', network: 'inception-v4', variant: 'timm', tensors: 747, classes: 1000, heads: false },
  { source: 'timm', network: 'inception-resnet-v2', variant: 'timm', tensors: 1102, classes: 1000, heads: false },
  { source: 'timm', network: 'xception', variant: 'timm', tensors: 236, classes: 1000, heads: false },
  { source: 'facenet', network: 'inception-resnet-v1', variant: 'facenet', tensors: 604, classes: 8631, heads: false },
  { source: 'cadene', network: 'inception-v2', variant: 'caffe', tensors: 416, classes: 1000, heads: false },
  { source: 'cadene', network: 'inception-resnet-v2', variant: 'timm', tensors: 1102, classes: 1001, heads: false },
  { source: 'keras', network: 'inception-v3', variant: 'keras', tensors: 378, classes: 1000, heads: false },
  { source: 'keras', network: 'inception-resnet-v2', variant: 'keras', tensors: 898, classes: 1000, heads: false },
  { source: 'keras', network: 'xception', variant: 'keras', tensors: 236, classes: 1000, heads: false },
];

const manifestOf = ({ source, network }: Published): Manifest =>
  source === 'keras' ? kerasManifest(network) : torchManifest(`${source} ${network}`);

const withoutCounters = (manifest: Manifest): string[] => [...manifest.keys()].filter((name) => !name.endsWith('num_batches_tracked'));

describe("every published tensor is one weight of ours, and every weight of ours is one of the file's", () => {
  it.each(PUBLISHED)('$source, $network: $tensors tensors', (published) => {
    const { source, network, variant, tensors, classes, heads } = published;
    const manifest = manifestOf(published);
    const matched = matchNames(storedTensors(manifest));
    expect(matched?.table).toMatchObject({ source, network, variant });
    const slots = matched!.slots.filter(({ theirs }) => matched!.tensors.has(theirs));
    expect(slots).toHaveLength(tensors);
    expect(slots.map(({ theirs }) => matched!.tensors.get(theirs)!.name).sort()).toEqual(withoutCounters(manifest).sort());
    const model = unfilled(network, { variant, classes, auxiliaryHeads: heads });
    const ours = model.weights.map(({ originalName, shape }) => [originalName, shape]).sort();
    const shapes = slots.map((slot) => [slot.ours, ourShape(slot.layout, matched!.tensors.get(slot.theirs)!.shape)]);
    model.dispose();
    expect(shapes.sort()).toEqual(ours);
    for (const { layout, theirs } of slots) {
      const { shape } = matched!.tensors.get(theirs)!;
      expect(theirShape(layout, ourShape(layout, shape)!)).toEqual(shape);
    }
  });

  it.each(PUBLISHED.filter(({ source }) => source !== 'keras'))("$source, $network: in the source's order", (published) => {
    const names = withoutCounters(manifestOf(published));
    const matched = matchNames(storedTensors(manifestOf(published)))!;
    expect(matched.slots.map(({ theirs }) => theirs).filter((name) => matched.tensors.has(name))).toEqual(names);
  });

  it('caffe, googlenet: 128 tensors with 13,378,280 numbers, and conv1/7x7_s2/0 is [64, 3, 7, 7]', () => {
    const slots = tensorSlots(NAME_TABLES.find(({ source }) => source === 'caffe')!);
    const model = unfilled('googlenet', { variant: 'caffe', auxiliaryHeads: true });
    const shapes = new Map(model.weights.map(({ originalName, shape }) => [originalName, shape as number[]]));
    model.dispose();
    expect(slots.map(({ ours }) => ours).sort()).toEqual([...shapes.keys()].sort());
    const theirs = new Map(slots.map((slot) => [slot.theirs, theirShape(slot.layout, shapes.get(slot.ours)!)]));
    const values = [...theirs.values()].map((shape) => shape.reduce((size, side) => size * side, 1));
    expect([theirs.size, values.reduce((sum, size) => sum + size)]).toEqual([128, 13_378_280]);
    expect(Object.fromEntries(theirs)).toMatchObject({
      'conv1/7x7_s2/0': [64, 3, 7, 7],
      'inception_4e/pool_proj/1': [128],
      'loss1/fc/0': [1024, 2048],
      'loss2/classifier/0': [1000, 1024],
      'loss3/classifier/0': [1000, 1024],
    });
    expect(recognizeNetwork(storedTensors(theirs))).toEqual({
      source: 'caffe',
      network: 'googlenet',
      variant: 'caffe',
      classes: 1000,
      auxiliaryHeads: true,
      includeTop: true,
    });
  });
});
