import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { refusal } from '../blocks/blockModel.js';
import { weightValues } from './modelFacts.js';
import { PUBLISHED_BUILDERS, narrow, type PublishedBuilder } from './publishedBuilders.js';

beforeAll(async () => void (await useBackendUnderTest()));
const built: tf.LayersModel[] = [];
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

const build = (row: PublishedBuilder, options: NetworkOptions & { seed?: number } = {}): InceptionModel => {
  const model = row.build({ ...narrow(row), ...options });
  built.push(model);
  return model;
};

/** Each output's values for the same random pictures. */
const predict = (model: InceptionModel): number[][] =>
  tf.tidy(() => {
    const pictures = tf.randomUniform([2, ...model.spec.inputShape], -1, 1, 'float32', 1);
    return [model.predict(pictures)].flat().map((output) => [...output.dataSync()]);
  });

describe.each(PUBLISHED_BUILDERS)('$where', (row) => {
  const { network, where, head, halfway, last } = row;
  const headless = { auxiliaryHeads: false } as const;

  it('builds what inceptionNet makes of networkSpec, weight for weight, and of the spec out of JSON', () => {
    const { seed, ...options } = narrow(row);
    const spec = networkSpec(network, options);
    const model = build(row);
    expect(model.spec).toEqual(spec);
    for (const again of [spec, JSON.parse(JSON.stringify(spec)) as typeof spec]) {
      const other = inceptionNet(again, { seed });
      built.push(other);
      expect(other.toJSON()).toEqual(model.toJSON());
      expect(weightValues(other)).toEqual(weightValues(model));
    }
  });

  it('one seed gives the same weights, another others in every kernel', () => {
    const [model, same, other] = [1, 1, 2].map((seed) => weightValues(build(row, { seed })));
    expect(same).toEqual(model);
    const kernels = Object.keys(model).filter((name) => name.endsWith('kernel'));
    expect(kernels.filter((name) => Buffer.from(model[name].buffer).equals(Buffer.from(other[name].buffer)))).toEqual([]);
    expect(kernels.length).toBeGreaterThan(35);
  });

  it('without the top it is a map, or one number a channel: the mean or the largest', () => {
    const options = { ...headless, classes: undefined, includeTop: false } as const;
    const [map, mean, most] = [{}, { pooling: 'avg' } as const, { pooling: 'max' } as const].map((more) =>
      build(row, { ...options, ...more }),
    );
    expect([map, mean, most].map(({ heads }) => heads)).toEqual([{}, {}, {}]);
    const [, height, width, channels] = map.outputs[0].shape as number[];
    expect(map.outputs[0]).toBe(map.endpoints[last]);
    const values = tf.tensor4d(predict(map)[0], [2, height, width, channels]);
    const [means, maxima] = [tf.mean(values, [1, 2]), tf.max(values, [1, 2])].map((tensor) => [...tensor.dataSync()]);
    expect(predict(most)).toEqual([maxima]);
    predict(mean)[0].forEach((value, index) => expect(value).toBeCloseTo(means[index], 4));
    values.dispose();
  });

  it("dropout of 0.3 is a layer between features and classifier, also where the source has none; 'linear' returns the logits", () => {
    const model = build(row, { dropout: 0.3, classifierActivation: 'linear' });
    expect(model.getLayer('dropout').getConfig()).toMatchObject({ rate: 0.3 });
    const softened = build(row, { dropout: 0 });
    expect(softened.layers.some(({ name }) => name === 'dropout')).toBe(false);
    const [logits, probabilities] = [predict(model)[0], predict(softened)[0]];
    const expected = tf.tidy(() => [...tf.softmax(tf.tensor2d(logits, [2, 3])).dataSync()]);
    probabilities.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5));
  });

  it(`ends at finalModule '${halfway}', takes 1 and 4 channels and any shape, and predicts one distribution a head`, () => {
    for (const options of [
      { ...headless, finalModule: halfway },
      { inputShape: [row.small, row.small + 30, 1] },
      { inputShape: [row.small + 7, row.small, 4] },
    ] as const) {
      const outputs = predict(build(row, options));
      expect(outputs).toHaveLength('finalModule' in options || !head ? 1 : 2);
      for (const [a, b, c, d, e, f] of outputs) {
        expect(a + b + c).toBeCloseTo(1, 5);
        expect(d + e + f).toBeCloseTo(1, 5);
      }
    }
  });

  it('momentum reaches every batch normalisation', () => {
    const layers = build(row, { momentum: 0.77 }).layers.filter((layer) => layer.getClassName() === 'BatchNormalization');
    expect(layers.length).toBeGreaterThan(30);
    expect([...new Set(layers.map((layer) => layer.getConfig().momentum))]).toEqual([0.77]);
  });

  it('a call that is refused leaves no tensor behind, and disposing frees all', () => {
    const refuse = (options: object): { code?: string; message: string; tensors: number } =>
      refusal(() => row.build({ ...narrow(row), ...options }));
    expect(refuse({ clases: 3 })).toMatchObject({ code: 'INVALID_ARGUMENT', tensors: 0 });
    expect(refuse({ clases: 3 }).message).toMatch(new RegExp(`^${where}\\.clases: expected one of the keys inputShape, `));
    expect(refuse({ seed: 2.5 })).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `${where}.seed: expected an integer, got 2.5.`,
      tensors: 0,
    });
    expect(refuse({ classes: 2.5 }).message).toBe(`${where}.classes: expected a positive integer, got 2.5.`);
    if (!head) {
      expect(refuse({ auxiliaryHeads: true })).toMatchObject({
        ...{ code: 'INVALID_ARGUMENT', tensors: 0 },
        message: expect.stringMatching(
          `^${where}\\.auxiliaryHeads: expected false, since this network has no auxiliary heads, got true\\.`,
        ),
      });
    }
    const before = tf.memory().numTensors;
    const model = row.build(narrow(row));
    const weights = tf.memory().numTensors - before;
    expect(weights).toBe(model.weights.length);
    predict(model);
    expect(tf.memory().numTensors).toBe(before + weights);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the smallest pictures', () => {
  it.each(PUBLISHED_BUILDERS)('$network predicts from them, and one pixel less leaves no tensor behind', (row) => {
    const least = { 'inception-v2': 1, xception: 7, 'inception-resnet-v1': 75 }[row.network as string] ?? 107;
    const options = { stem: 'stride8', inputShape: [least, least, 3] } as const;
    for (const [a, b, c] of predict(build(row, options))) expect(a + b + c).toBeCloseTo(1, 5);
    if (least === 1) return;
    const refused = refusal(() => row.build({ ...narrow(row), ...options, inputShape: [least, least - 1, 3] }));
    expect(refused).toMatchObject({ code: 'INPUT_TOO_SMALL', tensors: 0 });
    expect(refused.message).toContain(`at least ${least}×${least}`);
  });
});
