import * as tf from '@tensorflow/tfjs';
import { costOf } from '../../src/cost/costOf.js';
import { googLeNet, type GoogLeNetEndpoint, type GoogLeNetHead } from '../../src/networks/googLeNet.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import type { GoogLeNetOptions } from '../../src/spec/googlenet.js';
import { countsOf, refusal } from '../blocks/blockModel.js';
import { ancestors, countsByOperation, countsByRow, shapesOf } from './modelFacts.js';

type GoogLeNet = InceptionModel<GoogLeNetEndpoint, GoogLeNetHead>;
type Variant = NonNullable<GoogLeNetOptions['variant']>;

/** A full network takes up to seven seconds to fill with weights under jest: each is built once. */
const built = new Map<string, GoogLeNet>();
function full(variant: Variant, auxiliaryHeads: boolean): GoogLeNet {
  const key = `${variant} ${auxiliaryHeads}`;
  const model = built.get(key) ?? googLeNet({ variant, auxiliaryHeads });
  built.set(key, model);
  return model;
}

const TINY = { widthMultiplier: 0.125, classes: 3 } as const;
const tiny = (options: Parameters<typeof googLeNet>[0] = {}): GoogLeNet => {
  const model = googLeNet({ ...TINY, ...options });
  temporary.push(model);
  return model;
};
const VARIANTS: readonly Variant[] = ['batchnorm', 'paper', 'caffe', 'torchvision', 'slim'];
const titled = <Row extends { options: unknown }>(rows: readonly Row[]): (Row & { title: string })[] =>
  rows.map((row) => ({ ...row, title: JSON.stringify(row.options) }));
const temporary: tf.LayersModel[] = [];
afterEach(() => temporary.splice(0).forEach((model) => model.dispose()));
afterAll(() => built.forEach((model) => model.dispose()));

const TOTALS = [
  { variant: 'batchnorm', heads: false, trainable: 7_005_832, nonTrainable: 14_560 },
  { variant: 'batchnorm', heads: true, trainable: 13_385_816, nonTrainable: 15_072 },
  { variant: 'paper', heads: false, trainable: 6_998_552, nonTrainable: 0 },
  { variant: 'paper', heads: true, trainable: 13_378_280, nonTrainable: 0 },
  { variant: 'caffe', heads: false, trainable: 6_998_552, nonTrainable: 0 },
  { variant: 'caffe', heads: true, trainable: 13_378_280, nonTrainable: 0 },
  { variant: 'torchvision', heads: false, trainable: 6_624_904, nonTrainable: 14_560 },
  { variant: 'torchvision', heads: true, trainable: 13_004_888, nonTrainable: 15_072 },
  { variant: 'slim', heads: false, trainable: 6_617_624, nonTrainable: 14_560 },
] as const;

describe('parameters of the built network at 1000 classes: counted in torchvision 0.29.2, tf-slim and from Table 1 of arXiv:1409.4842', () => {
  it.each(TOTALS)('$variant, heads $heads: $trainable trainable, $nonTrainable not', ({ variant, heads, trainable, nonTrainable }) => {
    const model = full(variant, heads);
    expect(countsOf(model)).toEqual([trainable, nonTrainable]);
    expect(model.countParams()).toBe(trainable + nonTrainable);
  });

  it.each(TOTALS)('$variant, heads $heads: every operation holds what costOf says', ({ variant, heads }) => {
    const model = full(variant, heads);
    const counts = countsByOperation(model);
    expect(Object.keys(counts)).toHaveLength(heads ? 64 : 58);
    expect(counts).toEqual(countsByRow(costOf(model)));
  });

  it('without an option it is the variant batchnorm without heads', () => {
    const model = googLeNet();
    temporary.push(model);
    expect(model.name).toBe('googlenet');
    expect(model.spec).toEqual(full('batchnorm', false).spec);
    expect(countsOf(model)).toEqual([7_005_832, 14_560]);
  });
});

const SHAPES = {
  conv1: [112, 112, 64],
  pool1: [56, 56, 64],
  conv2_reduce: [56, 56, 64],
  conv2: [56, 56, 192],
  pool2: [28, 28, 192],
  inception_3a: [28, 28, 256],
  inception_3b: [28, 28, 480],
  pool3: [14, 14, 480],
  inception_4a: [14, 14, 512],
  inception_4b: [14, 14, 512],
  inception_4c: [14, 14, 512],
  inception_4d: [14, 14, 528],
  inception_4e: [14, 14, 832],
  pool4: [7, 7, 832],
  inception_5a: [7, 7, 832],
  inception_5b: [7, 7, 1024],
};
const NORMS = { norm1: [56, 56, 64], norm2: [56, 56, 192] };

