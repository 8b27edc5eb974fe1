import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { freezeTo } from '../../src/networks/freezeTo.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { BATCH_NORMALIZED } from '../../src/spec/convolutionStyles.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { eagerStep } from '../../src/training/eagerStep.js';
import { train } from '../../src/training/train.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { refusal } from '../blocks/blockModel.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { TINY_SPEC, tinyNetwork } from '../training/tinyNetwork.js';
import { anyNetwork } from './anyNetwork.js';
import { weightValues } from './modelFacts.js';

const PICTURES = arrayDataset(stripes(24, 12, 1), 8);
const built: tf.LayersModel[] = [];
const tiny = (...options: Parameters<typeof tinyNetwork>): InceptionModel => {
  const model = tinyNetwork(...options);
  built.push(model);
  return model;
};
beforeAll(async () => void (await useBackendUnderTest()));
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

/** But the input, which tfjs makes so. */
const frozenLayers = (model: tf.LayersModel): string[] =>
  model.layers.filter(({ trainable }) => !trainable).flatMap(({ name }) => (name === 'input' ? [] : name));
const withWeights = (model: tf.LayersModel, names: readonly string[]): string[] =>
  names.filter((name) => model.getLayer(name).weights.length > 0).sort();

describe('freezeTo', () => {
  it('freezes the stage and all before it in the trunk; no later stage, no head', () => {
    const model = tiny();
    freezeTo(model, 'inception_3a');
    expect(withWeights(model, frozenLayers(model))).toEqual(
      ['conv1', 'inception_3a_1x1', 'inception_3a_3x3', 'inception_3a_3x3_reduce', 'inception_3a_pool_projection'].flatMap((name) => [
        `${name}_bn`,
        `${name}_conv`,
      ]),
    );
  });

  it("freezes just the layers under the stage's tensor, in 60 networks of any kind; 'trunk' means the last stage", () => {
    let partly = 0;
    fc.assert(
      fc.property(anyNetwork, fc.nat({ max: 4 }), (spec, place) => {
        try {
          validateSpec(spec);
        } catch {
          fc.pre(false);
        }
        const model = inceptionNet(spec);
        const stages = spec.trunk.map(({ name }) => name);
        const stage = stages[place % stages.length];
        freezeTo(model, stage);
        const under = tf.model({ inputs: model.inputs, outputs: model.endpoints[stage] }).layers.map(({ name }) => name);
        expect(frozenLayers(model).sort()).toEqual(under.filter((name) => name !== 'input').sort());
        const whole = inceptionNet(spec);
        freezeTo(whole, 'trunk');
        freezeTo(model, stages[stages.length - 1]);
        expect(frozenLayers(whole)).toEqual(frozenLayers(model));
        if (stage !== stages.at(-1)) partly++;
        model.dispose();
        whole.dispose();
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(partly).toBeGreaterThan(20);
  });

  it("of GoogLeNet to 'conv2_reduce' freezes the first two convolutions: not conv2, whose name begins alike", () => {
    const model = googLeNet({ widthMultiplier: 0.125, classes: 3, inputShape: [32, 32, 3], stem: 'stride2', auxiliaryHeads: true });
    built.push(model);
    freezeTo(model, 'conv2_reduce');
    expect(withWeights(model, frozenLayers(model))).toEqual(['conv1_bn', 'conv1_conv', 'conv2_reduce_bn', 'conv2_reduce_conv']);
    // @ts-expect-error There is no inception_4f.
    expect(() => freezeTo(model, 'inception_4f')).toThrow('inception_4f');
  });

  it('leaves what was frozen after the stage frozen', () => {
    const model = tiny();
    model.getLayer('main_logits').trainable = false;
    freezeTo(model, 'conv1');
    expect(withWeights(model, frozenLayers(model))).toEqual(['conv1_bn', 'conv1_conv', 'main_logits']);
  });

  it('creates and keeps no tensor', () => {
    const model = tiny();
    const before = tf.memory().numTensors;
    freezeTo(model, 'trunk')();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    { stage: 'inception_9z', got: "'inception_9z'" },
    { stage: 'main', got: "'main'" },
    { stage: undefined, got: 'undefined' },
  ])('$stage is refused, and nothing is frozen', ({ stage, got }) => {
    const model = tiny();
    expect(refusal(() => freezeTo(model, stage as string))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `freezeTo.stage: expected a stage of tiny (conv1, inception_3a, pool3, inception_4a), or 'trunk' for all, got ${got}.`,
      tensors: 0,
    });
    expect(frozenLayers(model)).toEqual([]);
  });

  it('refuses a model that knows no stages', () => {
    const input = tf.input({ shape: [2] });
    const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 1, name: 'd' }).apply(input) as tf.SymbolicTensor });
    built.push(model);
    const { code, message } = refusal(() => freezeTo(model as InceptionModel, 'trunk'));
    expect([code, message.slice(0, 47)]).toEqual(['INVALID_ARGUMENT', 'freezeTo.model: expected an InceptionModel, got']);
    expect(message).toMatch(/Set layer\.trainable = false on the layers of other models\.$/);
  });
});

