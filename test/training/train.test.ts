import * as tf from '@tensorflow/tfjs';
import type { ImageDataset } from '../../src/data/dataset.js';
import type { InceptionError } from '../../src/errors.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { train } from '../../src/training/train.js';
import type { TrainingOptions } from '../../src/training/trainingOptions.js';
import type { EpochRecord, StepProgress } from '../../src/training/trainingReport.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

const TRAIN = arrayDataset(stripes(90, 12, 1), 16, true);
const VALIDATION = arrayDataset(stripes(45, 12, 2), 16);
const FEW = arrayDataset(stripes(12, 12, 4), 5);

const bits = (model: InceptionModel): Uint32Array[] =>
  model.weights.map((weight) => new Uint32Array(Float32Array.from(weight.read().dataSync()).buffer));

async function failure(model: InceptionModel, train_: ImageDataset, options: Partial<TrainingOptions>): Promise<InceptionError> {
  return train(model, { train: train_ }, { epochs: 2, ...options }).then(
    () => Promise.reject(new Error('train should have failed')),
    (error: InceptionError) => error,
  );
}

beforeAll(async () => void (await useBackendUnderTest()));

describe('train learns', () => {
  it.each([
    { optimizer: 'sgd', learningRate: 0.05 },
    { optimizer: 'rmsprop', learningRate: 0.05 },
    { optimizer: 'adam', learningRate: 0.01 },
  ] as const)(
    'stripes of three directions, over 90 % of unseen pictures in 6 epochs of $optimizer',
    async ({ optimizer, learningRate }) => {
      const model = tinyNetwork();
      const report = await train(model, { train: TRAIN, validation: VALIDATION }, { epochs: 6, optimizer, learningRate });
      expect(report.epochs).toHaveLength(6);
      expect(report.epochs[5].loss).toBeLessThan(0.6 * report.epochs[0].loss);
      expect(report.best.validation?.top1).toBeGreaterThan(0.9);
      expect((await evaluate(model, VALIDATION)).top1).toBe(report.best.validation?.top1);
      expect(model.labels).toEqual(['horizontal', 'vertical', 'diagonal']);
    },
  );
});

describe('train repeats itself', () => {
  it('twice from the same weights with the same seed: bit-equal weights; with another seed: others', async () => {
    const [first, again, other] = [tinyNetwork(), tinyNetwork(), tinyNetwork()];
    await train(first, { train: FEW }, { epochs: 2, seed: 7 });
    await train(again, { train: FEW }, { epochs: 2, seed: 7 });
    await train(other, { train: FEW }, { epochs: 2, seed: 8 });
    expect(bits(again)).toEqual(bits(first));
    expect(bits(other)).not.toEqual(bits(first));
  });

  it('with batches that arrive late: bit-equal weights', async () => {
    const late: ImageDataset = {
      ...FEW,
      async *batches(epoch) {
        for await (const batch of FEW.batches(epoch)) {
          await new Promise((resolve) => setTimeout(resolve, 3));
          yield batch;
        }
      },
    };
    const [first, again] = [tinyNetwork(), tinyNetwork()];
    await train(first, { train: FEW }, { epochs: 1 });
    await train(again, { train: late }, { epochs: 1 });
    expect(bits(again)).toEqual(bits(first));
  });
});

