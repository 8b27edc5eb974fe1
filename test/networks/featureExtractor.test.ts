import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { featureExtractor } from '../../src/networks/featureExtractor.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { refusal } from '../blocks/blockModel.js';
import { difference } from '../layers/difference.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { anyNetwork } from './anyNetwork.js';

const SMALL = { widthMultiplier: 0.125, classes: 3, inputShape: [32, 32, 3], stem: 'stride2', seed: 1 } as const;
const built: tf.LayersModel[] = [];
const keep = <Model extends tf.LayersModel>(model: Model): Model => {
  built.push(model);
  return model;
};
const noise = (...shape: [number, number, number, number]): tf.Tensor4D => tf.randomUniform(shape, -1, 1, 'float32', 1);
beforeAll(async () => void (await useBackendUnderTest()));
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

/** The values of the outputs, one or more, by a model's name. */
const run = (model: tf.LayersModel, input: tf.Tensor): number[][] =>
  tf.tidy(() => [model.predict(input) as tf.Tensor[]].flat().map((output) => [...output.dataSync()]));

describe('featureExtractor', () => {
  it('returns the maps after the stages, in the order asked for: 8×8×104 before 8×8×64', () => {
    const model = keep(googLeNet(SMALL));
    const extractor = featureExtractor(model, ['inception_4e', 'inception_4a']);
    const input = noise(2, 32, 32, 3);
    const outputs = extractor.predict(input) as tf.Tensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [2, 8, 8, 104],
      [2, 8, 8, 64],
    ]);
    for (const [index, name] of (['inception_4e', 'inception_4a'] as const).entries()) {
      const [expected] = run(tf.model({ inputs: model.inputs, outputs: model.endpoints[name] }), input);
      expect([...outputs[index].dataSync()]).toEqual(expected);
    }
    tf.dispose([input, outputs]);
  });

  it("'features' are what the main classifier reads: its weights make the logits of them", () => {
    const model = keep(googLeNet({ ...SMALL, auxiliaryHeads: true }));
    const [kernel, bias] = model.getLayer('main_logits').getWeights();
    const input = noise(4, 32, 32, 3);
    const features = featureExtractor(model, 'features').predict(input) as tf.Tensor2D;
    expect(features.shape).toEqual([4, 128]);
    const logits = tf.tidy(() => tf.add(tf.matMul(features, kernel as tf.Tensor2D), bias).dataSync());
    const [expected] = run(tf.model({ inputs: model.inputs, outputs: model.logits.main }), input);
    expect(difference(logits, expected)).toBeLessThan(1e-5);
    tf.dispose([input, features]);
  });

  it.each([
    { top: 'none', options: { includeTop: false }, shape: [null, 4, 4, 128] },
    { top: 'an average', options: { includeTop: false, pooling: 'avg' }, shape: [null, 128] },
    { top: 'a maximum', options: { includeTop: false, pooling: 'max' }, shape: [null, 128] },
  ] as const)('of a network whose top is $top, they are its output, of shape $shape', ({ options, shape }) => {
    const model = keep(googLeNet({ ...SMALL, classes: undefined, ...options }));
    const extractor = featureExtractor(model, 'features');
    expect(extractor.outputs.map((output) => output.shape)).toEqual([shape]);
    const input = noise(1, 32, 32, 3);
    expect(run(extractor, input)).toEqual(run(model, input));
    input.dispose();
  });

  it('gives one tensor under both its names: the last stage and the features of a network without a top', () => {
    const model = keep(googLeNet({ ...SMALL, classes: undefined, includeTop: false }));
    const warn = jest.spyOn(console, 'warn');
    const input = noise(1, 32, 32, 3);
    const [last, features, first] = run(featureExtractor(model, ['inception_5b', 'features', 'conv1']), input);
    expect(features).toEqual(last);
    expect(first).toHaveLength(32 * 32 * 8);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    input.dispose();
  });

  it('returns every stage of 60 networks of any kind, in any order', () => {
    let several = 0;
    fc.assert(
      fc.property(anyNetwork, fc.boolean(), (spec, backwards) => {
        try {
          validateSpec(spec);
        } catch {
          fc.pre(false);
        }
        const model = keep(inceptionNet(spec, { seed: 1 }));
        const names = [...spec.trunk.map(({ name }) => name), 'features'];
        if (backwards) names.reverse();
        const input = noise(1, ...spec.inputShape);
        const values = run(featureExtractor(model, names), input);
        names.forEach((name, index) => {
          if (name === 'features') return;
          expect([values[index]]).toEqual(run(tf.model({ inputs: model.inputs, outputs: model.endpoints[name] }), input));
        });
        if (names.length > 2) several++;
        input.dispose();
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(several).toBeGreaterThan(30);
  });

  it('takes the names that the network has: others do not compile, and are refused with all there are', () => {
    const model = keep(tinyNetwork());
    const general = ['conv1', 'inception_4a'];
    expect(featureExtractor(model, general).outputs).toHaveLength(2);
    const known = 'conv1, inception_3a, pool3, inception_4a';
    const expected = `names of stages (features, ${known})`;
    const where = 'featureExtractor.endpoints: expected';
    expect(refusal(() => featureExtractor(model, 'inception_9z'))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `${where} ${expected}, got 'inception_9z'.`,
      tensors: 0,
    });
    expect(refusal(() => featureExtractor(model, ['conv1', 'main'])).message).toBe(`${where} ${expected}, got 'main'.`);
    expect(refusal(() => featureExtractor(model, [])).message).toBe(`${where} ${expected}, got [].`);
    expect(refusal(() => featureExtractor(model, undefined as unknown as string)).message).toBe(`${where} ${expected}, got undefined.`);
    expect(refusal(() => featureExtractor(model, ['conv1', 'conv1'])).message).toBe(`${where} every name once, got 'conv1'.`);
    const typed = keep(googLeNet(SMALL));
    // @ts-expect-error There is no inception_4f.
    expect(refusal(() => featureExtractor(typed, 'inception_4f')).code).toBe('INVALID_ARGUMENT');
    const plain = tf.model({ inputs: model.inputs, outputs: model.outputs }) as InceptionModel;
    expect(refusal(() => featureExtractor(plain, 'conv1'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^featureExtractor\.model: expected an InceptionModel, got /) as string,
    });
  });
});

