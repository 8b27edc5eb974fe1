import type * as tf from '@tensorflow/tfjs';
import { hasAuxiliaryHeads } from '../../src/spec/networkSpec.js';
import { costOf } from '../../src/cost/costOf.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import type { NetworkName } from '../../src/spec/networkSpec.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import { EVERY_VARIANT } from './everyNetwork.js';
import { PUBLISHED_BUILDERS, unfilled } from './publishedBuilders.js';
import { ancestors, countsByOperation, countsByRow, shapesOf } from './modelFacts.js';

const headsOf = (network: NetworkName): string[] => {
  if (network === 'googlenet') return ['main', 'auxiliary_4a', 'auxiliary_4d'];
  return ['main', ...PUBLISHED_BUILDERS.flatMap((row) => (row.network === network && row.head ? [row.head.name] : []))];
};
const VARIANTS = EVERY_VARIANT.map(({ name, variant }) => ({ network: name, variant, heads: headsOf(name) }));

const temporary: tf.LayersModel[] = [];
const full = (network: NetworkName): InceptionModel => {
  const model = unfilled(network, { auxiliaryHeads: hasAuxiliaryHeads(network) });
  temporary.push(model);
  return model;
};
afterEach(() => temporary.splice(0).forEach((model) => model.dispose()));

/** What a tfjs, a Keras or a browser that does not know this package can read. */
const KERAS_LAYERS = [
  ...['Activation', 'Add', 'AveragePooling2D', 'BatchNormalization', 'Concatenate', 'Conv2D', 'Dense', 'Dropout', 'GlobalAveragePooling2D'],
  ...['InputLayer', 'MaxPooling2D', 'Rescaling', 'SeparableConv2D', 'ZeroPadding2D'],
];

describe.each(VARIANTS)('$network $variant, built at full width with all its heads ($heads)', ({ network, variant, heads }) => {
  let model: InceptionModel;
  beforeAll(() => void (model = unfilled(network, { variant, auxiliaryHeads: hasAuxiliaryHeads(network) })));
  afterAll(() => model.dispose());

  it('holds in every operation what costOf says, and in all what costOf sums up', () => {
    const cost = costOf(model);
    const operations = cost.rows.map(({ name }) => name);
    expect(countsByOperation(model, operations)).toEqual(countsByRow(cost));
    expect(model.countParams()).toBe(cost.parameters.total);
  });

  it('has an endpoint of the traced shape for every stage, in order; its outputs are its heads, main first', () => {
    const rows = traceShapes(model.spec);
    const stages = model.spec.trunk.map(({ name }): [string, unknown] => [name, rows.find((row) => row.name === name)?.outputShape]);
    expect(Object.entries(shapesOf(model.endpoints))).toEqual(stages);
    expect(model.outputNames).toEqual(heads);
    expect(Object.keys(model.logits)).toEqual(heads);
    expect(model.outputs).toEqual(heads.map((name) => model.heads[name]));
  });

  it("is made of Keras' own layers, but GoogLeNet's normalisation and torchvision's pool", () => {
    const classes = new Set(model.layers.map((layer) => layer.getClassName()));
    const own = [...classes].filter((name) => !KERAS_LAYERS.includes(name)).sort();
    const expected: Record<string, string[]> = {
      'googlenet batchnorm': ['Flatten'],
      'googlenet slim': ['Flatten'],
      'googlenet paper': ['Flatten', 'LocalResponseNormalization'],
      'googlenet caffe': ['Flatten', 'LocalResponseNormalization'],
      'googlenet torchvision': ['AdaptiveAveragePooling2D', 'Flatten'],
    };
    expect(own).toEqual(expected[`${network} ${variant}`] ?? []);
  });

  it('names every layer once, without a slash, and as narrow networks do', () => {
    const names = model.layers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.includes('/') || /_[A-Z][A-Za-z0-9]*\d+$|^input\d+$/.test(name))).toEqual([]);
    const narrow = unfilled(network, { variant, auxiliaryHeads: hasAuxiliaryHeads(network), widthMultiplier: 0.1, classes: 3 });
    temporary.push(narrow);
    expect(narrow.layers.map(({ name }) => name)).toEqual(names);
  });
});

