import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import type { ImageBatch } from '../../src/data/dataset.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { eagerStep, type StepSettings } from '../../src/training/eagerStep.js';
import { trainableParameters } from '../../src/training/trainableParameters.js';
import { imagesTensor } from '../../src/evaluation/scoreBatches.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

const PLAIN: StepSettings = { optimizer: { kind: 'sgd', momentum: 0 }, headWeights: {}, labelSmoothing: 0, weightDecay: 0 };

interface StepOutcome {
  readonly loss: number;
  readonly headLosses: Record<string, number>;
  readonly correct: number;
  /** What the step added to each parameter, by name. */
  readonly changes: Record<string, Float32Array>;
}

async function sixPictures(): Promise<ImageBatch> {
  for await (const batch of arrayDataset(stripes(6, 12, 3), 6).batches(0)) return batch;
  throw new Error('no batch');
}

const values = (model: InceptionModel): Record<string, Float32Array> =>
  Object.fromEntries(trainableParameters(model).map(({ name, variable }) => [name, Float32Array.from(variable.dataSync())]));

/** One step at learning rate 1 from the same weights, on the same six pictures. */
async function oneStep(changes: Partial<StepSettings>, { seed = 0, step = 0, model = tinyNetwork() } = {}): Promise<StepOutcome> {
  const batch = await sixPictures();
  const before = values(model);
  const training = eagerStep(model, { ...PLAIN, ...changes });
  const inputs = { images: imagesTensor(batch), labels: tf.tensor1d(batch.labels, 'int32') };
  const scalars = { learningRate: tf.scalar(1), step: tf.scalar(step, 'int32'), seed: tf.scalar(seed, 'int32') };
  const result = training.run(inputs, scalars);
  const headLosses = Object.fromEntries(Object.entries(result.headLosses).map(([head, loss]) => [head, loss.dataSync()[0]]));
  const outcome = { loss: result.loss.dataSync()[0], headLosses, correct: result.correct.dataSync()[0] };
  tf.dispose([inputs, scalars, result.loss, result.headLosses, result.correct] as tf.TensorContainer[]);
  training.dispose();
  const after = values(model);
  const changesByName = Object.entries(after).map(([name, value]) => [name, value.map((own, index) => own - before[name][index])]);
  model.dispose();
  return { ...outcome, changes: Object.fromEntries(changesByName) as Record<string, Float32Array> };
}

function difference(actual: Float32Array, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(actual, (value, index) => Math.abs(value - expected[index]))) / largest;
}

beforeAll(async () => void (await useBackend('wasm')));

describe('eagerStep', () => {
  it('the loss is main + 0.3 · auxiliary, and both are reported unweighted', async () => {
    const { loss, headLosses } = await oneStep({ headWeights: { main: 1, auxiliary_3a: 0.3 } });
    expect(Object.keys(headLosses)).toEqual(['main', 'auxiliary_3a']);
    expect(loss).toBeCloseTo(headLosses.main + 0.3 * headLosses.auxiliary_3a, 5);
  });

  it('the auxiliary head adds its weight times its gradient below it, and nothing above it', async () => {
    const [none, some, all] = await Promise.all([0, 0.3, 1].map((weight) => oneStep({ headWeights: { auxiliary_3a: weight } })));
    const early = 'conv1_conv/kernel';
    const auxiliaryShare = all.changes[early].map((change, index) => change - none.changes[early][index]);
    expect(Math.max(...auxiliaryShare.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(
      difference(
        some.changes[early],
        none.changes[early].map((change, index) => change + 0.3 * auxiliaryShare[index]),
      ),
    ).toBeLessThan(1e-5);
    expect(all.changes['inception_4a_3x3_conv/kernel']).toEqual(none.changes['inception_4a_3x3_conv/kernel']);
    expect(none.changes['auxiliary_3a_conv_conv/kernel'].every((change) => change === 0)).toBe(true);
  });

  it('weight decay 0.1 takes 0.1 · w from kernels, and changes no gamma, beta or bias', async () => {
    const weights = values(tinyNetwork());
    const [plain, decayed] = await Promise.all([0, 0.1].map((weightDecay) => oneStep({ weightDecay })));
    const isKernel = (name: string): boolean => name.endsWith('/kernel');
    const names = Object.keys(weights);
    expect(names.filter(isKernel)).toHaveLength(12);
    for (const name of names.filter(isKernel)) {
      expect(
        difference(
          decayed.changes[name],
          plain.changes[name].map((change, index) => change - 0.1 * weights[name][index]),
        ),
      ).toBeLessThan(1e-5);
    }
    for (const name of names.filter((own) => !isKernel(own))) expect(decayed.changes[name]).toEqual(plain.changes[name]);
  });

  it('dropout draws from (seed, step): the same pair repeats bit for bit, another seed or step differs', async () => {
    const [first, again, otherSeed, otherStep] = await Promise.all([
      oneStep({}, { seed: 4, step: 9 }),
      oneStep({}, { seed: 4, step: 9 }),
      oneStep({}, { seed: 5, step: 9 }),
      oneStep({}, { seed: 4, step: 10 }),
    ]);
    expect(again).toEqual(first);
    expect(otherSeed.headLosses.main).not.toBe(first.headLosses.main);
    expect(otherStep.headLosses.main).not.toBe(first.headLosses.main);
    expect(otherSeed.headLosses.auxiliary_3a).toBe(first.headLosses.auxiliary_3a);
  });

  it('the change at rate 1 is minus the gradient: it predicts the loss along itself to 1 %', async () => {
    const plain = tinyNetwork(1, { top: [{ op: 'globalAveragePool', name: 'pool5' }] });
    const start = await oneStep({}, { model: plain });
    const squared = Object.values(start.changes).reduce((sum, change) => sum + change.reduce((own, value) => own + value * value, 0), 0);
    const lossAt = async (share: number): Promise<number> => {
      const model = tinyNetwork(1, { top: [{ op: 'globalAveragePool', name: 'pool5' }] });
      tf.tidy(() => {
        for (const { name, variable } of trainableParameters(model)) {
          variable.assign(tf.add(variable, tf.mul(tf.tensor(start.changes[name], variable.shape), share)));
        }
      });
      return (await oneStep({}, { model })).loss;
    };
    const share = 5e-4;
    const slope = ((await lossAt(share)) - (await lossAt(-share))) / (2 * share);
    expect(slope / -squared).toBeGreaterThan(0.99);
    expect(slope / -squared).toBeLessThan(1.01);
  });

  it('a second step leaves no tensor behind but what it returns: main, auxiliary, total and correct', async () => {
    const model = tinyNetwork();
    const step = eagerStep(model, PLAIN);
    const batch = await sixPictures();
    const inputs = { images: imagesTensor(batch), labels: tf.tensor1d(batch.labels, 'int32') };
    const scalars = { learningRate: tf.scalar(0.1), step: tf.scalar(0, 'int32'), seed: tf.scalar(0, 'int32') };
    const counts = [0, 1, 2].map(() => {
      const before = tf.memory().numTensors;
      step.run(inputs, scalars);
      return tf.memory().numTensors - before;
    });
    expect(counts).toEqual([4, 4, 4]);
  });

  it('refuses a model in which every layer is frozen', () => {
    const model = tinyNetwork();
    for (const layer of model.layers) layer.trainable = false;
    expect(() => eagerStep(model, PLAIN)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'train.model tiny: expected at least one trainable layer, got 0. Set layer.trainable = true where it should learn.',
      }) as Error,
    );
  });
});
