import * as tf from '@tensorflow/tfjs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageDataset, PictureRecord } from '../../src/data/dataset.js';
import type { InceptionError } from '../../src/errors.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { loadCheckpoint } from '../../src/training/loadCheckpoint.js';
import { train, trainingEvents } from '../../src/training/train.js';
import type { TrainingOptions } from '../../src/training/trainingOptions.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

/** 24 pictures in batches of 10, 10 and 4; and 9 held out. */
const FEW = arrayDataset(stripes(24, 12, 4), 10, true);
const HELD_OUT = arrayDataset(stripes(9, 12, 5), 9);
const DATA = { train: FEW, validation: HELD_OUT };

const bits = (model: InceptionModel): Uint32Array[] =>
  model.weights.map((weight) => new Uint32Array(Float32Array.from(weight.read().dataSync()).buffer));

/** What a recipe may ask for, each with state of its own to be carried over. */
const RECIPES: Readonly<Record<string, Partial<TrainingOptions>>> = {
  'sgd with momentum': {},
  'adam, averages, clipping, heads that fade': {
    optimizer: 'adam',
    learningRate: 0.01,
    averaging: { decay: 0.9 },
    gradientClip: { norm: 1 },
    headWeights: { auxiliary_3a: [0.3, 0] },
  },
  'rmsprop, two phases, statistics measured anew': {
    optimizer: 'rmsprop',
    learningRate: 0.02,
    phases: [
      { epochs: 1, freezeTo: 'trunk' },
      { learningRate: 0.005, optimizer: 'adamw' },
    ],
    reestimateBatchNormalization: { batches: 2 },
  },
};

let folder: string;
let path: string;
beforeAll(async () => void (await useBackendUnderTest()));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inception-resume-'));
  path = join(folder, 'sub', 'checkpoint.safetensors');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Trains from the checkpoint on, and leaves after so many steps. */
async function trainFor(steps: number, options: TrainingOptions): Promise<void> {
  let done = 0;
  for await (const event of trainingEvents(tinyNetwork(99), DATA, { ...options, checkpoint: path, resume: true })) {
    if (event.kind === 'step' && ++done === steps) break;
  }
}

async function failureOf(options: Partial<TrainingOptions>, data = DATA, model = tinyNetwork()): Promise<InceptionError> {
  return train(model, data, { epochs: 3, checkpoint: path, ...options }).then(
    () => Promise.reject(new Error('train should have failed')),
    (error: InceptionError) => error,
  );
}

// Whatever is resumed has two steps that run operation by operation before its steps are graphs: those are equal to 1e-4 (engine.test.ts).
describe('A training that was ended anywhere and resumed is, bit for bit, the one that was not, operation by operation', () => {
  it.each(Object.entries(RECIPES))('%s: ended after every single step of 9', async (_, recipe) => {
    const options = { epochs: 3, seed: 7, engine: 'eager', ...recipe } as const;
    const whole = tinyNetwork();
    const expected = await train(whole, DATA, options);
    // The first part begins from the same weights; all later ones from others, which the checkpoint replaces.
    for await (const event of trainingEvents(tinyNetwork(), DATA, { ...options, checkpoint: path })) if (event.kind === 'step') break;
    for (let step = 1; step < 9; step++) await trainFor(1, options);
    const resumed = tinyNetwork(99);
    const report = await train(resumed, DATA, { ...options, checkpoint: path, resume: true });
    expect(bits(resumed)).toEqual(bits(whole));
    expect(report.resumedAt).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(report.steps).toBe(9);
    const measured = ({ epochs }: typeof report): unknown[] =>
      epochs.map(({ loss, headLosses, top1, validation, averaged, learningRate }) => ({
        loss,
        headLosses,
        top1,
        validation,
        averaged,
        learningRate,
      }));
    expect(measured(report)).toEqual(measured(expected));
    expect(report.best.epoch).toBe(expected.best.epoch);
  });

  it('ended by a signal while it validates: resumed without repeating a step', async () => {
    const controller = new AbortController();
    const validation: ImageDataset = {
      ...HELD_OUT,
      async *batches(epoch, from) {
        controller.abort();
        yield* HELD_OUT.batches(epoch, from);
        yield* HELD_OUT.batches(epoch, from);
      },
    };
    const whole = tinyNetwork();
    await train(whole, DATA, { epochs: 3, engine: 'eager' });
    const error = await failureOf({ signal: controller.signal, engine: 'eager' }, { train: FEW, validation });
    expect([error.code, error.message]).toEqual([
      'ABORTED',
      `train: ended by the caller in epoch 1 of 3, after 3 steps. ${path} holds all that is needed to go on (resume: true, --resume).`,
    ]);
    const resumed = tinyNetwork(99);
    let steps = 0;
    await train(resumed, DATA, { epochs: 3, engine: 'eager', checkpoint: path, resume: true, onStep: () => void steps++ });
    expect(steps).toBe(6);
    expect(bits(resumed)).toEqual(bits(whole));
  });
});

