import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { InceptionErrorCode } from '../../src/errors.js';
import { trainFolder, type TrainedFolder } from '../../src/training/trainFolder.js';
import type { TrainFolderOptions } from '../../src/training/trainFolderOptions.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { expectFailure, removeFolders, temporaryFolder, writeClasses } from '../data/pictureFiles.js';

/** A network that needs no choosing. */
const QUICK: TrainFolderOptions = {
  size: [16, 16],
  network: { stem: 'stride4', widthMultiplier: 0.125, finalModule: 'inception_3a' },
  epochs: 2,
  batch: 4,
};

let photos: string;

beforeAll(async () => {
  await useBackendUnderTest();
  photos = join(await temporaryFolder(), 'photos');
  await writeClasses(photos, { cat: 10, dog: 10 }, 40);
});
afterAll(removeFolders);

async function close({ model, folder }: TrainedFolder): Promise<void> {
  model.dispose();
  await Promise.all([folder.train.close(), folder.validation?.close()]);
}

describe('trainFolder', () => {
  it('measures, reads, builds and trains, and says so in this order', async () => {
    const said: string[] = [];
    const trained = await trainFolder(photos, {
      epochs: 1,
      validation: 0.3,
      onMeasured: (networks) => said.push(`measured ${networks}`),
      onProgress: (done, total) => said.push(`read ${done} of ${total}`),
      onReady: ({ model, folder, plan }) => void said.push(`ready ${model.spec.classes} ${folder.train.count} ${plan.size.join('×')}`),
      onStep: ({ step }) => void said.push(`step ${step}`),
      onEpoch: ({ epoch }) => void said.push(`epoch ${epoch}`),
    });
    expect(said).toEqual([
      'measured 0',
      'measured 1',
      'measured 2',
      'read 14 of 14',
      'read 20 of 20',
      'ready 2 14 32×32',
      'step 1',
      'epoch 1',
    ]);
    expect(trained.model.labels).toEqual(['cat', 'dog']);
    expect(trained.model.spec.inputShape).toEqual([32, 32, 3]);
    expect(trained.report.settings).toMatchObject({ epochs: 1, batch: 16, seed: 0, labelSmoothing: 0.1 });
    expect(trained.report.best.validation).toMatchObject({ count: 6 });
    await close(trained);
  });

  it('with the network given, the same seed gives the same losses to the last bit, another seed others', async () => {
    const losses = async (seed: number): Promise<(number | undefined)[]> => {
      const trained = await trainFolder(photos, { ...QUICK, seed });
      await close(trained);
      return trained.report.epochs.flatMap(({ loss, validation }) => [loss, validation?.loss]);
    };
    const first = await losses(1);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });

  it('with a network by name, stem and width chosen: an Inception-ResNet v1 an eighth as wide for 14 pictures of 40 pixels', async () => {
    const trained = await trainFolder(photos, { network: { architecture: 'inception-resnet-v1' }, epochs: 1, batch: 4, seed: 1 });
    expect(trained.model.spec).toMatchObject({ name: 'inception-resnet-v1', variant: 'paper', inputShape: [32, 32, 3] });
    expect(trained.plan.network).toMatchObject({ architecture: 'inception-resnet-v1', stem: 'stride2', widthMultiplier: 0.125 });
    expect(trained.report.epochs).toHaveLength(1);
    await close(trained);
  });

  it('holds out a folder where one is given', async () => {
    const heldOut = join(await temporaryFolder(), 'held-out');
    await writeClasses(heldOut, { cat: 2, dog: 3 });
    const trained = await trainFolder(photos, { ...QUICK, epochs: 1, validation: heldOut });
    expect([trained.folder.train.count, trained.folder.validation?.count]).toEqual([20, 5]);
    await close(trained);
  });

  it('leaves as many tensors the second time as the first', async () => {
    await close(await trainFolder(photos, QUICK));
    const before = tf.memory().numTensors;
    await close(await trainFolder(photos, QUICK));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('trainFolder with a checkpoint', () => {
  const values = ({ model }: TrainedFolder): number[][] => model.weights.map((weight) => Array.from(weight.read().dataSync()));

  it('ended and resumed measures no speed, keeps the plan, ends with the same weights to the last bit, and leaves no tensor', async () => {
    const whole = await trainFolder(photos, { ...QUICK, seed: 3 });
    const expected = { weights: values(whole), plan: whole.plan.training };
    await close(whole);
    const before = tf.memory().numTensors;
    const end = new AbortController();
    const options = { ...QUICK, seed: 3, checkpoint: join(await temporaryFolder(), 'c.safetensors'), resume: true };
    await expectFailure(
      () => trainFolder(photos, { ...options, signal: end.signal, onStep: () => end.abort() }),
      'ABORTED',
      /after 1 step\./,
    );
    expect(tf.memory().numTensors).toBe(before);
    let measured = 0;
    for (const resumedAt of [[1], [1]]) {
      const trained = await trainFolder(photos, { ...options, onMeasured: () => void measured++ });
      expect({ weights: values(trained), plan: trained.plan.training }).toEqual(expected);
      expect(trained.report.resumedAt).toEqual(resumedAt);
      await close(trained);
      expect(tf.memory().numTensors).toBe(before);
    }
    expect(measured).toBe(0);
  });

  it('from the weights of a model, which stay as they are: no tensor of its own is left', async () => {
    const first = await trainFolder(photos, QUICK);
    const before = { tensors: tf.memory().numTensors, weights: values(first) };
    await close(await trainFolder(photos, { weights: first.model, epochs: 1, batch: 4, recipe: 'fast' }));
    expect({ tensors: tf.memory().numTensors, weights: values(first) }).toEqual(before);
    await close(first);
  });
});

describe('trainFolder, ended by its signal', () => {
  it.each<{ phase: keyof TrainFolderOptions }>([
    { phase: 'onMeasured' },
    { phase: 'onProgress' },
    { phase: 'onReady' },
    { phase: 'onStep' },
    { phase: 'onEpoch' },
  ])('in $phase: ABORTED, nothing of later phases happens, no tensor is left', async ({ phase }) => {
    const before = tf.memory().numTensors;
    const end = new AbortController();
    const phases: string[] = [];
    const on = (name: string) => (): void => {
      phases.push(name);
      if (name === phase) end.abort();
    };
    const names = ['onMeasured', 'onProgress', 'onReady', 'onStep', 'onEpoch'];
    const hooks = Object.fromEntries(names.map((name) => [name, on(name)]));
    await expectFailure(() => trainFolder(photos, { ...QUICK, ...hooks, signal: end.signal }), 'ABORTED', /ended by the caller/);
    expect(phases.filter((name) => names.indexOf(name) > names.indexOf(phase))).toEqual([]);
    expect(phases).toContain(phase);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('trainFolder where the backend runs out of memory', () => {
  it.each(['memory access out of bounds', 'Array buffer allocation failed', 'OOM when allocating tensor'])(
    '%s: says what to choose',
    async (words) => {
      const error = new Error(words);
      const onReady = ({ model }: { model: TrainedFolder['model'] }): void => {
        jest.spyOn(model, 'preprocess').mockImplementation(() => {
          throw error;
        });
      };
      const message =
        /^trainFolder: expected steps that fit into the backend's memory, got 'pictures of 16 × 16 in batches of 4 \(.*\. Choose a smaller/;
      await expectFailure(() => trainFolder(photos, { ...QUICK, onReady }), 'INVALID_ARGUMENT', message);
      error.message = 'something else';
      await expect(trainFolder(photos, { ...QUICK, onReady })).rejects.toBe(error);
    },
  );
});

describe('trainFolder refuses, before anything is read or measured', () => {
  it.each<{ options: unknown; message: RegExp; code?: InceptionErrorCode }>([
    { options: { minutes: 0 }, message: /^trainFolder\.minutes: expected a number of minutes above 0, got 0\./ },
    { options: { minutes: NaN }, message: /^trainFolder\.minutes: / },
    { options: { epochs: 0 }, message: /^trainFolder\.epochs: expected a positive integer, or two: \[least, most\], got 0\./ },
    { options: { epochs: [5, 4] }, message: /^trainFolder\.epochs: / },
    { options: { epochs: [5] }, message: /^trainFolder\.epochs: / },
    { options: { batch: 2.5 }, message: /^trainFolder\.batch: expected a positive integer, got 2\.5\./ },
    { options: { size: [64] }, message: /^trainFolder\.size: expected \[height, width\], two positive integers, got \[ 64 \]\./ },
    { options: { size: [64, 0] }, message: /^trainFolder\.size: / },
    { options: { size: null as never }, message: /^trainFolder\.size: expected \[height, width\], two positive integers, got null\./ },
    { options: { learningRate: -1 }, message: /^trainFolder\.learningRate: expected a number above 0, got -1\./ },
    {
      options: { recipe: 'best' },
      message: /^recipe: expected one of paper, inception-v3, finetune, fast, or the path of a \.json file, got 'best'\./,
    },
    { options: { network: QUICK.network }, message: /^trainFolder\.size: expected the input size of the network asked for/ },
    {
      options: { network: { architecture: 'resnet' } },
      message: /^networkSpec: expected one of 'googlenet', .*'xception', got 'resnet'\./,
    },
    {
      options: { network: { architecture: 'inception-v2', auxiliaryHeads: true } },
      message: /^inceptionV2\.auxiliaryHeads: expected false, since this network has no auxiliary heads, got true\./,
    },
    {
      options: { network: { architecture: 'inception-v3' }, size: [20, 40] },
      message: /inception-v3 needs an inputShape of at least 21×21, and has 20×40\.$/,
      code: 'INPUT_TOO_SMALL',
    },
    {
      options: { network: { architecture: 'inception-v3', stem: 'stride8', widthMultiplier: 0.125 }, size: [64, 64] },
      message: /inception-v3 needs an inputShape of at least 75×75, and has 64×64\.$/,
      code: 'INPUT_TOO_SMALL',
    },
    {
      options: { validation: 2 },
      message: /^trainFolder\.validation: expected a share of each class, 0 < share < 1, or a folder, got 2\./,
    },
    { options: { seed: 2 ** 24 }, message: /^trainFolder\.seed: expected an integer, 0 ≤ seed < 2\^24, got 16777216\./ },
  ])('$options', async ({ options, message, code = 'INVALID_ARGUMENT' }) => {
    const onMeasured = jest.fn();
    await expectFailure(() => trainFolder(photos, { ...(options as TrainFolderOptions), onMeasured }), code, message);
    expect(onMeasured).not.toHaveBeenCalled();
  });

  it.each<{
    what: string;
    classes: Record<string, number>;
    validation?: Record<string, number>;
    code: InceptionErrorCode;
    message: RegExp;
  }>([
    { what: 'one class', classes: { cat: 3 }, code: 'EMPTY_DATASET', message: /two class folders or more, got \[ 'cat' \]/ },
    { what: 'an empty class', classes: { cat: 3, dog: 0 }, code: 'EMPTY_DATASET', message: /got 'none in dog'/ },
    {
      what: 'other classes held out',
      classes: { cat: 3, dog: 3 },
      validation: { cat: 1, fox: 1 },
      code: 'INVALID_ARGUMENT',
      message: /- dog\n {2}\+ fox/,
    },
  ])('$what', async ({ classes, validation, code, message }) => {
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'train'), classes);
    if (validation) await writeClasses(join(folder, 'held-out'), validation);
    const onMeasured = jest.fn();
    const options = { onMeasured, ...(validation && { validation: join(folder, 'held-out') }) };
    await expectFailure(() => trainFolder(join(folder, 'train'), options), code, message);
    expect(onMeasured).not.toHaveBeenCalled();
    await rm(folder, { recursive: true });
    await expectFailure(() => trainFolder(join(folder, 'train')), 'NOT_FOUND', /expected a folder, got/);
  });
});
