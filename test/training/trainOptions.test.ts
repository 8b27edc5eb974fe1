import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../src/evaluation/evaluate.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { reestimateBatchNormalization } from '../../src/training/reestimateBatchNormalization.js';
import { loadCheckpoint } from '../../src/training/loadCheckpoint.js';
import { train, trainingEvents } from '../../src/training/train.js';
import type { TrainingOptions } from '../../src/training/trainingOptions.js';
import type { StepProgress, TrainingReport } from '../../src/training/trainingReport.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

const FEW = arrayDataset(stripes(24, 12, 4), 8, true);
const HELD_OUT = arrayDataset(stripes(9, 12, 5), 9);
const DATA = { train: FEW, validation: HELD_OUT };

let folder: string;
beforeAll(async () => void (await useBackendUnderTest()));
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'inception-options-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const bits = (model: InceptionModel): Uint32Array[] =>
  model.weights.map((weight) => new Uint32Array(Float32Array.from(weight.read().dataSync()).buffer));

/** Writes zeros over all weights once so many epochs are done and the next step is: from then on validation is no better than chance. */
const ruinAfter =
  (epochs: number, model: InceptionModel): TrainingOptions['onStep'] =>
  ({ epoch, step, stepsPerEpoch }) => {
    if (epoch > epochs && step === stepsPerEpoch) {
      model.weights.forEach((weight) => tf.tidy(() => void weight.write(tf.zerosLike(weight.read()))));
    }
  };

describe('earlyStopping', () => {
  async function stopped(earlyStopping: TrainingOptions['earlyStopping'], more: Partial<TrainingOptions> = {}): Promise<TrainingReport> {
    const model = tinyNetwork();
    const options = { epochs: 9, learningRate: 0.01, earlyStopping, onStep: ruinAfter(3, model), ...more };
    const report = await train(model, DATA, options);
    if (more.restoreBest !== false) expect((await evaluate(model, HELD_OUT)).loss).toBe(report.best.validation?.loss);
    return report;
  }

  it.each([1, 2, 3])('patience %i: so many epochs after the best one training ends, with the weights of the best', async (patience) => {
    const { epochs, best, stoppedEarly, restoredBest, steps } = await stopped({ patience });
    expect(best.epoch).toBeLessThanOrEqual(3);
    expect(epochs.length).toBe(best.epoch + patience);
    expect([stoppedEarly, restoredBest, steps]).toEqual([true, true, 3 * epochs.length]);
  });

  it('with more patience than there are epochs does not end it', async () => {
    const { epochs, stoppedEarly } = await stopped({ patience: 9 });
    expect([epochs.length, stoppedEarly]).toEqual([9, false]);
  });

  it('judges the epochs of the last phase alone', async () => {
    const { epochs, stoppedEarly } = await stopped({ patience: 1 }, { phases: [{ epochs: 6 }, {}] });
    expect(stoppedEarly).toBe(true);
    expect(epochs.length).toBe(8);
  });
});