describe('what freezeTo returns', () => {
  const flags = (model: tf.LayersModel): unknown => [
    model.trainable,
    model.layers.map(({ name, trainable }) => [name, trainable]),
    model.weights.map(({ originalName, trainable }) => [originalName, trainable]),
  ];

  it('puts every flag back: of layers, of single weights, of a network frozen whole; a second call changes nothing', () => {
    for (const prepare of [
      () => undefined,
      (model: InceptionModel) => void (model.getLayer('conv1_conv').trainable = false),
      (model: InceptionModel) => void (model.getLayer('conv1_conv').trainableWeights[0].trainable = false),
      (model: InceptionModel) => void (model.trainable = false),
    ]) {
      const model = tiny();
      prepare(model);
      const before = flags(model);
      const restore = freezeTo(model, 'trunk');
      expect(flags(model)).not.toEqual(before);
      restore();
      expect(flags(model)).toEqual(before);
      restore();
      expect(flags(model)).toEqual(before);
    }
  });

  it('of two calls ends the later one, and then the earlier one', () => {
    const model = tiny();
    const first = freezeTo(model, 'conv1');
    const second = freezeTo(model, 'trunk');
    second();
    expect(withWeights(model, frozenLayers(model))).toEqual(['conv1_bn', 'conv1_conv']);
    first();
    expect(frozenLayers(model)).toEqual([]);
  });

  it('leaves batch normalization without gamma and beta frozen in a network that was frozen whole', () => {
    const batchNormalization = { ...BATCH_NORMALIZED.batchNormalization, scale: false, center: false };
    const model = tiny(1, { convolution: { ...BATCH_NORMALIZED, batchNormalization } });
    model.trainable = false;
    freezeTo(model, 'trunk')();
    const before = weightValues(model);
    tf.tidy(() => void model.apply(tf.randomUniform([4, 12, 12, 3], -1, 1, 'float32', 1), { training: true }));
    expect(weightValues(model)).toEqual(before);
  });
});

describe('training after freezeTo', () => {
  const bits = (model: tf.LayersModel): Record<string, string> =>
    Object.fromEntries(
      Object.entries(weightValues(model)).map(([name, values]) => [
        name,
        Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex'),
      ]),
    );
  const changed = (before: Record<string, string>, after: Record<string, string>): string[] =>
    Object.keys(before).filter((name) => before[name] !== after[name]);

  it.each([
    { stage: 'inception_3a', optimizer: 'sgd', scale: true },
    { stage: 'inception_3a', optimizer: 'adam', scale: false },
    { stage: 'trunk', optimizer: 'rmsprop', scale: true },
    { stage: 'trunk', optimizer: 'sgd', scale: false },
  ] as const)(
    'to $stage with $optimizer (gamma and beta: $scale): frozen weights, moving statistics included, stay bit-equal over 6 steps; all others change',
    async ({ stage, optimizer, scale }) => {
      const batchNormalization = { ...TINY_SPEC.convolution.batchNormalization, scale, center: scale };
      const model = tiny(1, { convolution: { ...TINY_SPEC.convolution, batchNormalization } });
      const restore = freezeTo(model, stage);
      const frozen = model.layers
        .filter(({ trainable }) => !trainable)
        .flatMap(({ weights }) => weights.map((weight) => weight.originalName));
      const before = bits(model);
      await train(model, { train: PICTURES }, { epochs: 2, optimizer, learningRate: 0.05 });
      const free = Object.keys(before).filter((name) => !frozen.includes(name));
      expect(changed(before, bits(model)).sort()).toEqual(free.sort());
      expect(frozen.filter((name) => name.endsWith('moving_mean')).length).toBe(stage === 'trunk' ? 9 : 5);
      expect(free).toEqual(expect.arrayContaining(['main_logits/kernel', 'auxiliary_3a_conv_bn/moving_mean']));
      restore();
      await train(model, { train: PICTURES }, { epochs: 1, optimizer, learningRate: 0.05 });
      expect(changed(before, bits(model)).sort()).toEqual(Object.keys(before).sort());
    },
  );

  it('goes back no further than it must: through 10 convolutions and 3 pools of a whole network, 5 and 0 above inception_3a, 1 and 0 above the trunk', async () => {
    const backward = async (stage?: string): Promise<Record<string, number>> => {
      const model = tiny();
      if (stage !== undefined) freezeTo(model, stage);
      const step = eagerStep(model, { optimizer: { kind: 'sgd' }, labelSmoothing: 0, weightDecay: 0 });
      const images = tf.randomUniform<tf.Rank.R4>([2, 12, 12, 3], 0, 255, 'float32', 1);
      const labels = tf.tensor1d([0, 1], 'int32');
      const scalars = {
        learningRate: tf.scalar(0.1),
        step: tf.scalar(0, 'int32'),
        seed: tf.scalar(0, 'int32'),
        headWeights: tf.tensor1d([1, 0.3]),
      };
      const { kernelNames, kernels } = await tf.profile(() => {
        tf.dispose(step.run({ images, labels }, scalars) as unknown as tf.TensorContainer);
        return tf.scalar(0);
      });
      expect(kernelNames.length).toBeGreaterThan(0);
      step.dispose();
      tf.dispose([images, labels, scalars]);
      const names = ['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'MaxPoolGrad'];
      return Object.fromEntries(names.map((name) => [name, kernels.filter((kernel) => kernel.name === name).length]));
    };
    expect(await backward()).toEqual({ Conv2DBackpropFilter: 10, Conv2DBackpropInput: 10, MaxPoolGrad: 3 });
    expect(await backward('inception_3a')).toEqual({ Conv2DBackpropFilter: 5, Conv2DBackpropInput: 5, MaxPoolGrad: 0 });
    expect(await backward('trunk')).toEqual({ Conv2DBackpropFilter: 1, Conv2DBackpropInput: 1, MaxPoolGrad: 0 });
  });
});