describe('resume', () => {
  it('without a checkpoint trains from the start; after completion it changes nothing, takes no step and gives the model', async () => {
    const first = tinyNetwork();
    const report = await train(first, DATA, { epochs: 1, checkpoint: path, resume: true });
    const written = await readFile(path);
    const again = tinyNetwork(99);
    let steps = 0;
    expect(await train(again, DATA, { epochs: 1, checkpoint: path, resume: true, onStep: () => void steps++ })).toEqual(report);
    expect(steps).toBe(0);
    expect(bits(again)).toEqual(bits(first));
    expect(again.labels).toEqual(FEW.classes);
    expect(await readFile(path)).toEqual(written);
  });

  it('left out over an unfinished training is CHECKPOINT_MISMATCH; false begins anew', async () => {
    await trainFor(4, { epochs: 3 });
    const before = await readFile(path);
    const error = await failureOf({});
    expect([error.code, error.message]).toEqual([
      'CHECKPOINT_MISMATCH',
      `${path}: expected no unfinished training, got one in epoch 2 of 3. Go on with it (resume: true, --resume), or begin anew over it (resume: false, --no-resume).`,
    ]);
    expect(await readFile(path)).toEqual(before);
    const report = await train(tinyNetwork(), DATA, { epochs: 1, checkpoint: path, resume: false });
    expect([report.steps, report.resumedAt]).toEqual([3, []]);
  });

  it('with other settings and data says all that differs, changes nothing, and goes on if told to', async () => {
    await trainFor(4, { epochs: 3 });
    const pictures =
      (names: readonly string[]): ImageDataset['manifest'] =>
      () =>
        names.map((name): PictureRecord => ({ name, label: 'horizontal' }));
    const changed = { train: { ...FEW, batch: 8, manifest: pictures(['a']) }, validation: HELD_OUT };
    const options = { epochs: 4, learningRate: 0.01, optimizer: { kind: 'sgd', momentum: 0.5 } as const };
    const model = tinyNetwork(99);
    const before = bits(model);
    const error = await failureOf({ ...options, resume: true }, changed, model);
    expect(error.code).toBe('CHECKPOINT_MISMATCH');
    expect(error.message).toBe(
      [
        `${path}: expected the training that it holds, got another:`,
        '  settings.epochs: 3 then, 4 now',
        '  settings.learningRate: 0.05 then, 0.01 now',
        '  settings.optimizer.momentum: not set then, 0.5 now',
        '  settings.batch: 10 then, 8 now',
        'Go on with the changes (acceptChanges: true, --accept-changes), or undo them.',
      ].join('\n'),
    );
    expect(bits(model)).toEqual(before);
    const report = await train(model, changed, { ...options, checkpoint: path, resume: true, acceptChanges: true });
    expect([report.epochs.length, report.resumedAt, report.settings.learningRate]).toEqual([4, [4], 0.01]);
  });

  it('in batches of another size begins the epoch anew, and says where it goes on', async () => {
    const inTwos = { train: arrayDataset(stripes(24, 12, 4), 12) };
    for await (const event of trainingEvents(tinyNetwork(), inTwos, { epochs: 1, checkpoint: path })) if (event.kind === 'step') break;
    const resumed: unknown[] = [];
    const report = await train(
      tinyNetwork(99),
      { train: arrayDataset(stripes(24, 12, 4), 24) },
      { epochs: 1, checkpoint: path, resume: true, acceptChanges: true, onResume: (from) => void resumed.push(from) },
    );
    expect(resumed).toEqual([{ epoch: 1, epochs: 1, steps: 1 }]);
    expect([report.resumedAt, report.steps]).toEqual([[1], 2]);
  });

  it('with another network or optimizer is refused even so', async () => {
    await trainFor(4, { epochs: 3 });
    const other = await failureOf({ resume: true, acceptChanges: true }, DATA, tinyNetwork(1, { name: 'other' }));
    expect(other.message).toMatch(/\n {2}network\.name: 'tiny' then, 'other' now\n/);
    const adam = await failureOf({ resume: true, acceptChanges: true, optimizer: 'adam' });
    expect([adam.code, adam.message.split('\n')[1]]).toEqual(['WEIGHTS_MISMATCH', expect.stringMatching(/^[-+] /)]);
  });

  it('with pictures renamed, relabelled or altered since, names them', async () => {
    const named = (pictures: readonly PictureRecord[]): ImageDataset => ({ ...FEW, manifest: () => pictures });
    const then = [
      { name: 'a/1.png', label: 'horizontal', sha256: '00' },
      { name: 'a/2.png', label: 'horizontal', sha256: '01' },
      { name: 'b/1.png', label: 'vertical', sha256: '02' },
    ];
    for await (const event of trainingEvents(tinyNetwork(), { train: named(then) }, { epochs: 3, checkpoint: path }))
      if (event.kind === 'step') break;
    const now = [
      { name: 'a/1.png', label: 'horizontal', sha256: 'ff' },
      { name: 'b/1.png', label: 'diagonal', sha256: '02' },
      { name: 'c/1.png', label: 'diagonal', sha256: '03' },
    ];
    const error = await failureOf({ resume: true }, { train: named(now) } as typeof DATA);
    expect(error.message.split('\n').slice(1, -1)).toEqual([
      '  training data: 1 picture (a/2.png) no longer there',
      '  training data: 1 picture (c/1.png) new',
      '  training data: 1 picture (b/1.png) of another label',
      '  training data: 1 picture (a/1.png) of another content',
    ]);
  });

  it('leaves as many tensors as before, however it ends', async () => {
    const model = tinyNetwork();
    const count = tf.memory().numTensors;
    const options = { epochs: 2, checkpoint: path, averaging: { decay: 0.9 }, optimizer: 'adam' } as const;
    for await (const event of trainingEvents(model, DATA, options)) if (event.kind === 'epoch') break;
    expect(tf.memory().numTensors).toBe(count);
    expect((await failureOf({ ...options, resume: true, labelSmoothing: 0.2 }, DATA, model)).code).toBe('CHECKPOINT_MISMATCH');
    expect(tf.memory().numTensors).toBe(count);
    await train(model, DATA, { ...options, resume: true });
    await train(model, DATA, { ...options, resume: true });
    expect(tf.memory().numTensors).toBe(count);
  });
});

