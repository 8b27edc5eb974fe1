import * as tf from '@tensorflow/tfjs';
import type { ImageDataset } from '../../src/data/dataset.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { resample } from '../../src/data/resample.js';
import { cropRectangles, type CropCount } from '../../src/evaluation/crops.js';
import { evaluate, evaluateScores, predictDataset } from '../../src/evaluation/evaluate.js';
import { scoreDataset } from '../../src/evaluation/scoreDataset.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, randomNumbers } from './arrayDataset.js';
import { knownModel } from './knownModel.js';

const CLASSES = ['a', 'b'];
const closeTo = (value: number): number => expect.closeTo(value, 6) as number;
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A model that says a with the logit `strength` times the picture's mean red, in 0…1. */
const byRed = (strength: number, side: number, name?: string): ReturnType<typeof knownModel> =>
  knownModel({ main: [[strength, 0], [0, 0], [0, 0]] }, side, name); // prettier-ignore

const opened: ImageDataset[] = [];
function arrays(pictures: readonly Uint8Array[], [height, width]: [number, number], size: number, batch = 4): ImageDataset {
  const labels = pictures.map((_, index) => index % 2);
  const dataset = imageArrays({ pixels: pictures, labels, classes: CLASSES, size, pictureSize: [height, width], batch, workers: 0, shuffle: false }); // prettier-ignore
  opened.push(dataset);
  return dataset;
}

function noise(height: number, width: number, seed: number): Uint8Array {
  const random = randomNumbers(seed);
  return Uint8Array.from({ length: height * width * 3 }, () => 256 * random());
}

beforeAll(async () => void (await useBackendUnderTest()));
afterAll(async () => void (await Promise.all(opened.map((dataset) => dataset.close()))));

describe('evaluate with crops', () => {
  it('10: of 8 × 8 pixels, red in the top left one, two views of 7 × 7 hold it whole, two a quarter, six nothing', async () => {
    const picture = new Uint8Array(8 * 8 * 3);
    picture[0] = 255;
    const model = byRed(49, 7);
    const [[probability]] = await predictDataset(model, arrays([picture], [8, 8], 7), { crops: 10 });
    // Of 255 / 4 the nearest byte is 64.
    expect(probability).toBeCloseTo((2 * sigmoid(1) + 2 * sigmoid(64 / 255) + 6 * 0.5) / 10, 6);
  });

  it.each<CropCount>([10, 12, 144])('%i: the mean of the softmax of every crop, cut one by one, upright and wide', async (crops) => {
    const model = knownModel({ main: [[9, 0], [0, 5], [-4, 3]], auxiliary_4a: [[0, 8], [3, 0], [0, 0]] }, 14); // prettier-ignore
    for (const [height, width] of [
      [30, 22],
      [18, 27],
    ] as [number, number][]) {
      // prettier-ignore
      const pixels = noise(height, width, height);
      const { logProbabilities } = await scoreDataset(model, arrays([pixels, pixels], [height, width], 14, 5), { crops });
      const rectangles = cropRectangles({ width, height }, 14, crops);
      const views = rectangles.map((rectangle) =>
        Float32Array.from(Uint8ClampedArray.from(resample({ pixels, width, height }, rectangle, [14, 14]))),
      );
      const expected = tf.tidy(() => {
        const heads = model.predict(model.preprocess(tf.stack(views.map((view) => tf.tensor3d(view, [14, 14, 3]))) as tf.Tensor4D));
        return (heads as tf.Tensor2D[]).map((rows) => [...rows.mean(0).dataSync()]);
      });
      Object.values(logProbabilities).forEach((rows, head) => {
        for (const row of rows) expect([...row].map(Math.exp)).toEqual(expected[head].map((value) => expect.closeTo(value, 5) as number));
      });
    }
  });

  it('gives the same numbers whatever the size of the batches, says how many crops there were, and leaves no tensor', async () => {
    const pictures = Array.from({ length: 5 }, (_, index) => noise(16, 20, index));
    const model = byRed(3, 14);
    const [small, large] = await Promise.all([2, 64].map((batch) => scoreDataset(model, arrays(pictures, [16, 20], 14, batch), { crops: 12 }))); // prettier-ignore
    expect(small.names).toEqual(['0', '1', '2', '3', '4']);
    small.logProbabilities.main.forEach((row, index) => {
      expect([...row]).toEqual([...large.logProbabilities.main[index]].map(closeTo));
    });
    const dataset = arrays(pictures, [16, 20], 14, 3);
    await evaluate(model, dataset, { crops: 144 });
    const before = tf.memory().numTensors;
    expect(await evaluate(model, dataset, { crops: 144 })).toMatchObject({ crops: 144, count: 5 });
    expect(tf.memory().numTensors).toBe(before);
    expect(await evaluate(model, dataset)).not.toHaveProperty('crops');
  });

  it('is refused by name where the dataset cannot give views, and for another number', async () => {
    const plain = arrayDataset({ classes: CLASSES, size: 7, pixels: [new Uint8Array(7 * 7 * 3)], labels: [0] }, 1);
    await expect(evaluate(byRed(1, 7), plain, { crops: 10 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message:
        "evaluate.dataset: expected a dataset that gives views of its pictures, from imageFolder or imageArrays, got 'one without'. " +
        'Use one crop, and networks of its picture size.',
    });
    await expect(evaluate(byRed(1, 7), plain, { crops: 11 as CropCount })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'evaluate.crops: expected one of 1, 10, 12, 144, got 11.',
    });
  });
});

