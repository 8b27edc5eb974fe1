import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { freezeTo } from '../../src/networks/freezeTo.js';
import { googLeNet, type GoogLeNetEndpoint, type GoogLeNetHead } from '../../src/networks/googLeNet.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { replaceHead, type ReplaceHeadOptions } from '../../src/networks/replaceHead.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { train } from '../../src/training/train.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { randomizeWeights, refusal } from '../blocks/blockModel.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { anyNetwork } from './anyNetwork.js';
import { weightValues } from './modelFacts.js';

const SMALL = { widthMultiplier: 0.125, classes: 3, inputShape: [32, 32, 3], stem: 'stride2', seed: 1 } as const;
const built: tf.LayersModel[] = [];
const keep = <Model extends tf.LayersModel>(model: Model): Model => {
  built.push(model);
  return model;
};
const replaced = (...given: Parameters<typeof replaceHead>): InceptionModel => keep(replaceHead(...given));
/** A network as training would leave it: no weight is as it began. */
const trained = (model: InceptionModel): InceptionModel => {
  randomizeWeights(keep(model), 1);
  return model;
};
beforeAll(async () => void (await useBackendUnderTest()));
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

const run = (model: tf.LayersModel, input: tf.Tensor): number[][] =>
  tf.tidy(() => [model.predict(input) as tf.Tensor[]].flat().map((output) => [...output.dataSync()]));

const bytesOf = (values: Float32Array = new Float32Array()): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Names of the weights that differ between two networks, or that one of them alone has. */
function differing(a: tf.LayersModel, b: tf.LayersModel): string[] {
  const [one, other] = [weightValues(a), weightValues(b)];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.filter((name) => !bytesOf(one[name]).equals(bytesOf(other[name]))).sort();
}
const LOGITS = ['auxiliary_3a_logits/bias', 'auxiliary_3a_logits/kernel', 'main_logits/bias', 'main_logits/kernel'];