describe('A checkpoint that is not what it was', () => {
  it('cut short, altered in one bit, or no checkpoint at all: CORRUPT_WEIGHTS naming it, and the model is as it was', async () => {
    await trainFor(2, { epochs: 3 });
    const whole = await readFile(path);
    const model = tinyNetwork(99);
    const before = bits(model);
    const altered = Uint8Array.from(whole);
    altered[whole.length - 5] ^= 1;
    for (const bytes of [whole.subarray(0, whole.length - 1), whole.subarray(0, 4), altered, Buffer.from('not a checkpoint')]) {
      await writeFile(path, bytes);
      const error = await failureOf({ resume: true }, DATA, model);
      expect([error.code, error.message.startsWith(path)]).toEqual(['CORRUPT_WEIGHTS', true]);
    }
    expect(bits(model)).toEqual(before);
  });
});

describe('loadCheckpoint gives the model of a training that goes on elsewhere', () => {
  it('with the weights it would end with, those of the last step, and those without averaging', async () => {
    const model = tinyNetwork();
    const options = { epochs: 2, averaging: { decay: 0.5 }, checkpoint: path };
    for await (const event of trainingEvents(model, DATA, options)) if (event.kind === 'checkpoint') break;
    const [kept, last, unaveraged] = await Promise.all([
      loadCheckpoint(path),
      loadCheckpoint(path, { weights: 'last' }),
      loadCheckpoint(path, { weights: 'unaveraged' }),
    ]);
    expect(bits(last)).toEqual(bits(model));
    expect(bits(unaveraged)).toEqual(bits(model));
    expect(bits(kept)).not.toEqual(bits(model));
    expect(kept.labels).toEqual(FEW.classes);
    expect(kept.spec).toEqual(model.spec);
  });
});
