import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import type { ImageBatch } from '../../src/data/dataset.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { eagerStep, type StepSettings } from '../../src/training/eagerStep.js';
import { trainableParameters } from '../../src/training/trainableParameters.js';
import type { StepBatch, StepScalars, TrainingStep } from '../../src/training/trainingStep.js';
import { imagesTensor } from '../../src/evaluation/imagesTensor.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { EACH_BACKEND, useBackendUnderTest } from '../backendUnderTest.js';
import { TINY_SPEC, tinyNetwork } from './tinyNetwork.js';

const PLAIN: StepSettings = { optimizer: { kind: 'sgd', momentum: 0 }, labelSmoothing: 0, weightDecay: 0 };

/** Every feature that keeps a state or adds operations. */
const EVERYTHING: StepSettings = {
  optimizer: { kind: 'adamw' },
  labelSmoothing: 0.1,
  weightDecay: 0.01,
  gradientClip: { value: 1, norm: 0.5 },
  rates: { conv1_conv: 0.5 },
  classWeights: [1, 2, 0.5],
  averaging: { decay: 0.9 },
};

/** Little work for the cpu backend, and still a module, an auxiliary head and dropout. */
const SMALL: Partial<NetworkSpec> = {
  trunk: [{ op: 'convolution', name: 'conv1', filters: 4, kernelSize: 3, strides: 4 }, TINY_SPEC.trunk[1]],
};

const MIXED = { labels: [1, 1, 2, 2, 0, 0], shares: [0.25, 1, 0.5, 0.75, 0, 0.125] };

interface StepOutcome {
  readonly loss: number;
  readonly gradientNorm: number;
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

/** The values of tensors, which it disposes of. */
function read(tensors: Readonly<Record<string, tf.Tensor>>): Record<string, Float32Array> {
  const found = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  tf.dispose({ ...tensors });
  return found;
}

/** What a step is given beside its settings. */
interface Given {
  readonly seed?: number;
  readonly step?: number;
  readonly model?: InceptionModel;
  readonly headWeights?: readonly number[];
  readonly mixed?: { readonly labels: number[]; readonly shares: number[] };
}

interface Inputs extends StepBatch, StepScalars {}

async function stepInputs(
  { seed = 0, step = 0, headWeights = [1, 1], mixed }: Omit<Given, 'model'> = {},
  learningRate = 1,
): Promise<Inputs> {
  const batch = await sixPictures();
  return {
    images: imagesTensor(batch),
    labels: tf.tensor1d(batch.labels, 'int32'),
    ...(mixed && { mixed: { labels: tf.tensor1d(mixed.labels, 'int32'), shares: tf.tensor1d(mixed.shares) } }),
    learningRate: tf.scalar(learningRate),
    step: tf.scalar(step, 'int32'),
    seed: tf.scalar(seed, 'int32'),
    headWeights: tf.tensor1d([...headWeights]),
  };
}

/** One step at learning rate 1 from the same weights, on the same six pictures. */
async function oneStep(changes: Partial<StepSettings>, { model = tinyNetwork(), ...given }: Given = {}): Promise<StepOutcome> {
  const before = values(model);
  const training = eagerStep(model, { ...PLAIN, ...changes });
  const inputs = await stepInputs(given);
  const result = training.run(inputs, inputs);
  const headLosses = Object.fromEntries(Object.entries(result.headLosses).map(([head, loss]) => [head, loss.dataSync()[0]]));
  const [loss, correct, gradientNorm] = [result.loss, result.correct, result.gradientNorm].map((tensor) => tensor.dataSync()[0]);
  tf.dispose([{ ...inputs }, { ...result }]);
  training.dispose();
  const after = values(model);
  const changesByName = Object.entries(after).map(([name, value]) => [name, value.map((own, index) => own - before[name][index])]);
  model.dispose();
  return { loss, headLosses, correct, gradientNorm, changes: Object.fromEntries(changesByName) as Record<string, Float32Array> };
}

/** The length of all changes together as one vector. */
const lengthOf = (changes: StepOutcome['changes']): number => Math.hypot(...Object.values(changes).flatMap((change) => [...change]));

const bitsOf = (tensors: Readonly<Record<string, tf.Tensor>>): Record<string, Uint32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, new Uint32Array(Float32Array.from(tensor.dataSync()).buffer)]));