describe('wiring', () => {
  it.each(PUBLISHED_BUILDERS.flatMap(({ network, head, last }) => (head ? [{ network, ...head, last }] : [])))(
    '$network: $name sees $after and nothing later; main sees $last and no layer of a head',
    ({ network, name, after, next, last }) => {
      const model = full(network);
      const layerOf = (stage: string): string => model.endpoints[stage].sourceLayer.name;
      const seen = ancestors(model, name);
      expect(seen).toContain(layerOf(after));
      expect(seen).toContain(`${name}_logits`);
      expect(seen.filter((layer) => layer.startsWith(next) || layer.startsWith('main'))).toEqual([]);
      const main = ancestors(model, 'main');
      expect(main).toEqual(expect.arrayContaining([layerOf(after), layerOf(last), 'global_pool', 'main_logits']));
      expect(main.filter((layer) => layer.startsWith('auxiliary'))).toEqual([]);
    },
  );

  it.each([
    { network: 'inception-v2', block: 'inception_4b', before: 'inception_4a', ends: ['1x1', '3x3', 'double3x3_2', 'pool_projection'] },
    { network: 'inception-v3', block: 'mixed_6c', before: 'mixed_6b', ends: ['1x1', '7x7_2', 'double7x7_4', 'pool_projection'] },
    {
      network: 'inception-v4',
      block: 'mixed_7c',
      before: 'mixed_7b',
      ends: ['1x1', '3x3_1x3', '3x3_3x1', 'double3x3_3_1x3', 'pool_projection'],
    },
    { network: 'inception-resnet-v1', block: 'block17_3', before: 'block17_2', ends: ['1x1', '7x7_2'] },
    { network: 'inception-resnet-v2', block: 'block8_3', before: 'block8_2', ends: ['1x1', '3x3_2'] },
  ] as const)("each branch of $network's $block sees $before and no other branch's end", ({ network, block, before, ends }) => {
    const model = full(network);
    for (const end of ends) {
      const seen = ancestors(model, `${block}_${end}_relu`);
      expect(seen).toContain(model.endpoints[before].sourceLayer.name);
      expect(ends.filter((other) => seen.includes(`${block}_${other}_relu`))).toEqual([end]);
    }
  });

  it('a residual block adds its scaled branches to its input: scales 0.17, 0.1, 0.2, and 1 with no ReLU after it', () => {
    const model = full('inception-resnet-v2');
    const scaleOf = (block: string): unknown => model.layers.find(({ name }) => name === `${block}_scale`)?.getConfig().scale;
    expect(['block35_10', 'block17_20', 'block8_9'].map(scaleOf)).toEqual([0.17, 0.1, 0.2]);
    expect(scaleOf('block8_10') ?? 1).toBe(1);
    expect(model.endpoints.block8_9.sourceLayer.name).toBe('block8_9_relu');
    expect(model.endpoints.block8_10.sourceLayer.name).toBe('block8_10_add');
    const seen = ancestors(model, 'block8_10_add');
    expect(seen).toEqual(expect.arrayContaining(['block8_9_relu', 'block8_10_projection_conv']));
    const inputs = [model.getLayer('block8_10_add').input].flat().map(({ sourceLayer }) => sourceLayer.name);
    expect(inputs).toContain('block8_9_relu');
  });

  it("Xception's blocks carry their input past the first ReLU: block5 adds block4 itself", () => {
    const model = full('xception');
    const inputs = [model.getLayer('block5_add').input].flat().map(({ sourceLayer }) => sourceLayer.name);
    expect(inputs).toEqual([model.endpoints.block4.sourceLayer.name, 'block5_sepconv3_bn']);
    expect([model.getLayer('block4_add').input].flat().map(({ sourceLayer }) => sourceLayer.name)).toEqual([
      'block4_shortcut_bn',
      'block4_pool',
    ]);
  });
});