describe('endpoints at 224×224 have the output sizes of Table 1, arXiv:1409.4842', () => {
  it.each([
    { variant: 'batchnorm', shapes: SHAPES },
    { variant: 'paper', shapes: { ...SHAPES, ...NORMS } },
    { variant: 'caffe', shapes: { ...SHAPES, ...NORMS } },
    { variant: 'torchvision', shapes: SHAPES },
    { variant: 'slim', shapes: SHAPES },
  ] as const)('$variant', ({ variant, shapes }) => {
    const { endpoints, heads, logits, outputs } = full(variant, false);
    expect(shapesOf(endpoints)).toEqual(shapes);
    expect(shapesOf(heads)).toEqual({ main: [1000] });
    expect(shapesOf(logits)).toEqual({ main: [1000] });
    expect(outputs).toEqual([heads.main]);
  });

  it('stand in the order of the network', () => {
    expect(Object.keys(full('paper', true).endpoints)).toEqual([
      ...['conv1', 'pool1', 'norm1', 'conv2_reduce', 'conv2', 'norm2', 'pool2', 'inception_3a', 'inception_3b', 'pool3'],
      ...['inception_4a', 'inception_4b', 'inception_4c', 'inception_4d', 'inception_4e', 'pool4', 'inception_5a', 'inception_5b'],
    ]);
  });
});