const weightBits = (model: InceptionModel): Record<string, Uint32Array> =>
  bitsOf(Object.fromEntries(model.weights.map((weight) => [weight.originalName, weight.read()])));

function difference(actual: Float32Array, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(actual, (value, index) => Math.abs(value - expected[index]))) / largest;
}

beforeAll(async () => void (await useBackendUnderTest()));

describe('eagerStep', () => {
  it('the loss is main + 0.3 · auxiliary, and both are reported unweighted', async () => {
    const { loss, headLosses } = await oneStep({}, { headWeights: [1, 0.3] });
    expect(Object.keys(headLosses)).toEqual(['main', 'auxiliary_3a']);
    expect(loss).toBeCloseTo(headLosses.main + 0.3 * headLosses.auxiliary_3a, 5);
  });

  it('the auxiliary head adds its weight times its gradient below it, and nothing above it', async () => {
    const [none, some, all] = await Promise.all([0, 0.3, 1].map((weight) => oneStep({}, { headWeights: [1, weight] })));
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

  it('later steps leave no tensor behind but the five that they return, with everything on or off', async () => {
    for (const settings of [PLAIN, EVERYTHING]) {
      const model = tinyNetwork();
      const step = eagerStep(model, settings);
      const inputs = await stepInputs({ mixed: MIXED });
      // The first one keeps the weights from before it, which each later one lets go of.
      tf.dispose({ ...step.run(inputs, inputs) });
      const counts = [0, 1, 2].map(() => {
        const before = tf.memory().numTensors;
        step.run(inputs, inputs);
        return tf.memory().numTensors - before;
      });
      expect(counts).toEqual([5, 5, 5]);
      step.dispose();
      model.dispose();
    }
  });

  it('gradientNorm is the length of the change at rate 1, to 1e-6, whatever is clipped', async () => {
    const plain = await oneStep({});
    expect(plain.gradientNorm / lengthOf(plain.changes)).toBeCloseTo(1, 6);
    const clipped = await oneStep({ gradientClip: { norm: 0.25, value: 0.1 } });
    expect(clipped.gradientNorm).toBe(plain.gradientNorm);
  });

  it('clipped to norm 0.25, the change has that length and the same direction; a norm that is not reached changes no bit', async () => {
    const [plain, clipped, free] = await Promise.all([{}, { norm: 0.25 }, { norm: 1e3 }].map((gradientClip) => oneStep({ gradientClip })));
    expect(plain.gradientNorm).toBeGreaterThan(0.5);
    expect(lengthOf(clipped.changes)).toBeCloseTo(0.25, 6);
    for (const [name, change] of Object.entries(plain.changes)) {
      const expected = change.map((value) => (value * 0.25) / plain.gradientNorm);
      clipped.changes[name].forEach((value, index) => expect(Math.abs(value - expected[index])).toBeLessThan(1e-6));
    }
    expect(free.changes).toEqual(plain.changes);
  });

  it('clipped to value 0.01, no number changes by more, and those that would by less change as ever', async () => {
    const [plain, clipped] = await Promise.all([{}, { value: 0.01 }].map((gradientClip) => oneStep({ gradientClip })));
    for (const [name, change] of Object.entries(plain.changes)) {
      clipped.changes[name].forEach((value, index) => {
        expect(Math.abs(value - Math.min(Math.max(change[index], -0.01), 0.01))).toBeLessThan(1e-6);
      });
    }
    expect(lengthOf(plain.changes)).toBeGreaterThan(2 * lengthOf(clipped.changes));
  });

  it('a layer with the rate 0.5 changes half as much, and the others as ever', async () => {
    const [plain, scaled] = await Promise.all([oneStep({}), oneStep({ rates: { conv1_conv: 0.5, main_logits: 1 } })]);
    const { 'conv1_conv/kernel': own, ...others } = scaled.changes;
    expect(
      difference(
        own,
        plain.changes['conv1_conv/kernel'].map((change) => change / 2),
      ),
    ).toBeLessThan(1e-5);
    expect(others).toEqual(Object.fromEntries(Object.entries(plain.changes).filter(([name]) => name !== 'conv1_conv/kernel')));
  });

  it.each<{ rates: Record<string, number>; message: string }>([
    { rates: { conv9: 1 }, message: "train.rates: expected layers of tiny, got 'conv9'." },
    { rates: { conv1_conv: -1 }, message: 'train.rates.conv1_conv: expected a number, 0 or more, got -1.' },
  ])('refuses the rates $rates', ({ rates, message }) => {
    expect(() => eagerStep(tinyNetwork(), { ...PLAIN, rates })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });

  it("each class's share of the loss and of every change adds up to the whole; class weight 2 doubles it", async () => {
    const [plain, twice, ...each] = await Promise.all(
      [undefined, [2, 2, 2], [1, 0, 0], [0, 1, 0], [0, 0, 1]].map((classWeights) => oneStep({ classWeights })),
    );
    expect(twice.loss).toBeCloseTo(2 * plain.loss, 5);
    expect(each.reduce((sum, { loss }) => sum + loss, 0)).toBeCloseTo(plain.loss, 5);
    for (const [name, change] of Object.entries(plain.changes)) {
      change.forEach((value, index) => {
        expect(Math.abs(each.reduce((sum, { changes }) => sum + changes[name][index], 0) - value)).toBeLessThan(1e-5);
      });
    }
  });

  it('pictures mixed with their own class, or by a share of 1, count as unmixed; shares of 0 as the other class', async () => {
    const labels = [0, 1, 2, 0, 1, 2];
    const other = [1, 2, 0, 1, 2, 0];
    const ones = labels.map(() => 1);
    const [plain, own, whole, half, none] = await Promise.all([
      oneStep({}),
      oneStep({}, { mixed: { labels, shares: labels.map(() => 0.5) } }),
      oneStep({}, { mixed: { labels: other, shares: ones } }),
      oneStep({}, { mixed: { labels: other, shares: labels.map(() => 0.5) } }),
      oneStep({}, { mixed: { labels: other, shares: labels.map(() => 0) } }),
    ]);
    expect(own).toEqual(plain);
    expect(whole).toEqual(plain);
    expect(none.loss).not.toBeCloseTo(plain.loss, 2);
    expect(half.loss).toBeCloseTo((plain.loss + none.loss) / 2, 5);
    expect(half.correct).toBe(plain.correct);
  });

  describe('averaging', () => {
    it('follows all weights, moving statistics too, by min(decay, (1 + t) / (10 + t)); the weights learn as without', async () => {
      const [model, alone] = [tinyNetwork(), tinyNetwork()];
      const averaged = eagerStep(model, { ...PLAIN, averaging: { decay: 0.25 } });
      const plain = eagerStep(alone, PLAIN);
      const weights = (): Record<string, number[]> =>
        Object.fromEntries(model.weights.map((weight) => [`${weight.originalName}/average`, [...weight.read().dataSync()]]));
      const expected = weights();
      for (const [index, decay] of [2 / 11, 3 / 12, 0.25, 0.25].entries()) {
        const inputs = await stepInputs({ step: index }, 0.1);
        averaged.run(inputs, inputs);
        plain.run(inputs, inputs);
        for (const [name, now] of Object.entries(weights())) {
          expected[name] = expected[name].map((value, at) => decay * value + (1 - decay) * now[at]);
        }
      }
      const state = averaged.getState();
      expect(Object.keys(state).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, average] of Object.entries(state)) {
        average.dataSync().forEach((value, index) => expect(Math.abs(value - expected[name][index])).toBeLessThan(1e-5));
      }
      expect(weightBits(model)).toEqual(weightBits(alone));
    });

    it('swapAverages gives the model its averages, twice its weights; meanwhile it neither learns nor tells its state', async () => {
      const model = tinyNetwork();
      const step = eagerStep(model, { ...PLAIN, averaging: { decay: 0.5 } });
      const inputs = await stepInputs();
      step.run(inputs, inputs);
      const [weights, averages] = [weightBits(model), bitsOf(step.getState())];
      step.swapAverages?.();
      const swapped = weightBits(model);
      for (const [name, bits] of Object.entries(swapped)) expect(bits).toEqual(averages[`${name}/average`]);
      for (const call of [() => step.run(inputs, inputs), () => step.getState(), () => step.setState({})]) {
        expect(call).toThrow('eagerStep: the model holds its averages. Call swapAverages() again first.');
      }
      step.swapAverages?.();
      expect(weightBits(model)).toEqual(weights);
      expect(bitsOf(step.getState())).toEqual(averages);
    });

    it('without it there is nothing to swap', () => {
      expect(eagerStep(tinyNetwork(), PLAIN)).not.toHaveProperty('swapAverages');
    });
  });

  it.each(EACH_BACKEND)(
    '%s: with weights and state carried over after two steps, two more end at the same bits, averages too',
    async (backend) => {
      await useBackend(backend);
      const [first, second] = [1, 2].map((seed) => tinyNetwork(seed, SMALL));
      const [step, resumed] = [first, second].map((model) => eagerStep(model, EVERYTHING));
      const run = async (own: TrainingStep, from: number): Promise<void> => {
        for (const number of [from, from + 1]) {
          const inputs = await stepInputs({ step: number, mixed: MIXED, headWeights: [1, 0.3] }, 0.05);
          own.run(inputs, inputs);
        }
      };
      await run(step, 0);
      const throughBytes = (tensor: tf.Tensor): tf.Tensor => tf.tensor(tensor.dataSync().slice(), tensor.shape);
      resumed.setState(Object.fromEntries(Object.entries(step.getState()).map(([name, tensor]) => [name, throughBytes(tensor)])));
      second.setWeights(first.getWeights().map(throughBytes));
      await run(step, 2);
      await run(resumed, 2);
      expect(weightBits(second)).toEqual(weightBits(first));
      expect(bitsOf(resumed.getState())).toEqual(bitsOf(step.getState()));
      await useBackendUnderTest();
    },
  );

  it('refuses the state of another optimizer, or one without averages, with all differences, and changes nothing', () => {
    const classifierAlone = (seed: number): InceptionModel => {
      const model = tinyNetwork(seed, { auxiliaryHeads: [] });
      for (const layer of model.layers) layer.trainable = layer.name === 'main_logits';
      return model;
    };
    const give = eagerStep(classifierAlone(1), { ...PLAIN, optimizer: { kind: 'sgd' } });
    const take = eagerStep(classifierAlone(2), { ...PLAIN, optimizer: { kind: 'adamw' }, averaging: { decay: 0.9 } });
    const before = bitsOf(take.getState());
    expect(() => take.setState(give.getState())).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message:
          "The optimizer's state does not fit the model (- missing, + unexpected, ≠ shape):\n" +
          '- main_logits/bias/average\n- main_logits/bias/mean\n- main_logits/bias/meanSquare\n+ main_logits/bias/momentum\n' +
          '- main_logits/kernel/average\n- main_logits/kernel/mean\n- main_logits/kernel/meanSquare\n+ main_logits/kernel/momentum',
      }) as Error,
    );
    expect(bitsOf(take.getState())).toEqual(before);
  });

  describe('undo', () => {
    it('puts every weight and moving statistic back to before the last step, to the bit', async () => {
      const model = tinyNetwork();
      const step = eagerStep(model, EVERYTHING);
      const inputs = await stepInputs({ mixed: MIXED }, 0.1);
      step.run(inputs, inputs);
      const before = weightBits(model);
      step.run(inputs, inputs);
      expect(weightBits(model)).not.toEqual(before);
      const { numTensors } = tf.memory();
      expect((await step.undo(inputs, inputs)).largest).toBeLessThan(20);
      expect(weightBits(model)).toEqual(before);
      expect((await step.undo(inputs, inputs)).largest).toBeLessThan(20);
      expect(weightBits(model)).toEqual(before);
      expect(tf.memory().numTensors).toBe(numTensors);
    });

    it('names the first layer whose weights a step has ruined', async () => {
      const model = tinyNetwork();
      const step = eagerStep(model, PLAIN);
      const inputs = await stepInputs({}, 1e36);
      const before = weightBits(model);
      step.run(inputs, inputs);
      expect(await step.undo(inputs, inputs)).toEqual({ layer: 'conv1_conv', what: 'weights' });
      expect(weightBits(model)).toEqual(before);
    });

    it('before any step it changes nothing', async () => {
      const model = tinyNetwork();
      const step = eagerStep(model, PLAIN);
      const before = weightBits(model);
      const inputs = await stepInputs();
      expect((await step.undo(inputs, inputs)).largest).toBeLessThan(20);
      expect(weightBits(model)).toEqual(before);
    });
  });

  it('disposed, it leaves the model and nothing else', async () => {
    const model = tinyNetwork();
    const { numTensors } = tf.memory();
    const inputs = await stepInputs();
    const step = eagerStep(model, EVERYTHING);
    const result = step.run(inputs, inputs);
    tf.dispose([{ ...result }, { ...inputs }]);
    step.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('a layer that is frozen after two steps stays as it is to the bit, whatever momentum and decay it had; thawed, it learns again', async () => {
    const model = tinyNetwork(1, SMALL);
    const step = eagerStep(model, { ...EVERYTHING, optimizer: { kind: 'sgd' } });
    const inputs = await stepInputs({}, 0.01);
    const run = (): void => tf.dispose({ ...step.run(inputs, inputs) });
    const moved = (): string[] => {
      const [before, stateBefore] = [values(model), read(step.getState())];
      run();
      const [after, state] = [values(model), read(step.getState())];
      const changed = Object.keys(after).filter((name) => before[name].some((value, index) => value !== after[name][index]));
      const isMoving = state['conv1_conv/kernel/momentum'].some(
        (value, index) => value !== stateBefore['conv1_conv/kernel/momentum'][index],
      );
      return [...changed.filter((name) => /^(conv1_conv|main_logits)/.test(name)), ...(isMoving ? ['its momentum'] : [])];
    };
    run();
    expect(moved()).toEqual(['conv1_conv/kernel', 'main_logits/kernel', 'main_logits/bias', 'its momentum']);
    model.getLayer('conv1_conv').trainable = false;
    // No longer among those that may learn.
    expect(Object.keys(values(model))).not.toContain('conv1_conv/kernel');
    const kernel = (): Float32Array => Float32Array.from(model.getLayer('conv1_conv').weights[0].read().dataSync());
    const before = kernel();
    expect(moved()).toEqual(['main_logits/kernel', 'main_logits/bias']);
    expect(kernel()).toEqual(before);
    model.getLayer('conv1_conv').trainable = true;
    expect(moved()).toEqual(['conv1_conv/kernel', 'main_logits/kernel', 'main_logits/bias', 'its momentum']);
    for (const layer of model.layers) layer.trainable = false;
    expect(run).toThrow(/^train\.model tiny: expected at least one trainable layer, got 0\./);
    tf.dispose({ ...inputs });
    step.dispose();
    model.dispose();
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