describe('averaging', () => {
  it("each epoch's `averaged` is what evaluating the averages in its checkpoint gives, `validation` what the weights beside them give", async () => {
    const path = join(folder, 'c.safetensors');
    const model = tinyNetwork();
    const options = { epochs: 3, averaging: { decay: 0.9 }, restoreBest: false, checkpoint: path };
    const evaluated: unknown[] = [];
    const recorded: unknown[] = [];
    for await (const event of trainingEvents(model, DATA, options)) {
      if (event.kind === 'epoch') recorded.push([event.record.validation?.loss, event.record.averaged?.loss]);
      if (event.kind !== 'checkpoint' || evaluated.length === recorded.length) continue;
      const averaged = await loadCheckpoint(path);
      evaluated.push([(await evaluate(model, HELD_OUT)).loss, (await evaluate(averaged, HELD_OUT)).loss]);
      averaged.dispose();
    }
    expect(evaluated).toEqual(recorded);
    expect(new Set(recorded.flat() as number[]).size).toBe(6);
    const kept = await loadCheckpoint(path);
    expect(bits(model)).toEqual(bits(kept));
    kept.dispose();
  });

  it('of decay near 0 follows the weights so closely that after a step they differ by less than a thousandth of it', async () => {
    const path = join(folder, 'c.safetensors');
    const model = tinyNetwork();
    const before = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
    for await (const event of trainingEvents(model, DATA, { epochs: 1, averaging: { decay: 1e-6 }, checkpoint: path })) {
      if (event.kind === 'checkpoint') break;
    }
    const [averaged, last] = await Promise.all([loadCheckpoint(path), loadCheckpoint(path, { weights: 'last' })]);
    const [a, b] = [averaged, last].map((one) => one.getWeights().map((weight) => weight.dataSync()));
    const largest = (pick: (tensor: number, value: number) => number): number =>
      Math.max(...b.map((values, tensor) => Math.max(...Array.from(values, (_, value) => Math.abs(pick(tensor, value))))));
    const moved = largest((tensor, value) => b[tensor][value] - before[tensor][value]);
    expect(moved).toBeGreaterThan(0.01);
    expect(largest((tensor, value) => a[tensor][value] - b[tensor][value])).toBeLessThan(1e-3 * moved);
    averaged.dispose();
    last.dispose();
  });
});

describe('headWeights', () => {
  it('[0.6, 0] over 2 epochs of 3 steps: the loss of step n counts the auxiliary head 0.6 · (1 − (n − 1) / 6)', async () => {
    const seen: StepProgress[] = [];
    await train(tinyNetwork(), DATA, { epochs: 2, headWeights: [0.6, 0], onStep: (progress) => void seen.push(progress) });
    expect(seen).toHaveLength(6);
    seen.forEach(({ loss, headLosses }, index) => {
      expect(loss).toBeCloseTo(headLosses.main + 0.6 * (1 - index / 6) * headLosses.auxiliary_3a, 5);
    });
  });

  it('a number is the same, bit for bit, as a pair of it', async () => {
    const [one, pair] = [tinyNetwork(), tinyNetwork()];
    await train(one, DATA, { epochs: 1, headWeights: 0.4 });
    await train(pair, DATA, { epochs: 1, headWeights: [0.4, 0.4] });
    expect(bits(one)).toEqual(bits(pair));
  });
});

describe('classWeights', () => {
  /** 8 horizontal, 8 vertical and 8 diagonal ones, of which 6 horizontal ones are left out. */
  const pictures = stripes(24, 12, 4);
  const chosen = pictures.labels.map((label, index) => label !== 0 || index < 6);
  const rare = {
    ...pictures,
    pixels: pictures.pixels.filter((_, index) => chosen[index]),
    labels: pictures.labels.filter((_, index) => chosen[index]),
  };

  it("'balanced' is, bit for bit, count / (classes · count of the class); the settings say so; none is another training", async () => {
    const data = { train: arrayDataset(rare, 6, true) };
    expect(data.train.classCounts).toEqual([2, 8, 8]);
    const weights = { horizontal: 3, vertical: 0.75, diagonal: 0.75 };
    const models = [tinyNetwork(), tinyNetwork(), tinyNetwork()];
    const { settings } = await train(models[0], data, { epochs: 1, classWeights: 'balanced' });
    await train(models[1], data, { epochs: 1, classWeights: weights });
    await train(models[2], data, { epochs: 1 });
    expect(settings.classWeights).toEqual(weights);
    expect(bits(models[0])).toEqual(bits(models[1]));
    expect(bits(models[0])).not.toEqual(bits(models[2]));
  });

  it('weigh the first loss of a batch: the sum of weight · loss over the number of pictures', async () => {
    const losses: number[] = [];
    const onStep = ({ headLosses }: StepProgress): void => void losses.push(headLosses.main);
    const data = { train: arrayDataset(rare, 18) };
    for (const only of rare.classes) {
      const none = Object.fromEntries(rare.classes.map((name) => [name, name === only ? 1 : 0]));
      await train(tinyNetwork(), data, { epochs: 1, classWeights: none, onStep });
    }
    await train(tinyNetwork(), data, { epochs: 1, classWeights: { horizontal: 3, vertical: 0.75, diagonal: 0.5 }, onStep });
    const [horizontal, vertical, diagonal, together] = losses;
    expect(together).toBeCloseTo(3 * horizontal + 0.75 * vertical + 0.5 * diagonal, 5);
  });
});

