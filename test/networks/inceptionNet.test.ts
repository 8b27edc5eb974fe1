import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { BATCH_NORMALIZED } from '../../src/spec/convolutionStyles.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { refusal } from '../blocks/blockModel.js';
import { ancestors, countsByOperation, shapesOf, weightValues } from './modelFacts.js';

const built: tf.LayersModel[] = [];
const build = (...options: Parameters<typeof inceptionNet>): InceptionModel => {
  const model = inceptionNet(...options);
  built.push(model);
  return model;
};
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

const convolution = (name: string, filters: number, kernelSize = 1): Step => ({ op: 'convolution', name, filters, kernelSize });

/** Every kind of step, merge and padding, in a network of one's own. */
const OWN: NetworkSpec = {
  name: 'own',
  variant: 'mine',
  source: 'this test',
  inputShape: [29, 40, 2],
  classes: 3,
  convolution: { ...BATCH_NORMALIZED, initializer: 'heNormal' },
  trunk: [
    { op: 'convolution', name: 'stem', filters: 6, kernelSize: [3, 5], strides: 2, padding: { zeros: 1 } },
    { op: 'localResponseNormalization', name: 'norm', depthRadius: 1, bias: 2, alpha: 0.1, beta: 0.5 },
    { op: 'maxPool', name: 'half', poolSize: 2, strides: 2, padding: 'ceil' },
    { op: 'module', name: 'sum', branches: [[convolution('a', 6)], [convolution('b', 4), convolution('c', 6, 3)], []], merge: 'add' },
    {
      op: 'module',
      name: 'shortcut',
      branches: [[convolution('a', 3)], [{ op: 'averagePool', name: 'mean', poolSize: 3 }]],
      merge: { residual: 0.2 },
    },
    {
      ...{ op: 'module', name: 'mixed' },
      branches: [
        [],
        [
          { op: 'module', name: 'inner', branches: [[convolution('a', 1)], [convolution('b', 2)]] },
          { op: 'dropout', name: 'drop', rate: 0.2 },
        ],
      ],
    },
    { op: 'adaptiveAveragePool', name: 'four', outputSize: [4, 3] },
  ],
  top: [
    { op: 'flatten', name: 'flat' },
    { op: 'dense', name: 'fc', units: 5, activation: 'relu' },
    { op: 'dropout', name: 'dropout', rate: 0.5 },
  ],
  auxiliaryHeads: [{ name: 'early', after: 'half', lossWeight: 0.4, steps: [{ op: 'globalMaxPool', name: 'largest' }] }],
  classifierActivation: 'softmax',
  preprocessing: { channelOrder: 'rgb', scale: 1, offset: [0, 0] },
};

