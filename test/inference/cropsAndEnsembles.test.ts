import * as tf from '@tensorflow/tfjs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { imageFolder, type ImageFolder } from '../../src/data/imageFolder.js';
import type { CropCount } from '../../src/evaluation/crops.js';
import { predictDataset } from '../../src/evaluation/evaluate.js';
import type { Prediction } from '../../src/inference/classifier.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import { saveModel } from '../../src/io/saveModel.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { expectFailure } from '../io/failure.js';

const CLASSES = ['a', 'b', 'c'];
const SIZE = { width: 41, height: 30 };

let folder: string;
let photo: string;
let pixels: Uint8Array;
let data: ImageFolder;
const models: Record<'one' | 'two' | 'larger', InceptionModel> = {} as never;

beforeAll(async () => {
  await useBackendUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'inception-crops-'));
  pixels = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => (i * 7 + Math.floor(i / 123) * 31) % 256);
  for (const name of CLASSES) await mkdir(join(folder, 'data', name), { recursive: true });
  for (const name of CLASSES) {
    const [red, green, blue] = CLASSES.map((other) => (other === name ? 0 : 40));
    await sharp(
      pixels.map((value, i) => Math.min(255, value + [red, green, blue][i % 3])),
      { raw: { ...SIZE, channels: 3 } },
    )
      .png()
      .toFile(join(folder, 'data', name, '0.png'));
  }
  photo = join(folder, 'data', 'b', '0.png');
  Object.assign(models, { one: tinyNetwork(1), two: tinyNetwork(2), larger: tinyNetwork(3, { inputShape: [18, 18, 3] }) });
  for (const model of Object.values(models)) model.labels = CLASSES;
  data = await imageFolder(join(folder, 'data'), { size: 12, workers: 0, shuffle: false });
});
afterAll(async () => {
  await data.train.close();
  for (const model of Object.values(models)) model.dispose();
  await rm(folder, { recursive: true });
});

const bare = (predictions: Prediction[]): number[] =>
  [...predictions].sort((a, b) => a.index - b.index).map(({ probability }) => probability);
const near = (values: readonly number[]): number[] => values.map((value) => expect.closeTo(value, 5) as number);

describe('createClassifier', () => {
  it.each<CropCount>([10, 12, 144])(
    'with %i crops answers as evaluate does: by the same views, whatever heads are asked',
    async (crops) => {
      for (const heads of ['main', 'best', 'mean'] as const) {
        const expected = await predictDataset(models.one, data.train, { crops, heads });
        const classifier = await createClassifier(models.one, { crops, heads });
        expect(bare(await classifier.classify(photo))).toEqual(near(expected[1]));
      }
    },
  );

  it('with 12 crops gives the same answer for a path, its bytes and the tensor of its pixels, and leaves no tensor', async () => {
    const classifier = await createClassifier(models.one, { crops: 12 });
    const whole = await sharp(photo).removeAlpha().raw().toBuffer();
    // Twice 12 pixels are what a file is decoded to at least; a larger one is shrunk first, and a tensor is not.
    const [small, bytes] = await Promise.all([sharp(photo).resize(33, 24).raw().toBuffer(), sharp(photo).resize(33, 24).png().toBuffer()]);
    const tensors = [tf.tensor3d(whole, [SIZE.height, SIZE.width, 3], 'int32'), tf.tensor3d(small, [24, 33, 3], 'int32')];
    const before = tf.memory().numTensors;
    expect(await classifier.classify(tensors[1])).toEqual(await classifier.classify(bytes));
    expect(await classifier.classifyMany([tensors[0], bytes])).toHaveLength(2);
    await expectFailure(classifier.classify(Buffer.from('none')), 'UNREADABLE_IMAGE', /^classifier\.classify\.image: /);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(tensors);
  });

  it('of three models, one with a larger input, takes the mean of what each makes of its heads', async () => {
    const { one, two, larger } = models;
    for (const heads of ['main', 'best'] as const) {
      const alone = await Promise.all(
        [one, two, larger].map(async (model) => bare(await (await createClassifier(model, { heads })).classify(photo))),
      );
      const together = await createClassifier([one, two, larger], { heads });
      expect(together.engines).toEqual(Array(3).fill(together.engine));
      const mean = alone[0].map((_, index) => (alone[0][index] + alone[1][index] + alone[2][index]) / 3);
      expect(bare(await together.classify(photo))).toEqual(near(mean));
    }
    const expected = await predictDataset([one, two, larger], data.train, { crops: 10 });
    expect(bare(await (await createClassifier([one, two, larger], { crops: 10 })).classify(photo))).toEqual(near(expected[1]));
  });

  it('frees the models that it loaded and no others, also where a later one cannot be loaded', async () => {
    await saveModel(models.two, join(folder, 'two'));
    const before = tf.memory().numTensors;
    const classifier = await createClassifier([models.one, join(folder, 'two')]);
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(before);
    await expectFailure(createClassifier([join(folder, 'two'), join(folder, 'none')]), 'NOT_FOUND', /none/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses no model, and models of other classes', async () => {
    await expectFailure(
      createClassifier([]),
      'INVALID_ARGUMENT',
      /^createClassifier\.modelOrPath: expected at least one model or path, got \[\]\.$/,
    );
    const other = tinyNetwork(1);
    other.labels = ['a', 'c', 'b'];
    await expectFailure(
      createClassifier([models.one, other]),
      'INVALID_ARGUMENT',
      /^createClassifier\.modelOrPath: expected models that all know a, b, c, got 'a, c, b'\. Models that answer together /,
    );
    other.dispose();
  });
});