describe('What training calls leave in memory', () => {
  const all: Partial<TrainingOptions> = {
    optimizer: 'adamw',
    learningRate: 0.005,
    averaging: { decay: 0.9 },
    gradientClip: { norm: 1, value: 0.5 },
    layerDecay: 0.9,
    classWeights: 'balanced',
    headWeights: [0.3, 0],
    phases: [{ epochs: 1, freezeTo: 'trunk' }, {}],
    earlyStopping: { patience: 5 },
    reestimateBatchNormalization: { batches: 2 },
  };

  it('train with every option, resumed, left early, begun anew, completed: no tensor; loadCheckpoint: its model’s alone', async () => {
    const model = tinyNetwork();
    const options = { ...all, epochs: 3, checkpoint: join(folder, 'c.safetensors'), history: folder, tensorBoard: join(folder, 'tb') };
    await train(tinyNetwork(), DATA, { epochs: 1 });
    const tensors = tf.memory().numTensors;
    const leave = async (kind: string, more: Partial<TrainingOptions> = {}): Promise<void> => {
      for await (const event of trainingEvents(model, DATA, { ...options, ...more })) if (event.kind === kind) break;
    };
    const calls: Record<string, () => Promise<unknown>> = {
      'left after a step': () => leave('step'),
      'resumed, left after an epoch': () => leave('epoch', { resume: true }),
      'begun anew, left after a checkpoint': () => leave('checkpoint', { resume: false }),
      'resumed and completed': () => train(model, DATA, { ...options, resume: true }),
      'completed, once more': () => train(model, DATA, { ...options, resume: true }),
      'statistics measured anew': () => reestimateBatchNormalization(model, FEW, { batches: 2 }),
    };
    for (const [call, run] of Object.entries(calls)) {
      await run();
      expect([call, tf.memory().numTensors]).toEqual([call, tensors]);
    }
    const loaded = await loadCheckpoint(options.checkpoint);
    expect(tf.memory().numTensors - tensors).toBe(loaded.weights.length);
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('what training is called with', () => {
  it.each([
    ['gradientClip', { gradientClip: 5 }, 'train.gradientClip.options: expected an object, got 5.'],
    ['its keys', { gradientClip: { length: 2 } }, "train.gradientClip.options: expected keys among norm, value, got 'length'."],
    ['averaging', { averaging: null as never }, 'train.averaging.options: expected an object, got null.'],
    ['earlyStopping', { earlyStopping: null as never }, 'train.earlyStopping.options: expected an object, got null.'],
    ['stageRates', { stageRates: null as never }, 'train.stageRates: expected a rate by stage, got null.'],
    ['signal', { signal: null as never }, 'train.signal: expected an AbortSignal, got null.'],
    ['resume', { resume: 'yes' }, "train.resume: expected true or false, got 'yes'."],
    ['onStep', { onStep: 3 }, 'train.onStep: expected a function, got 3.'],
    ['signal', { signal: 3 }, 'train.signal: expected an AbortSignal, got 3.'],
    [
      'reestimateBatchNormalization',
      { reestimateBatchNormalization: 3 },
      'train.reestimateBatchNormalization: expected true, false or { batches }, got 3.',
    ],
    [
      'resume from nothing',
      { resume: true },
      'train.checkpoint: expected a file to resume from, got undefined. Name it, or leave resume out.',
    ],
  ])('%s of another kind is refused by name before anything is computed', async (_, options, message) => {
    const wrong = { epochs: 1, ...options } as unknown as TrainingOptions;
    await expect(train(tinyNetwork(), DATA, wrong)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message });
  });
});
