import * as tf from '@tensorflow/tfjs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '../../src/data/decodeImage.js';
import type { Prediction } from '../../src/inference/classifier.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import { saveModel } from '../../src/io/saveModel.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { backendUnderTest, useBackendUnderTest } from '../backendUnderTest.js';
import { CompiledSources, runNode } from '../io/compiledSources.js';
import { expectFailure } from '../io/failure.js';
import { tinyGoogLeNet } from '../io/tinyModels.js';

let folder: string;
let photo: string;
let model: InceptionModel;

/** A picture of 150×100 with a gradient in each channel: no two places are alike. */
async function writePhoto(path: string): Promise<void> {
  const data = Uint8Array.from({ length: 150 * 100 * 3 }, (_, index) => {
    const [x, y, channel] = [Math.floor(index / 3) % 150, Math.floor(index / 450), index % 3];
    return [x + y, 2 * x - y + 80, (x * y) % 256][channel];
  });
  await sharp(data, { raw: { width: 150, height: 100, channels: 3 } })
    .png()
    .toFile(path);
}

beforeAll(async () => {
  await useBackendUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'inception-classify-'));
  photo = join(folder, 'photo.png');
  await writePhoto(photo);
  model = tinyGoogLeNet({ seed: 7 });
  await saveModel(model, join(folder, 'model'));
});
afterAll(async () => {
  model.dispose();
  await rm(folder, { recursive: true });
});

const bare = (predictions: Prediction[]): number[] =>
  [...predictions].sort((a, b) => a.index - b.index).map(({ probability }) => probability);