describe('a network of one’s own', () => {
  it('has the shapes, counts, names and outputs that its spec says', () => {
    const model = build(OWN, { seed: 1 });
    expect(shapesOf(model.endpoints)).toEqual({
      ...{ stem: [15, 19, 6], norm: [15, 19, 6], half: [8, 10, 6], sum: [8, 10, 6], shortcut: [8, 10, 6], mixed: [8, 10, 9] },
      four: [4, 3, 9],
    });
    expect(model.outputNames).toEqual(['main', 'early']);
    expect(shapesOf(model.heads)).toEqual({ main: [3], early: [3] });
    expect(countsByOperation(model)).toEqual({
      ...{ stem: [3 * 5 * 2 * 6 + 12, 12], sum_a: [36 + 12, 12], sum_b: [24 + 8, 8], sum_c: [9 * 24 + 12, 12] },
      ...{ shortcut_a: [18 + 6, 6], shortcut_projection: [9 * 6 + 6, 0], mixed_inner_a: [6 + 2, 2], mixed_inner_b: [12 + 4, 4] },
      ...{ fc: [108 * 5 + 5, 0], main_logits: [5 * 3 + 3, 0], early_logits: [6 * 3 + 3, 0] },
    });
    expect(model.layers.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'stem_padding',
        'half_padding',
        'sum_add',
        'shortcut_scale',
        'mixed_inner_concat',
        'mixed_drop',
        'early_largest',
      ]),
    );
    const outputs = tf.tidy(() => (model.predict(tf.zeros([2, 29, 40, 2])) as tf.Tensor[]).map(({ shape }) => shape));
    expect(outputs).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(ancestors(model, 'early')).not.toContain('sum_add');
  });

  it('bears the name of the spec, or the one given', () => {
    expect(build(OWN).name).toBe('own');
    expect(build(OWN, { name: 'other' }).name).toBe('other');
  });

  it('with no classes ends in its features, a vector or a map', () => {
    const headless = { ...OWN, classes: 0, auxiliaryHeads: [] };
    expect(build(headless).outputs[0].shape).toEqual([null, 5]);
    const map = build({ ...headless, top: [] });
    expect([map.outputs[0].shape, map.outputNames, map.heads]).toEqual([[null, 4, 3, 9], ['four'], {}]);
  });

  it('may be no more than a module of one empty branch', () => {
    const trunk: Step[] = [{ op: 'module', name: 'nothing', branches: [[]] }];
    const model = build({ ...OWN, classes: 0, auxiliaryHeads: [], trunk, top: [] });
    expect(model.outputs[0].shape).toEqual([null, 29, 40, 2]);
    expect(model.layers.map(({ name }) => name)).toEqual(['input']);
  });

  it('keeps a copy of its spec: changing the one given changes nothing', () => {
    const given = structuredClone(OWN) as { trunk: Step[] } & NetworkSpec;
    const model = build(given);
    given.trunk.pop();
    expect(model.spec).toEqual(OWN);
  });

  it('is built again from its spec in JSON: equal layers, weights and predictions for the same seed', () => {
    const model = build(OWN, { seed: 3 });
    const again = build(JSON.parse(JSON.stringify(model.spec)) as NetworkSpec, { seed: 3 });
    expect(again.spec).toEqual(model.spec);
    expect(again.toJSON()).toEqual(model.toJSON());
    expect(weightValues(again)).toEqual(weightValues(model));
    const input = tf.randomUniform([1, 29, 40, 2], -1, 1, 'float32', 1);
    const values = [model, again].map((each) => (each.predict(input) as tf.Tensor[]).map((output) => [...output.dataSync()]));
    expect(values[1]).toEqual(values[0]);
    input.dispose();
  });

  it('heads follow main in the order of the spec', () => {
    const auxiliaryHeads = ['norm', 'stem'].map((after) => ({ ...OWN.auxiliaryHeads[0], name: `on_${after}`, after }));
    const model = build({ ...OWN, auxiliaryHeads });
    expect(model.outputNames).toEqual(['main', 'on_norm', 'on_stem']);
    expect(Object.keys(model.logits)).toEqual(['main', 'on_norm', 'on_stem']);
    expect(ancestors(model, 'on_stem')).not.toContain('norm');
  });
});

describe('what is refused, before any weight exists', () => {
  const spec = networkSpec('googlenet', { widthMultiplier: 0.125, classes: 3 });
  it.each<{ spec: unknown; options?: unknown; code?: string; message: string | RegExp }>([
    { spec, options: { seed: 1.5 }, message: 'inceptionNet.seed: expected an integer, got 1.5.' },
    { spec, options: { name: 5 }, message: 'inceptionNet.name: expected a text, got 5.' },
    { spec, options: { sead: 1 }, message: 'inceptionNet.sead: expected one of the keys name, seed, got 1.' },
    { spec, options: null, message: 'inceptionNet: expected an object, got null.' },
    { spec: undefined, message: 'networkSpec: expected an object, got undefined.' },
    { spec: { ...spec, classes: 2.5 }, message: 'networkSpec.classes: expected a whole number, 0 or more, got 2.5.' },
    { spec: { ...spec, top: [] }, message: /^main_logits: expected a vector to classify, got 7×7×128\./ },
    {
      spec: { ...OWN, auxiliaryHeads: [{ ...OWN.auxiliaryHeads[0], after: 'nowhere' }] },
      message: /^networkSpec\.auxiliaryHeads\[0\]\.after: expected a step of the trunk \(stem, norm, .*\), got 'nowhere'\.$/,
    },
    {
      spec: { ...OWN, trunk: [convolution('a', 2), convolution('a', 2)], auxiliaryHeads: [] },
      message: "networkSpec.trunk[1].name: expected a name of its own ('a' is taken by trunk[0]), got 'a'.",
    },
    {
      spec: { ...OWN, trunk: [convolution('2', 2)], auxiliaryHeads: [] },
      message:
        /^networkSpec\.trunk\[0\]\.name: expected a name of letters, .* that begins with a letter or digit and is no number, got '2'\.$/,
    },
    {
      spec: { ...OWN, inputShape: [2, 2, 2], trunk: [{ op: 'maxPool', name: 'p', poolSize: 3, padding: 'valid' }], auxiliaryHeads: [] },
      code: 'INPUT_TOO_SMALL',
      message: 'p: expected a map that its 3×3 window fits, got 2×2×2. own needs an inputShape of at least 3×3, and has 2×2.',
    },
  ])('$message', ({ spec: given, options, code = 'INVALID_ARGUMENT', message }) => {
    const refused = refusal(() => inceptionNet(given as NetworkSpec, options as Parameters<typeof inceptionNet>[1]));
    expect(refused).toMatchObject({ code, tensors: 0 });
    expect(refused.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
