import * as tf from '@tensorflow/tfjs';
import { logisticRegression } from '../../src/evaluation/logisticRegression.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, randomNumbers, stripes, type Pictures } from './arrayDataset.js';

/** Dark pictures of class 0, middling of class 1, bright of class 2, two in four of class 2: a linear classifier can tell them all. */
function brightness(count: number, size: number, seed: number): Pictures {
  const random = randomNumbers(seed);
  const labels = Array.from({ length: count }, (_, index) => [0, 1, 2, 2][index % 4]);
  const pixels = labels.map((label) => Uint8Array.from({ length: size * size * 3 }, () => 40 + 70 * label + 40 * random()));
  return { classes: ['dark', 'middling', 'bright'], size, pixels, labels };
}

beforeAll(async () => void (await useBackendUnderTest()));

describe('logisticRegression', () => {
  it('tells dark from middling from bright in every held-out picture, where the majority class reaches 1/2', async () => {
    const data = { train: arrayDataset(brightness(80, 9, 1), 7), validation: arrayDataset(brightness(40, 9, 2), 7) };
    expect(await logisticRegression(data)).toMatchObject({ top1: 1, majorityTop1: 0.5, features: 243, pictures: 80 });
  });

  it('cannot tell stripes by direction, which a tiny Inception network learns to over 90 %: under 50 %', async () => {
    const data = { train: arrayDataset(stripes(90, 12, 1), 16), validation: arrayDataset(stripes(45, 12, 2), 16) };
    expect((await logisticRegression(data)).top1).toBeLessThan(0.5);
  });

  it.each([
    { size: 9, side: 24, features: 243 },
    { size: 24, side: 24, features: 1728 },
    { size: 25, side: 24, features: 507 },
    { size: 25, side: 10, features: 243 },
  ])('pictures of $size pixels at side $side have $features features', async ({ size, side, features }) => {
    const data = { train: arrayDataset(brightness(8, size, 1), 8), validation: arrayDataset(brightness(4, size, 2), 4) };
    const baseline = await logisticRegression(data, { side, iterations: 30 });
    expect([baseline.features, baseline.top1]).toEqual([features, 1]);
  });

  it('learns from as many pictures as it may, repeats itself, and leaves no tensor', async () => {
    const data = { train: arrayDataset(stripes(60, 12, 1), 16, true), validation: arrayDataset(stripes(30, 12, 2), 16) };
    const first = await logisticRegression(data, { pictures: 20 });
    const before = tf.memory().numTensors;
    const again = await logisticRegression(data, { pictures: 20 });
    expect(tf.memory().numTensors).toBe(before);
    expect({ ...again, elapsedMs: 0 }).toEqual({ ...first, elapsedMs: 0 });
    expect(first.pictures).toBe(20);
  });

  it('refuses validation pictures of another size, no pictures, and options out of range', async () => {
    const [small, large] = [arrayDataset(stripes(3, 8, 1), 3), arrayDataset(stripes(3, 12, 1), 3)];
    await expect(logisticRegression({ train: small, validation: large })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message:
        "logisticRegression.validation: expected the training data's 8 × 8 pixels, classes horizontal, vertical, diagonal, " +
        "got '12 × 12 pixels, classes horizontal, vertical, diagonal'.",
    });
    const none = arrayDataset({ classes: ['a', 'b'], size: 8, pixels: [], labels: [] }, 1);
    await expect(logisticRegression({ train: none, validation: none })).rejects.toMatchObject({
      code: 'EMPTY_DATASET',
      message: 'logisticRegression.train: expected at least one picture, got 0.',
    });
    await expect(logisticRegression({ train: small, validation: small }, { side: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'logisticRegression.side: expected a positive integer, got 0.',
    });
  });
});