describe("the extractor shares the network's layers", () => {
  it('holds no tensor of its own, and predicting leaves what it returns', () => {
    const model = keep(tinyNetwork());
    const before = tf.memory().numTensors;
    const extractor = featureExtractor(model, ['conv1', 'features']);
    expect(tf.memory().numTensors).toBe(before);
    const input = noise(1, 12, 12, 3);
    tf.dispose(extractor.predict(input));
    const outputs = extractor.predict(input) as tf.Tensor[];
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([input, outputs]);
  });

  it('sees the weights that training gives the network', () => {
    const model = keep(tinyNetwork());
    const input = noise(1, 12, 12, 3);
    const extractor = featureExtractor(model, 'features');
    const before = run(extractor, input);
    model.getLayer('conv1_conv').setWeights(
      tf.tidy(() =>
        model
          .getLayer('conv1_conv')
          .getWeights()
          .map((weight) => tf.mul(weight, 2)),
      ),
    );
    expect(run(extractor, input)).not.toEqual(before);
    expect(run(extractor, input)).toEqual(run(featureExtractor(model, 'features'), input));
    input.dispose();
  });

  it('disposed of, even after training of its own, it leaves the network whole; the network frees every tensor', async () => {
    const before = tf.memory().numTensors;
    const model = tinyNetwork();
    const input = noise(2, 12, 12, 3);
    const expected = run(model, input);
    const extractor = featureExtractor(model, 'features');
    extractor.dispose();
    expect(run(model, input)).toEqual(expected);
    const trained = featureExtractor(model, 'features');
    trained.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const targets = tf.zeros([2, 16]);
    await trained.fit(input, targets, { epochs: 1, verbose: 0 });
    trained.dispose();
    expect(run(model, input)).not.toEqual(expected);
    model.dispose();
    tf.dispose([input, targets]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