describe('train reports', () => {
  it('12 pictures in batches of 5 for 2 epochs: 6 steps, numbered from 1, with the schedule and a falling ETA of 0 at the end', async () => {
    const steps: StepProgress[] = [];
    const epochs: EpochRecord[] = [];
    let timers = 0;
    const timer = setInterval(() => timers++, 0);
    const report = await train(
      tinyNetwork(),
      { train: FEW },
      {
        epochs: 2,
        learningRate: 0.1,
        schedule: { kind: 'step', factor: 0.5, everyEpochs: 1 },
        onStep: (progress) => void steps.push(progress),
        onEpoch: (record) => void epochs.push(record),
      },
    );
    clearInterval(timer);
    expect(steps.map(({ epoch, step, stepsPerEpoch }) => [epoch, step, stepsPerEpoch])).toEqual([
      [1, 1, 3],
      [1, 2, 3],
      [1, 3, 3],
      [2, 1, 3],
      [2, 2, 3],
      [2, 3, 3],
    ]);
    expect(steps.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.05]);
    expect(steps[0].etaMs).toBeGreaterThan(0);
    expect(steps[5].etaMs).toBe(0);
    expect(epochs).toEqual(report.epochs);
    expect(report.steps).toBe(6);
    expect(report.best).toBe(report.epochs[1]);
    expect(report.restoredBest).toBe(false);
    expect(timers).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("an epoch's loss and top-1 weigh pictures, not batches: 5, 5 and 2", async () => {
    const losses: number[] = [];
    const report = await train(tinyNetwork(), { train: FEW }, { epochs: 1, onStep: ({ loss }) => void losses.push(loss) });
    expect(report.epochs[0].loss).toBeCloseTo((5 * losses[0] + 5 * losses[1] + 2 * losses[2]) / 12, 10);
    const { main, auxiliary_3a } = report.epochs[0].headLosses;
    expect(report.epochs[0].loss).toBeCloseTo(main + 0.3 * auxiliary_3a, 5);
    expect((report.epochs[0].top1 * 12) % 1).toBeCloseTo(0, 10);
  });

  it('settings say what was used: 0.05, cosine, 4e-5, the heads with the weights of the spec', async () => {
    const { settings } = await train(tinyNetwork(), { train: FEW }, { epochs: 1 });
    expect(settings).toEqual({
      epochs: 1,
      optimizer: { kind: 'sgd' },
      learningRate: 0.05,
      schedule: { kind: 'cosine' },
      headWeights: { main: 1, auxiliary_3a: 0.3 },
      labelSmoothing: 0,
      weightDecay: 4e-5,
      seed: 0,
      restoreBest: true,
      batch: 5,
    });
  });
});

describe('train keeps the best', () => {
  /** Wipes the network out in its last step, so that the epoch before it is the best. */
  async function ruined(restoreBest: boolean): Promise<{ model: InceptionModel; restored: boolean; best: EpochRecord; last: EpochRecord }> {
    const model = tinyNetwork();
    const report = await train(
      model,
      { train: TRAIN, validation: VALIDATION },
      {
        epochs: 3,
        restoreBest,
        onStep: ({ epoch, step, stepsPerEpoch }) => {
          if (epoch === 3 && step === stepsPerEpoch)
            model.weights.forEach((weight) => tf.tidy(() => void weight.write(tf.zerosLike(weight.read()))));
        },
      },
    );
    return { model, restored: report.restoredBest, best: report.best, last: report.epochs[2] };
  }

  it('gives back the weights of the epoch with the highest validation top-1', async () => {
    const { model, restored, best, last } = await ruined(true);
    expect(best.epoch).toBe(2);
    expect(last.validation?.top1).toBeCloseTo(1 / 3, 10);
    expect(restored).toBe(true);
    expect((await evaluate(model, VALIDATION)).loss).toBeCloseTo(best.validation?.loss as number, 7);
  });

  it('leaves the last weights if told so', async () => {
    const { model, restored, last } = await ruined(false);
    expect(restored).toBe(false);
    expect((await evaluate(model, VALIDATION)).loss).toBe(last.validation?.loss);
  });
});

describe('train respects frozen layers', () => {
  it('a frozen convolution and batch normalization keep all their weights, averages too, while others move', async () => {
    const model = tinyNetwork();
    const frozen = ['conv1_conv', 'conv1_bn'].map((name) => model.getLayer(name));
    for (const layer of frozen) layer.trainable = false;
    const snapshot = (): number[][] => frozen.flatMap((layer) => layer.getWeights().map((weight) => Array.from(weight.dataSync())));
    const [before, allBefore] = [snapshot(), bits(model)];
    await train(model, { train: FEW }, { epochs: 1 });
    expect(snapshot()).toEqual(before);
    const unchanged = bits(model).filter((value, index) => value.every((bit, at) => bit === allBefore[index][at]));
    expect(unchanged).toHaveLength(5);
  });
});

describe('train ends early', () => {
  it('on abort: ABORTED, after the running step, with the weights so far and no tensor left', async () => {
    const model = tinyNetwork();
    await train(model, { train: FEW, validation: FEW }, { epochs: 1 });
    const [before, tensors] = [bits(model), tf.memory().numTensors];
    const controller = new AbortController();
    let steps = 0;
    const error = await failure(model, FEW, { signal: controller.signal, onStep: () => void (++steps === 4 && controller.abort()) });
    expect([error.code, error.message]).toEqual([
      'ABORTED',
      'train: ended by the caller in epoch 2 of 2, after 4 steps. The model keeps the weights so far.',
    ]);
    expect(steps).toBe(4);
    expect(bits(model)).not.toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('on a loss that is not finite: DIVERGED with step, rate and advice, and no tensor left', async () => {
    const model = tinyNetwork();
    const tensors = tf.memory().numTensors;
    const error = await failure(model, FEW, { learningRate: 1e30, schedule: { kind: 'constant' } });
    expect(error.code).toBe('DIVERGED');
    expect(error.message).toMatch(
      /^train, epoch 1, step [23]: expected a loss that falls, got (NaN|Infinity|[\d.]+e\+\d+)\. The first layer whose (values|weights) are not finite is \w+\. The model has the weights from before that step\. Lower the learning rate \(--learning-rate; it was 1e\+30\), clip/,
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('on a callback that throws: with that error and no tensor left', async () => {
    const tensors = tf.memory().numTensors;
    const model = tinyNetwork();
    const own = tf.memory().numTensors - tensors;
    await expect(train(model, { train: FEW }, { epochs: 1, onStep: () => Promise.reject(new Error('mine')) })).rejects.toThrow('mine');
    expect(tf.memory().numTensors).toBe(tensors + own);
  });

  it('a completed training with validation leaves no tensor', async () => {
    const model = tinyNetwork();
    const tensors = tf.memory().numTensors;
    await train(model, { train: FEW, validation: FEW }, { epochs: 2, optimizer: 'adam' });
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('train refuses, before anything starts,', () => {
  it.each([
    [{ epochs: 0 }, 'train.epochs: expected a positive integer, got 0.'],
    [{ learningRate: -1 }, 'train.learningRate: expected a number above 0, got -1.'],
    [{ labelSmoothing: 1 }, 'train.labelSmoothing: expected a number, 0 ≤ labelSmoothing < 1, got 1.'],
    [{ weightDecay: NaN }, 'train.weightDecay: expected a number, 0 or more, got NaN.'],
    [{ seed: 2 ** 24 }, 'train.seed: expected an integer, 0 ≤ seed < 2^24, got 16777216.'],
    [{ headWeights: { auxiliary_4a: 1 } }, "train.headWeights: expected heads among main, auxiliary_3a, got 'auxiliary_4a'."],
    [{ headWeights: -0.3 }, 'train.headWeights: expected a number, 0 or more, or two: [first, last], got -0.3.'],
    [{ optimizer: { kind: 'sgd', momentum: 1 } }, 'train.optimizer.momentum: expected a number, 0 ≤ momentum < 1, got 1.'],
    [{ optimizer: 'adagrad' }, "train.optimizer.kind: expected 'sgd', 'rmsprop', 'adam' or 'adamw', got 'adagrad'."],
    [{ schedule: { kind: 'step', factor: 0, everyEpochs: 1 } }, 'train.schedule.factor: expected a number above 0, got 0.'],
  ])('options %j', async (options, message) => {
    const model = tinyNetwork();
    const error = await failure(model, FEW, options as Partial<TrainingOptions>);
    expect([error.code, error.message]).toEqual(['INVALID_ARGUMENT', message]);
    expect(model.labels).toEqual([]);
  });

  it('pictures of another size, and another number of classes', async () => {
    const larger = await failure(tinyNetwork(), arrayDataset(stripes(3, 16, 1), 3), {});
    expect([larger.code, larger.message]).toEqual([
      'INVALID_ARGUMENT',
      "train.train.size: expected 12 × 12 pixels, the input of tiny, got '16 × 16'. Read the pictures with that size, or build the network with this inputShape.",
    ]);
    const fewer = await failure(tinyNetwork(), { ...FEW, classes: ['a', 'b'] }, {});
    expect([fewer.code, fewer.message]).toEqual([
      'INVALID_ARGUMENT',
      "train.train.classes: expected 3 classes, the output of tiny, got [ 'a', 'b' ]. Build the network with classes: 2.",
    ]);
  });

  it('a dataset that promises 3 batches and gives none', async () => {
    const broken: ImageDataset = { ...FEW, async *batches() {} };
    const error = await failure(tinyNetwork(), broken, {});
    expect([error.code, error.message]).toEqual(['EMPTY_DATASET', 'train.train.batches(0): expected 3 batches, got 0.']);
    await expect(evaluate(tinyNetwork(), broken)).rejects.toMatchObject({
      code: 'EMPTY_DATASET',
      message: 'evaluate.dataset.batches(0): expected 3 batches, got 0.',
    });
  });

  it('validation pictures whose classes are in another order', async () => {
    const turned = { ...VALIDATION, classes: ['vertical', 'horizontal', 'diagonal'] };
    await expect(train(tinyNetwork(), { train: TRAIN, validation: turned }, { epochs: 1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message:
        "train.validation.classes: expected the training data's horizontal, vertical, diagonal, got [ 'vertical', 'horizontal', 'diagonal' ].",
    });
  });

  it('a model that is no InceptionModel, and one without a classifier', async () => {
    const plain = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [12, 12, 3] }), tf.layers.dense({ units: 3 })] });
    expect((await failure(plain as unknown as InceptionModel, FEW, {})).message).toMatch(
      /^train\.model: expected an InceptionModel, from googLeNet\(\) or inceptionNet\(spec\), got /,
    );
    const headless = await failure(tinyNetwork(1, { classes: 0, auxiliaryHeads: [] }), FEW, {});
    expect(headless.code).toBe('INVALID_ARGUMENT');
  });
});