describe('evaluate with several models', () => {
  const RED = Uint8Array.of(255, 0, 0);
  const BLACK = Uint8Array.of(0, 0, 0);
  const pictures = { classes: CLASSES, size: 1, pixels: [RED, RED, BLACK], labels: [0, 1, 0] };

  it('takes the mean of their probabilities, and tells each one’s own numbers', async () => {
    const evaluation = await evaluate([byRed(2, 1, 'sure'), byRed(-1, 1, 'contrary')], arrayDataset(pictures, 2));
    const together = (sigmoid(2) + sigmoid(-1)) / 2;
    expect(evaluation.loss).toBeCloseTo(-(Math.log(together) + Math.log(1 - together) + Math.log(0.5)) / 3, 6);
    expect(evaluation.top1).toBe(2 / 3);
    const alone = (logit: number): number => -(Math.log(sigmoid(logit)) + Math.log(sigmoid(-logit)) + Math.log(0.5)) / 3;
    expect(evaluation.members).toEqual(
      [2, -1].map((logit, index) => {
        const main = { loss: closeTo(alone(logit)), top1: 2 / 3, top5: 1 };
        return { name: ['sure', 'contrary'][index], ...main, heads: { main } };
      }),
    );
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  it('averages the heads that all of them have: a GoogLeNet with its heads and one without share the main one', async () => {
    const matrices = { main: [[1, 0], [0, 0], [0, 0]], auxiliary_4a: [[0, 3], [0, 0], [0, 0]] }; // prettier-ignore
    const both = await evaluate([knownModel(matrices), knownModel(matrices)], arrayDataset(pictures, 2));
    expect(Object.keys(both.heads)).toEqual(['main', 'auxiliary_4a']);
    const mixed = await evaluate([knownModel(matrices), byRed(1, 1)], arrayDataset(pictures, 2));
    expect(Object.keys(mixed.heads)).toEqual(['main']);
    expect(mixed.members?.map(({ heads }) => Object.keys(heads))).toEqual([['main', 'auxiliary_4a'], ['main']]);
  });

  it('of other input sizes sees the pictures at each size: 7 and 3 pixels, with one crop and with ten, the same on batches of 1 and 4', async () => {
    const models = [byRed(5, 7), byRed(-9, 3)];
    const photos = Array.from({ length: 3 }, (_, index) => noise(9, 12, index));
    for (const crops of [1, 10] as const) {
      const alone = await Promise.all(
        models.map((model, index) => predictDataset(model, arrays(photos, [9, 12], [7, 3][index]), { crops })),
      );
      for (const batch of [1, 4]) {
        const rows = await predictDataset(models, arrays(photos, [9, 12], 7, batch), { crops });
        rows.forEach(([probability], picture) => expect(probability).toBeCloseTo((alone[0][picture][0] + alone[1][picture][0]) / 2, 6));
      }
    }
  });

  it('leaves no tensor', async () => {
    const models = [byRed(2, 1), byRed(-1, 1)];
    await evaluate(models, arrayDataset(pictures, 2));
    const before = tf.memory().numTensors;
    await evaluate(models, arrayDataset(pictures, 2));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses none, other classes in number, and other classes by name', async () => {
    const dataset = arrayDataset(pictures, 2);
    const [cats, dogs] = [byRed(1, 1, 'cats'), byRed(1, 1, 'dogs')];
    cats.labels = CLASSES;
    dogs.labels = ['b', 'a'];
    const three = knownModel({ main: [[1, 0, 0], [0, 0, 0], [0, 0, 0]] }, 1, 'three'); // prettier-ignore
    const refusal = (models: tf.LayersModel[], message: string): Promise<void> =>
      expect(evaluate(models, dataset)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message });
    await refusal([], 'evaluate.dataset: model: expected at least one tf.LayersModel, got [].');
    await refusal(
      [cats, three],
      "evaluate.dataset.classes: expected 3 classes, the output of three, got [ 'a', 'b' ]. Build the network with classes: 2.",
    );
    await refusal(
      [byRed(1, 1), cats, dogs],
      "evaluate.dataset: labels of model 3 (dogs): expected a, b, got 'b, a'. Models that answer together must have learned the same classes in the same order.",
    );
  });
});

describe('evaluateScores', () => {
  it('of kept answers is what evaluate gives, members, crops and any top-k too', async () => {
    const models = [byRed(5, 7), knownModel({ main: [[0, 2], [1, 0], [0, 0]], auxiliary_4a: [[1, 0], [0, 0], [0, 0]] }, 7)]; // prettier-ignore
    const photos = Array.from({ length: 7 }, (_, index) => noise(9, 12, index));
    for (const crops of [1, 12] as const) {
      const dataset = arrays(photos, [9, 12], 7, 3);
      const progress: number[] = [];
      const scores = await scoreDataset(models, dataset, { crops, onBatch: ({ done }) => progress.push(done) });
      expect(progress.at(-1)).toBe(7);
      const expected = await evaluate(models, dataset, { crops, topK: [1, 2] });
      expect(evaluateScores(scores, { topK: [1, 2] })).toEqual(expected);
      expect(expected.topK).toEqual([{ k: 1, accuracy: expected.top1 }, { k: 2, accuracy: 1 }]); // prettier-ignore
    }
  });

  it('top-3 of seven classes is between top-1 and top-5; a k below 1 is refused', async () => {
    const falling = [6, 5, 4, 3, 2, 1, 0];
    const model = knownModel({ main: [falling, falling, falling] });
    const labels = [0, 1, 2, 3, 4, 5, 6];
    const dataset = arrayDataset({ classes: labels.map(String), size: 1, pixels: labels.map(() => Uint8Array.of(255, 0, 0)), labels }, 7);
    const { top1, top5, topK } = await evaluate(model, dataset, { topK: [3, 7, 100] });
    expect([top1, top5]).toEqual([1 / 7, 5 / 7]);
    expect(topK).toEqual([{ k: 3, accuracy: 3 / 7 }, { k: 7, accuracy: 1 }, { k: 100, accuracy: 1 }]); // prettier-ignore
    await expect(evaluate(model, dataset, { topK: [0] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'evaluate.topK: expected a list of positive integers, got [ 0 ].',
    });
  });
});