describe('replaceHead', () => {
  it('makes the classifiers anew and nothing else: 5 classes over a trunk that is bit-equal, moving statistics included', () => {
    const model = trained(tinyNetwork());
    const other = replaced(model, { classes: 5, seed: 2 });
    expect(differing(model, other)).toEqual(LOGITS);
    expect(Object.keys(weightValues(other)).filter((name) => name.endsWith('moving_variance'))).toHaveLength(10);
    expect(other.outputs.map(({ shape }) => shape)).toEqual([
      [null, 5],
      [null, 5],
    ]);
    expect(other.outputNames).toEqual(['main', 'auxiliary_3a']);
    expect(other.name).toBe(model.name);
    expect(other.spec).toEqual({ ...model.spec, classes: 5 });
    const input = tf.randomUniform([2, 12, 12, 3], -1, 1, 'float32', 1);
    const [before, after] = [model, other].map((each) =>
      run(tf.model({ inputs: each.inputs, outputs: each.endpoints['inception_4a'] }), input),
    );
    expect(after).toEqual(before);
    input.dispose();
  });

  it("the new classifiers are a fresh network's of the same seed, other with another seed; also where the number of classes stays", () => {
    const model = trained(tinyNetwork());
    const fresh = keep(tinyNetwork(2));
    const other = replaced(model, { classes: 3, seed: 2 });
    for (const name of LOGITS) expect(weightValues(other)[name]).toEqual(weightValues(fresh)[name]);
    expect(differing(model, other)).toEqual(LOGITS);
    expect(differing(other, replaced(model, { classes: 3, seed: 3 }))).toEqual(LOGITS.filter((name) => name.endsWith('kernel')));
    expect(differing(other, replaced(model, { classes: 3 }))).toEqual(LOGITS.filter((name) => name.endsWith('kernel')));
  });

  it('leaves the heads in the middle out on request, and refuses to invent them', () => {
    const model = trained(tinyNetwork());
    const alone = replaced(model, { classes: 2, auxiliaryHeads: false });
    expect(Object.keys(alone.heads)).toEqual(['main']);
    expect(alone.outputs).toHaveLength(1);
    expect(refusal(() => replaceHead(alone, { classes: 2, auxiliaryHeads: true }))).toEqual({
      code: 'INVALID_ARGUMENT',
      message:
        'replaceHead.auxiliaryHeads: expected false, since tiny has no auxiliary heads, got true. Build a network that has them (auxiliaryHeads: true).',
      tensors: 0,
    });
  });

  it('names the classes by the labels given, none otherwise', () => {
    const model = trained(tinyNetwork());
    model.labels = ['a', 'b', 'c'];
    expect(replaced(model, { classes: 3 }).labels).toEqual([]);
    expect(replaced(model, { classes: 2, labels: ['cat', 'dog'] }).labels).toEqual(['cat', 'dog']);
    expect(model.labels).toEqual(['a', 'b', 'c']);
    expect(refusal(() => replaceHead(model, { classes: 3, labels: ['cat', 'dog'] }))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: "replaceHead.labels: expected 3 labels, one a class, got [ 'cat', 'dog' ].",
      tensors: 0,
    });
  });

  it('changes dropout and the last activation: another rate, none, one where there was none, logits', () => {
    const model = trained(tinyNetwork());
    const dropouts = ({ spec }: InceptionModel): number[] => spec.top.flatMap((step) => (step.op === 'dropout' ? step.rate : []));
    expect(dropouts(replaced(model, { classes: 2 }))).toEqual([0.2]);
    expect(dropouts(replaced(model, { classes: 2, dropout: 0.5 }))).toEqual([0.5]);
    const without = replaced(model, { classes: 2, dropout: 0 });
    expect(dropouts(without)).toEqual([]);
    expect(dropouts(replaced(without, { classes: 2, dropout: 0.3 }))).toEqual([0.3]);
    expect(dropouts(replaced(without, { classes: 2, dropout: 0 }))).toEqual([]);
    const linear = replaced(model, { classes: 2, classifierActivation: 'linear' });
    const input = tf.randomUniform([1, 12, 12, 3], -1, 1, 'float32', 1);
    expect(run(linear, input)).toEqual(run(tf.model({ inputs: linear.inputs, outputs: Object.values(linear.logits) }), input));
    input.dispose();
  });

  it.each([
    { top: 'a map', options: {}, pool: ['globalAveragePool'] },
    { top: 'averages', options: { pooling: 'avg' }, pool: ['globalAveragePool'] },
    { top: 'maxima', options: { pooling: 'max' }, pool: ['globalMaxPool'] },
  ] as const)('gives a network that ends in $top a classifier', ({ options, pool }) => {
    const model = trained(googLeNet({ ...SMALL, classes: undefined, includeTop: false, ...options }));
    const other = replaced(model, { classes: 4, dropout: 0.4, seed: 1 });
    expect(other.spec.top.map(({ op }) => op)).toEqual([...pool, 'dropout']);
    expect(other.outputs.map(({ shape }) => shape)).toEqual([[null, 4]]);
    expect(differing(model, other)).toEqual(['main_logits/bias', 'main_logits/kernel']);
    expect(replaced(model, { classes: 4 }).spec.top.map(({ op }) => op)).toEqual([...pool]);
  });

  it('is typed as the network is', () => {
    const other: InceptionModel<GoogLeNetEndpoint, GoogLeNetHead> = keep(replaceHead(keep(googLeNet(SMALL)), { classes: 2 }));
    expect(other.endpoints.inception_4a.shape).toEqual([null, 8, 8, 64]);
    // @ts-expect-error There is no inception_4f.
    expect(other.endpoints.inception_4f).toBeUndefined();
  });

  it('keeps what is frozen so, and trains the new classifiers, even of a network frozen whole', () => {
    const model = trained(tinyNetwork());
    freezeTo(model, 'conv1');
    const trainable = ({ trainableWeights }: tf.LayersModel): string[] => trainableWeights.map(({ originalName }) => originalName);
    const other = replaced(model, { classes: 5 });
    expect(trainable(other)).toEqual(trainable(model));
    expect(trainable(other)).not.toContain('conv1_conv/kernel');
    model.getLayer('main_logits').trainable = false;
    expect(trainable(replaced(model, { classes: 5 }))).toEqual(trainable(other));
    model.trainable = false;
    expect(trainable(replaced(model, { classes: 5 })).sort()).toEqual(LOGITS);
  });

  it('serves 60 networks of any kind: every weight but the classifiers is taken over, with and without a top', () => {
    let topless = 0;
    fc.assert(
      fc.property(anyNetwork, fc.integer({ min: 1, max: 4 }), (spec, classes) => {
        try {
          validateSpec(spec);
        } catch {
          fc.pre(false);
        }
        const model = trained(inceptionNet(spec));
        const other = replaced(model, { classes });
        expect(differing(model, other).every((name) => /^(main|auxiliary_\d)_logits\/(kernel|bias)$/.test(name))).toBe(true);
        expect(other.outputs.map(({ shape }) => shape)).toEqual(other.outputNames.map(() => [null, classes]));
        expect(Object.keys(other.heads)).toEqual(['main', ...spec.auxiliaryHeads.map(({ name }) => name)]);
        if (spec.classes === 0) topless++;
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(topless).toBeGreaterThan(8);
  });

  it('makes a network that is saved and loaded as any other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replace-head-'));
    try {
      const other = replaced(trained(tinyNetwork()), { classes: 2, labels: ['cat', 'dog'], dropout: 0.5 });
      await saveModel(other, join(folder, 'pets'));
      const loaded = keep((await loadModel(join(folder, 'pets'))) as InceptionModel);
      expect(differing(loaded, other)).toEqual([]);
      expect([loaded.spec, loaded.labels]).toEqual([other.spec, ['cat', 'dog']]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the two networks share nothing', () => {
  const PICTURES = arrayDataset(stripes(16, 12, 1), 8);

  it('training the new one leaves every weight of the old as it was, and the other way round', async () => {
    const model = keep(tinyNetwork());
    const other = replaced(model, { classes: 3, seed: 2 });
    const [before, otherBefore] = [weightValues(model), weightValues(other)].map((values) => structuredClone(values));
    await train(other, { train: PICTURES }, { epochs: 1 });
    expect(weightValues(model)).toEqual(before);
    const after = structuredClone(weightValues(other));
    expect(after).not.toEqual(otherBefore);
    await train(model, { train: PICTURES }, { epochs: 1 });
    expect(weightValues(other)).toEqual(after);
  });

  it('each is disposed of by itself, in either order, and then no tensor is left', () => {
    const before = tf.memory().numTensors;
    const input = tf.zeros([1, 12, 12, 3]);
    for (const oldFirst of [true, false]) {
      const model = tinyNetwork();
      const other = replaceHead(model, { classes: 5 });
      expect(tf.memory().numTensors).toBe(before + 1 + model.weights.length + other.weights.length);
      const [first, second] = oldFirst ? [model, other] : [other, model];
      first.dispose();
      expect(run(second, input).flat().every(Number.isFinite)).toBe(true);
      second.dispose();
      expect(tf.memory().numTensors).toBe(before + 1);
    }
    input.dispose();
  });
});

describe('what replaceHead cannot use', () => {
  it('is named, every fault at once, and leaves no tensor', () => {
    const model = keep(tinyNetwork());
    const options = { classes: 0, dropout: 1, colour: 'red', auxiliaryHeads: 'no' } as unknown as ReplaceHeadOptions;
    const { code, message, tensors } = refusal(() => replaceHead(model, options));
    expect({ code, tensors }).toEqual({ code: 'INVALID_ARGUMENT', tensors: 0 });
    expect(message.split('\n').sort()).toEqual([
      "replaceHead.auxiliaryHeads: expected true or false, got 'no'.",
      'replaceHead.classes: expected a positive integer, got 0.',
      "replaceHead.colour: expected one of the keys classes, labels, seed, dropout, auxiliaryHeads, classifierActivation, got 'red'.",
      'replaceHead.dropout: expected a number from 0 to below 1, got 1.',
    ]);
    expect(refusal(() => replaceHead(model, {} as ReplaceHeadOptions)).message).toBe(
      'replaceHead.classes: expected a positive integer, got undefined.',
    );
  });

  it('is a model that does not know what it is made of', () => {
    const model = keep(tinyNetwork());
    const plain = tf.model({ inputs: model.inputs, outputs: model.outputs });
    expect(plain).not.toBeInstanceOf(InceptionModel);
    expect(refusal(() => replaceHead(plain as InceptionModel, { classes: 2 }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^replaceHead\.model: expected an InceptionModel, got .* can be built anew\.$/) as string,
      tensors: 0,
    });
  });
});