describe('classify', () => {
  it('gives every class once, the likeliest first, summing to 1, and exactly what the model predicts for the decoded picture', async () => {
    const classifier = await createClassifier(model, { engine: 'tfjs' });
    const predictions = await classifier.classify(photo);
    expect(predictions.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
    expect(predictions.map(({ label, index }) => label === model.labels[index])).toEqual([true, true, true]);
    expect(predictions.map(({ probability }) => probability)).toEqual(bare(predictions).sort((a, b) => b - a));
    expect(bare(predictions).reduce((sum, value) => sum + value)).toBeCloseTo(1, 6);
    const { pixels, shape } = await decodeImage(photo, { size: 64 });
    const expected = tf.tidy(() => [...(model.predict(model.preprocess(tf.tensor4d(pixels, [1, ...shape]))) as tf.Tensor).dataSync()]);
    expect(bare(predictions)).toEqual(expected);
  });

  it('gives the same answer, bit for bit, for a path, its bytes, and the tensor of its pixels', async () => {
    const classifier = await createClassifier(model);
    const fromPath = await classifier.classify(photo);
    expect(await classifier.classify(await readFile(photo))).toEqual(fromPath);
    expect(await classifier.classify(new Uint8Array(await readFile(photo)))).toEqual(fromPath);
    const { data, info } = await sharp(photo).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const whole = tf.tensor3d(data, [info.height, info.width, 3], 'int32');
    // Shorter side 100 ≤ 2 · 64: a file of this size is not shrunk while it is decoded either.
    expect(await classifier.classify(whole)).toEqual(fromPath);
    const { pixels, shape } = await decodeImage(photo, { size: 64 });
    const ready = tf.tensor3d(Float32Array.from(pixels), [...shape]);
    expect(await classifier.classify(ready)).toEqual(fromPath);
    expect(whole.isDisposed || ready.isDisposed).toBe(false);
    tf.dispose([whole, ready]);
  });

  it('leaves the number of tensors unchanged per call, also when it fails', async () => {
    const classifier = await createClassifier(model, { heads: 'mean' });
    await classifier.classify(photo);
    const before = tf.memory().numTensors;
    await classifier.classify(photo);
    await classifier.classifyMany([photo, photo]);
    await expectFailure(classifier.classify(join(folder, 'none.png')), 'NOT_FOUND', /none\.png/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('classifyMany answers for 11 pictures, in order, as classify does one by one', async () => {
    const classifier = await createClassifier(model, { topK: 3 });
    const flipped = await sharp(photo).flop().png().toBuffer();
    const images = Array.from({ length: 11 }, (_, index) => (index % 3 === 1 ? flipped : photo));
    const many = await classifier.classifyMany(images);
    const [one, other] = [await classifier.classify(photo), await classifier.classify(flipped)];
    expect(bare(one)).not.toEqual(bare(other));
    expect(many).toHaveLength(11);
    many.forEach((predictions, index) => {
      const expected = bare(index % 3 === 1 ? other : one);
      bare(predictions).forEach((probability, place) => expect(Math.abs(probability - expected[place])).toBeLessThan(1e-6));
    });
    expect(await classifier.classifyMany([])).toEqual([]);
    await expectFailure(
      classifier.classifyMany([photo, Buffer.from('no picture')]),
      'UNREADABLE_IMAGE',
      /^classifier\.classifyMany\.images\[1\]: /,
    );
  });

  it('answers topK classes, 5 unless told, never more than there are, and names classes without labels `class <index>`', async () => {
    const seven = tinyGoogLeNet({ classes: 7 });
    for (const [topK, expected] of [
      [undefined, 5],
      [2, 2],
      [100, 7],
    ] as const) {
      const classifier = await createClassifier(seven, { topK });
      const predictions = await classifier.classify(photo);
      expect(predictions).toHaveLength(expected);
      expect(predictions.every(({ label, index }) => label === `class ${index}`)).toBe(true);
      expect(classifier.labels).toHaveLength(7);
    }
    seven.dispose();
  });

  it('crops as `cropFraction` says, by default as the training record saved with the model says', async () => {
    const path = join(folder, 'cropped');
    await saveModel(model, path, { training: { cropFraction: 1 } });
    const [whole, centre, recorded] = await Promise.all([
      createClassifier(model, { cropFraction: 1 }),
      createClassifier(model),
      createClassifier(path),
    ]);
    const expected = await whole.classify(photo);
    expect(await recorded.classify(photo)).toEqual(expected);
    expect(bare(await centre.classify(photo))).not.toEqual(bare(expected));
    recorded.dispose();
  });
});

describe('a network that ends in logits, or has three heads', () => {
  it('gives the softmax of the logits', async () => {
    const linear = inceptionNet({ ...model.spec, classifierActivation: 'linear' });
    linear.setWeights(model.getWeights());
    const [fromLogits, expected] = [await createClassifier(linear), await createClassifier(model)];
    const [a, b] = [bare(await fromLogits.classify(photo)), bare(await expected.classify(photo))];
    a.forEach((probability, index) => expect(Math.abs(probability - b[index])).toBeLessThan(1e-6));
    linear.dispose();
  });

  it("answers by the main head, the surest of three, or their mean: 'main', 'best', 'mean'", async () => {
    const headed = tinyGoogLeNet({ auxiliaryHeads: true, inputShape: [80, 80, 3], seed: 3 });
    const { pixels, shape } = await decodeImage(photo, { size: 80 });
    const rows = tf.tidy(() =>
      (headed.predict(headed.preprocess(tf.tensor4d(pixels, [1, ...shape]))) as tf.Tensor[]).map((head) => [...head.dataSync()]),
    );
    expect(rows).toHaveLength(3);
    const answer = async (heads: 'main' | 'best' | 'mean'): Promise<number[]> =>
      bare(await (await createClassifier(headed, { heads, engine: 'tfjs' })).classify(photo));
    expect(await answer('main')).toEqual(rows[0]);
    const surest = rows.reduce((best, row) => (Math.max(...row) > Math.max(...best) ? row : best));
    expect(await answer('best')).toEqual(surest);
    expect(await answer('mean')).toEqual(rows[0].map((_, index) => (rows[0][index] + rows[1][index] + rows[2][index]) / 3));
    headed.dispose();
  });
});

describe('a classifier made from a path', () => {
  it('frees the model it loaded, and one made from a model leaves that alone', async () => {
    const before = tf.memory().numTensors;
    const classifier = await createClassifier(join(folder, 'model'), { engine: 'tfjs' });
    await classifier.classify(photo);
    expect(tf.memory().numTensors).toBe(before + model.weights.length);
    classifier.dispose();
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(before);
    await expectFailure(classifier.classify(photo), 'INVALID_ARGUMENT', /expected a classifier in use, got one that was disposed of/);
    const borrowed = await createClassifier(model);
    borrowed.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(await (await createClassifier(model)).classify(photo)).toHaveLength(3);
  });

  it('refuses to answer when disposed of while a picture is being read', async () => {
    const classifier = await createClassifier(join(folder, 'model'));
    const answer = expectFailure(classifier.classify(photo), 'INVALID_ARGUMENT', /disposed of/);
    classifier.dispose();
    await answer;
  });

  it.each(['tfjs', 'onnx'] as const)('gives bit-identical probabilities in a fresh process: %s', async (engine) => {
    const classifier = await createClassifier(join(folder, 'model'), { engine });
    const expected = await classifier.classify(photo);
    classifier.dispose();
    const compiled = await CompiledSources.create();
    try {
      const script = await compiled.script(
        'classify.js',
        `const { useBackend } = require('./dist/backends/useBackend.js');
         const { createClassifier } = require('./dist/inference/createClassifier.js');
         (async () => {
           await useBackend(process.argv[5]);
           const classifier = await createClassifier(process.argv[2], { engine: process.argv[4] });
           console.log('RESULT' + JSON.stringify(await classifier.classify(process.argv[3])));
         })();`,
      );
      const { stdout, stderr } = await runNode(script, [join(folder, 'model'), photo, engine, backendUnderTest()]);
      const line = stdout.split('\n').find((text) => text.startsWith('RESULT'));
      if (line === undefined) throw new Error(stderr);
      expect(JSON.parse(line.slice('RESULT'.length))).toEqual(expected);
    } finally {
      await compiled.remove();
    }
  });
});

describe('what cannot be classified is refused', () => {
  const pixels = (...shape: number[]): tf.Tensor => tf.zeros(shape, 'int32');
  it.each([
    { what: 'a batch', image: () => pixels(1, 8, 8, 3), message: /expected a tensor of shape \[height, width, 3\], got '\[1, 8, 8, 3\]'/ },
    { what: 'a grey picture', image: () => pixels(8, 8, 1), message: /got '\[8, 8, 1\]'/ },
    { what: 'an empty picture', image: () => pixels(0, 8, 3), message: /got '\[0, 8, 3\]'/ },
    { what: 'values above 255', image: () => tf.fill([8, 8, 3], 256), message: /expected values from 0 to 255, got 256/ },
    { what: 'negative values', image: () => tf.fill([64, 64, 3], -0.5), message: /expected values from 0 to 255, got -0\.5/ },
    { what: 'NaN', image: () => tf.fill([8, 8, 3], NaN), message: /expected values from 0 to 255, got NaN/ },
    { what: 'fractions of 1', image: () => tf.fill([8, 8, 3], 0.5), message: /got 'fractions up to 0\.5'\. Multiply them by 255/ },
    { what: 'a number', image: () => 5, message: /expected a path, the bytes of a picture file or a tensor, got 5/ },
  ])('$what', async ({ image, message }) => {
    const classifier = await createClassifier(model);
    const value = image();
    await expectFailure(classifier.classify(value as tf.Tensor3D), 'INVALID_ARGUMENT', message);
    tf.dispose(value);
  });

  it.each([
    {
      what: 'bytes of no picture',
      make: async () => Buffer.from('hello'),
      code: 'UNREADABLE_IMAGE',
      message: /^classifier\.classify\.image: /,
    },
    {
      what: 'a truncated file',
      make: async () => (await readFile(photo)).subarray(0, 600),
      code: 'UNREADABLE_IMAGE',
      message: /classify\.image: /,
    },
    {
      what: 'a text file',
      make: async () => (await writeFile(join(folder, 'a.jpg'), 'x'), join(folder, 'a.jpg')),
      code: 'UNREADABLE_IMAGE',
      message: /a\.jpg/,
    },
    { what: 'a missing file', make: async () => join(folder, 'none.jpg'), code: 'NOT_FOUND', message: /none\.jpg/ },
  ] as const)('$what: $code', async ({ make, code, message }) => {
    const classifier = await createClassifier(model);
    await expectFailure(classifier.classify(await make()), code, message);
  });

  it('weights that are not finite', async () => {
    const broken = tinyGoogLeNet();
    const bias = broken.getLayer('main_logits').weights.find(({ originalName }) => originalName.endsWith('bias'))!;
    tf.tidy(() => void bias.write(tf.fill([3], NaN)));
    await expectFailure(
      (await createClassifier(broken)).classify(photo),
      'CORRUPT_WEIGHTS',
      /expected probabilities, got \[ NaN, NaN, NaN \]/,
    );
    broken.dispose();
  });
});

describe('createClassifier refuses', () => {
  it.each([
    {
      options: { engine: 'torch' },
      code: 'INVALID_ARGUMENT',
      message: /^createClassifier\.engine: expected 'auto', 'onnx', 'tfjs', got 'torch'/,
    },
    { options: { crops: 7 }, code: 'INVALID_ARGUMENT', message: /^createClassifier\.crops: expected one of 1, 10, 12, 144, got 7\.$/ },
    {
      options: { heads: 'all' },
      code: 'INVALID_ARGUMENT',
      message: /^createClassifier\.heads: expected 'main', 'best', 'mean', got 'all'/,
    },
    { options: { topK: 0 }, code: 'INVALID_ARGUMENT', message: /^createClassifier\.topK: expected a positive integer, got 0/ },
    { options: { cropFraction: 2 }, code: 'INVALID_ARGUMENT', message: /^createClassifier\.cropFraction: expected a share.*got 2/ },
  ] as const)('$options: $code', async ({ options, code, message }) => {
    await expectFailure(createClassifier(model, options as object), code, message);
  });

  it('a path without a model, a model of another origin (freeing it), one without classifier, one for grey pictures', async () => {
    await expectFailure(createClassifier(join(folder, 'none')), 'NOT_FOUND', /none/);
    const foreign = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 2, name: 'd' })] });
    await saveModel(foreign, join(folder, 'foreign'));
    const before = tf.memory().numTensors;
    await expectFailure(
      createClassifier(join(folder, 'foreign')),
      'INVALID_ARGUMENT',
      /\.preprocessing: expected how pictures become the input of a model that does not say/,
    );
    expect(tf.memory().numTensors).toBe(before);
    const headless = tinyGoogLeNet({ classes: undefined, includeTop: false });
    await expectFailure(createClassifier(headless), 'INVALID_ARGUMENT', /expected a model with a classifier/);
    const grey = tinyGoogLeNet({ inputShape: [64, 64, 1] });
    await expectFailure(createClassifier(grey), 'INVALID_ARGUMENT', /expected a model for pictures of 3 channels, got \[ 64, 64, 1 \]/);
    for (const each of [foreign, headless, grey]) each.dispose();
  });
});