describe('layer names', () => {
  // tfjs: the class in snake case, '_', the class, a number: conv2d_Conv2D1.
  const AUTOMATIC = /_[A-Z][A-Za-z0-9]*\d+$|^input\d+$/;

  it('of a layer without a name are seen as automatic', () => {
    const layers = [tf.layers.conv2d({ filters: 1, kernelSize: 1 }), tf.layers.flatten(), tf.layers.batchNormalization()];
    for (const { name } of layers) expect(name).toMatch(AUTOMATIC);
    expect(tf.input({ shape: [1] }).name).toMatch(AUTOMATIC);
  });

  it.each(VARIANTS)('%s: no slash, none automatic, each once, the same in the next build', (variant) => {
    const [model, again] = [1, 2].map(() => tiny({ variant, auxiliaryHeads: true, inputShape: [224, 224, 3] }));
    const names = model.layers.map(({ name }) => name);
    expect(names.filter((name) => name.includes('/') || AUTOMATIC.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(again.layers.map(({ name }) => name)).toEqual(names);
    expect(again.weights.map(({ originalName }) => originalName)).toEqual(model.weights.map(({ originalName }) => originalName));
  });

  it('do not depend on the width or the number of classes', () => {
    const names = (model: tf.LayersModel): string[] => model.layers.map(({ name }) => name);
    expect(names(tiny({ inputShape: [224, 224, 3] }))).toEqual(names(full('batchnorm', false)));
  });
});

describe('wiring: equal shapes hide swapped heads, ancestry does not', () => {
  it.each([
    { layer: 'auxiliary_4a', sees: ['inception_4a_concat'], butNot: ['inception_4b_concat', 'inception_4d_concat', 'auxiliary_4d_fc'] },
    { layer: 'auxiliary_4d', sees: ['inception_4a_concat', 'inception_4d_concat'], butNot: ['inception_4e_concat', 'auxiliary_4a_fc'] },
    {
      layer: 'main',
      sees: ['inception_4e_concat', 'inception_5b_concat', 'pool5', 'dropout'],
      butNot: ['auxiliary_4a_fc', 'auxiliary_4d_fc'],
    },
  ])('$layer sees $sees and not $butNot', ({ layer, sees, butNot }) => {
    for (const variant of VARIANTS) {
      const seen = ancestors(tiny({ variant, auxiliaryHeads: true }), layer);
      expect(seen).toEqual(expect.arrayContaining(sees));
      expect(butNot.filter((name) => seen.includes(name))).toEqual([]);
    }
  });

  it('main sees no layer of a head at all, and each head is read by its own name', () => {
    const model = full('batchnorm', true);
    expect(ancestors(model, 'main').filter((name) => name.startsWith('auxiliary'))).toEqual([]);
    for (const name of ['main', 'auxiliary_4a', 'auxiliary_4d'] as const) {
      expect(model.heads[name]).toBe(model.getLayer(name).output);
      expect(model.logits[name]).toBe(model.getLayer(`${name}_logits`).output);
      expect(ancestors(model, name)).toContain(`${name}_logits`);
    }
  });

  it('outputs stand in the order main, auxiliary_4a, auxiliary_4d', () => {
    const { heads, outputs, outputNames } = full('paper', true);
    expect(Object.keys(heads)).toEqual(['main', 'auxiliary_4a', 'auxiliary_4d']);
    expect(outputNames).toEqual(['main', 'auxiliary_4a', 'auxiliary_4d']);
    expect(outputs).toEqual([heads.main, heads.auxiliary_4a, heads.auxiliary_4d]);
  });

  it('each branch of a module sees the module before it and no other branch', () => {
    const branches = ['1x1_relu', '3x3_relu', '5x5_relu', 'pool_projection_relu'].map((name) => `inception_4b_${name}`);
    for (const branch of branches) {
      const seen = ancestors(full('batchnorm', false), branch);
      expect(seen).toContain('inception_4a_concat');
      expect(seen.filter((name) => branches.includes(name))).toEqual([branch]);
    }
  });
});

describe('input sizes', () => {
  it.each(
    titled<{ options: GoogLeNetOptions; last: number[] }>([
      { options: { inputShape: [192, 192, 3] }, last: [6, 6, 128] },
      { options: { inputShape: [225, 225, 3] }, last: [8, 8, 128] },
      { options: { inputShape: [107, 107, 3] }, last: [4, 4, 128] },
      { options: { inputShape: [107, 107, 3], variant: 'caffe' }, last: [3, 3, 128] },
      { options: { inputShape: [100, 100, 3], variant: 'torchvision' }, last: [3, 3, 128] },
      { options: { inputShape: [64, 320, 3] }, last: [2, 10, 128] },
      { options: { inputShape: [33, 70, 3], variant: 'torchvision' }, last: [1, 2, 128] },
      { options: { inputShape: [96, 96, 3], stem: 'stride4' }, last: [6, 6, 128] },
      { options: { inputShape: [64, 64, 3], stem: 'stride4' }, last: [4, 4, 128] },
      { options: { inputShape: [48, 48, 3], stem: 'stride2' }, last: [6, 6, 128] },
      { options: { inputShape: [32, 32, 3], stem: 'stride2' }, last: [4, 4, 128] },
      { options: { inputShape: [64, 64, 1] }, last: [2, 2, 128] },
    ]),
  )('$title: inception_5b gives $last, and what is predicted sums to 1', ({ options, last }) => {
    const model = tiny(options);
    expect(model.endpoints.inception_5b.shape).toEqual([null, ...last]);
    const sums = tf.tidy(() => {
      const [height, width, channels] = model.spec.inputShape;
      const output = model.predict(tf.randomUniform([2, height, width, channels], -1, 1, 'float32', 1)) as tf.Tensor;
      expect(output.shape).toEqual([2, 3]);
      return tf.sum(output, 1).dataSync();
    });
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
  });

  it.each(
    titled<{ options: GoogLeNetOptions; least: number }>([
      { options: { auxiliaryHeads: true }, least: 65 },
      { options: { auxiliaryHeads: true, stem: 'stride4' }, least: 33 },
      { options: { auxiliaryHeads: true, stem: 'stride2' }, least: 17 },
      { options: { variant: 'torchvision' }, least: 15 },
      { options: { variant: 'caffe' }, least: 31 },
      { options: { variant: 'caffe', auxiliaryHeads: true }, least: 79 },
    ]),
  )('$title: $least pixels predict, one less is refused by name of the minimum', ({ options, least }) => {
    const model = tiny({ ...options, inputShape: [least, least, 3] });
    const shapes = tf.tidy(() => [model.predict(tf.zeros([1, least, least, 3]))].flat().map(({ shape }) => shape));
    expect(shapes).toEqual(model.outputNames.map(() => [1, 3]));
    const refused = refusal(() => googLeNet({ ...TINY, ...options, inputShape: [least, least - 1, 3] }));
    expect(refused).toMatchObject({ code: 'INPUT_TOO_SMALL', tensors: 0 });
    expect(refused.message).toContain(`googlenet needs an inputShape of at least ${least}×${least}, and has ${least}×${least - 1}.`);
  });

  it("at 107 pixels 'ceil' leaves Caffe's maps smaller than TensorFlow's: 27, 13, 6, 3 against 27, 14, 7, 4", () => {
    const sides = (variant: Variant): (number | null)[] => {
      const { endpoints } = tiny({ variant, inputShape: [107, 107, 3] });
      return (['pool1', 'pool2', 'pool3', 'pool4'] as const).map((name) => endpoints[name].shape[1]);
    };
    expect([sides('caffe'), sides('paper')]).toEqual([
      [27, 13, 6, 3],
      [27, 14, 7, 4],
    ]);
  });
});

describe('options', () => {
  it.each([1, 2, 17, 1000])('%d classes add 128 · classes + classes parameters to a network an eighth as wide', (classes) => {
    const model = tiny({ classes, inputShape: [32, 32, 3] });
    expect(model.outputs[0].shape).toEqual([null, classes]);
    expect(model.getLayer('main_logits').countParams()).toBe(129 * classes);
  });

  it('a grey picture has 64 · 49 weights in the first convolution, and one offset', () => {
    const model = tiny({ inputShape: [64, 64, 1], widthMultiplier: 1 });
    expect(model.getLayer('conv1_conv').countParams()).toBe(3136);
    expect(model.preprocessing.offset).toEqual([-1]);
  });

  it.each(
    titled<{ options: GoogLeNetOptions; shape: number[]; last: string }>([
      { options: { includeTop: false }, shape: [2, 2, 128], last: 'inception_5b_concat' },
      { options: { includeTop: false, pooling: 'avg' }, shape: [128], last: 'global_pool' },
      { options: { includeTop: false, pooling: 'max' }, shape: [128], last: 'global_pool' },
      { options: { includeTop: false, finalModule: 'inception_4d' }, shape: [4, 4, 72], last: 'inception_4d_concat' },
    ]),
  )('$title: features of $shape from $last, and no head', ({ options, shape, last }) => {
    const model = tiny({ inputShape: [64, 64, 3], ...options, classes: undefined });
    expect(model.outputs[0].shape).toEqual([null, ...shape]);
    expect(model.outputNames).toEqual([last]);
    expect([model.heads, model.logits, model.spec.classes]).toEqual([{}, {}, 0]);
    expect(model.layers.filter(({ name }) => /^main|dropout/.test(name))).toEqual([]);
  });

  it("pooling 'avg' and 'max' are the mean and the largest of the feature map", () => {
    const input = tf.randomUniform([1, 64, 64, 3], -1, 1, 'float32', 2);
    const run = (pooling?: 'avg' | 'max'): tf.Tensor =>
      tiny({ inputShape: [64, 64, 3], includeTop: false, pooling, seed: 4 }).predict(input) as tf.Tensor;
    const [map, mean, largest] = [run(), run('avg'), run('max')];
    expect(tf.max(tf.abs(tf.sub(tf.mean(map, [1, 2]), mean))).dataSync()[0]).toBeLessThan(1e-7);
    expect([...largest.dataSync()]).toEqual([...tf.max(map, [1, 2]).dataSync()]);
    tf.dispose([input, map, mean, largest]);
  });

  it('finalModule ends the trunk: 4b leaves the head on 4a only', () => {
    const model = tiny({ inputShape: [96, 96, 3], finalModule: 'inception_4b', auxiliaryHeads: true });
    expect(model.outputNames).toEqual(['main', 'auxiliary_4a']);
    expect(Object.keys(model.endpoints).at(-1)).toBe('inception_4b');
    expect(ancestors(model, 'main')).toContain('inception_4b_concat');
  });

  it('widthMultiplier 0.5 halves every width: 3b gives 240 channels, a head 512 units', () => {
    const model = tiny({ widthMultiplier: 0.5, inputShape: [96, 96, 3], auxiliaryHeads: true });
    expect(model.endpoints.inception_3b.shape).toEqual([null, 12, 12, 240]);
    expect(model.getLayer('auxiliary_4a_fc').outputShape).toEqual([null, 512]);
  });

  it("classifierActivation 'linear' returns what stands before the softmax", () => {
    const input = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 3);
    const run = (classifierActivation?: 'softmax' | 'linear'): tf.Tensor =>
      tiny({ inputShape: [32, 32, 3], classifierActivation, seed: 4 }).predict(input) as tf.Tensor;
    const [logits, probabilities] = [run('linear'), run()];
    expect(tf.max(tf.abs(tf.sub(tf.softmax(logits), probabilities))).dataSync()[0]).toBeLessThan(1e-6);
    expect(tf.max(tf.abs(tf.sub(logits, probabilities))).dataSync()[0]).toBeGreaterThan(0.1);
    tf.dispose([input, logits, probabilities]);
  });

  it('dropout, name and momentum reach the layers; dropout 0 leaves none before the classifier', () => {
    const model = tiny({ inputShape: [32, 32, 3], dropout: 0.25, name: 'pets', momentum: 0.85 });
    expect(model.name).toBe('pets');
    expect(model.getLayer('dropout').getConfig()).toMatchObject({ rate: 0.25 });
    expect(model.getLayer('inception_4c_3x3_bn').getConfig()).toMatchObject({ momentum: 0.85, epsilon: 1e-3 });
    expect(tiny({ inputShape: [32, 32, 3], dropout: 0 }).layers.some(({ name }) => name === 'dropout')).toBe(false);
  });

  it('paper and caffe normalize responses, torchvision pools adaptively, slim has no gamma', () => {
    const special = (variant: Variant): string[] =>
      tiny({ variant, auxiliaryHeads: true, inputShape: [96, 96, 3] })
        .layers.filter((layer) => ['LocalResponseNormalization', 'AdaptiveAveragePooling2D'].includes(layer.getClassName()))
        .map(({ name }) => name);
    expect(VARIANTS.map(special)).toEqual([[], ['norm1', 'norm2'], ['norm1', 'norm2'], ['auxiliary_4a_pool', 'auxiliary_4d_pool'], []]);
    const gammas = (variant: Variant): number =>
      full(variant, false).weights.filter(({ originalName }) => originalName.endsWith('/gamma')).length;
    expect(VARIANTS.map(gammas)).toEqual([57, 0, 0, 57, 0]);
  });

  it("Caffe's biases start at 0.2, and at 0 in the three classifiers; the paper's all at 0", () => {
    const startsOf = (variant: Variant): Record<string, number> => {
      const biases = full(variant, true).weights.filter(({ originalName }) => originalName.endsWith('/bias'));
      return Object.fromEntries(biases.map((bias) => [bias.originalName, bias.read().dataSync()[0]]));
    };
    const zeros = (starts: Record<string, number>): string[] => Object.keys(starts).filter((name) => starts[name] === 0);
    const [caffe, paper] = [startsOf('caffe'), startsOf('paper')];
    expect(Object.keys(caffe)).toHaveLength(64);
    expect(zeros(caffe).sort()).toEqual(['auxiliary_4a_logits/bias', 'auxiliary_4d_logits/bias', 'main_logits/bias']);
    expect(new Set(Object.values(caffe))).toEqual(new Set([0, Math.fround(0.2)]));
    expect(zeros(paper)).toHaveLength(64);
  });
});

describe('what is refused, by path and before any weight exists', () => {
  it.each(
    titled([
      { options: { classes: 2.5 }, message: 'googLeNet.classes: expected a positive integer, got 2.5.' },
      { options: { seed: 1.5 }, message: 'googLeNet.seed: expected an integer, got 1.5.' },
      { options: { seed: 'one' }, message: "googLeNet.seed: expected an integer, got 'one'." },
      { options: { clases: 10 }, message: /^googLeNet\.clases: expected one of the keys inputShape, classes, .*, got 10\.$/ },
      { options: { variant: 'v2' }, message: /^googLeNet\.variant: expected 'batchnorm' \| .*, got 'v2'\.$/ },
      {
        options: { auxiliaryHeads: true, includeTop: false },
        message: /^googLeNet\.auxiliaryHeads: expected false where includeTop is false/,
      },
      { options: 5, message: 'googLeNet: expected an object, got 5.' },
      { options: null, message: 'googLeNet: expected an object, got null.' },
    ]),
  )('$title', ({ options, message }) => {
    const refused = refusal(() => googLeNet(options as Parameters<typeof googLeNet>[0]));
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', tensors: 0 });
    expect(refused.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
