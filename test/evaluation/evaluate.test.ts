import * as tf from '@tensorflow/tfjs';
import { evaluate, predictDataset } from '../../src/evaluation/evaluate.js';
import { describeOnEachBackend, useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset } from './arrayDataset.js';
import { knownModel, logitOfLoss } from './knownModel.js';

const BLACK = Uint8Array.of(0, 0, 0);
const RED = Uint8Array.of(255, 0, 0);
const GREEN = Uint8Array.of(0, 255, 0);
const BLUE = Uint8Array.of(0, 0, 255);

/** One head that answers 0 with logit 0 and 1 with a logit that costs `loss` where the picture is red and of class 0. */
const wrongOnRed = (loss: number): number[][] => [[0, logitOfLoss(loss)], [0, 0], [0, 0]]; // prettier-ignore

describeOnEachBackend('evaluate', () => {
  it('three heads with losses 1, 4 and 9 give 1, 4 and 9 (tfjs gives 1, 5 and 14)', async () => {
    const model = knownModel({ main: wrongOnRed(1), auxiliary_4a: wrongOnRed(4), auxiliary_4d: wrongOnRed(9) });
    const pictures = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [RED, RED], labels: [0, 0] }, 2);
    const { loss, heads } = await evaluate(model, pictures);
    expect(loss).toBe(heads.main.loss);
    expect(Object.keys(heads)).toEqual(['main', 'auxiliary_4a', 'auxiliary_4d']);
    [1, 4, 9].forEach((value, index) => expect(Object.values(heads)[index].loss).toBeCloseTo(value, 5));
  });

  it('5 pictures in batches of 2, 2 and 1 weigh the same: four of ln 2 and one of 4 nats', async () => {
    const model = knownModel({ main: wrongOnRed(4) });
    const pictures = { classes: ['a', 'b'], size: 1, pixels: [BLACK, BLACK, BLACK, BLACK, RED], labels: [0, 1, 0, 0, 0] };
    for (const batch of [1, 2, 3, 5]) {
      const evaluation = await evaluate(model, arrayDataset(pictures, batch));
      expect(evaluation.loss).toBeCloseTo((4 * Math.LN2 + 4) / 5, 5);
      expect([evaluation.top1, evaluation.top5, evaluation.count]).toEqual([3 / 5, 1, 5]);
      expect(evaluation.majorityShare).toBe(4 / 5);
    }
  });

  it('with 7 classes: top-1, top-5, confusion, precision and recall of known answers', async () => {
    const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const falling = [6, 5, 4, 3, 2, 1, 0];
    const model = knownModel({ main: [falling, [...falling].reverse(), [0, 0, 9, 0, 0, 0, 0]] });
    const pixels = [RED, RED, RED, GREEN, BLUE, BLUE];
    const evaluation = await evaluate(model, arrayDataset({ classes, size: 1, pixels, labels: [0, 4, 5, 6, 2, 0] }, 4));
    expect([evaluation.top1, evaluation.top5]).toEqual([3 / 6, 5 / 6]);
    const empty = [0, 0, 0, 0, 0, 0, 0];
    expect(evaluation.confusion).toEqual([
      [1, 0, 1, 0, 0, 0, 0],
      empty,
      [0, 0, 1, 0, 0, 0, 0],
      empty,
      [1, 0, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 1],
    ]);
    expect(evaluation.perClass[0]).toEqual({ name: 'a', count: 2, precision: 1 / 3, recall: 1 / 2, f1: 2 / 5 });
    expect(evaluation.classes).toEqual(classes);
  });

  it('a plain LayersModel with one softmax output gives the same numbers as an InceptionModel', async () => {
    const known = knownModel({ main: wrongOnRed(4) });
    const plain = tf.model({ inputs: known.inputs, outputs: known.outputs });
    const pictures = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [BLACK, RED, RED], labels: [1, 0, 1] }, 2);
    const expected = await evaluate(known, pictures);
    const actual = await evaluate(plain, pictures, { preprocess: (images) => tf.div(images, 255) });
    expect(actual.loss).toBeCloseTo(expected.loss, 5);
    expect(actual.calibration.expectedCalibrationError).toBeCloseTo(expected.calibration.expectedCalibrationError, 6);
    const exact = { loss: 0, heads: {}, calibration: {} };
    expect({ ...actual, ...exact }).toEqual({ ...expected, ...exact });
  });

  it('a probability that underflows to 0 costs 87.3 nats, not infinitely many', async () => {
    const known = knownModel({ main: wrongOnRed(500) });
    const plain = tf.model({ inputs: known.inputs, outputs: known.outputs });
    const pictures = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [RED], labels: [0] }, 1);
    const { loss } = await evaluate(plain, pictures, { preprocess: (images) => tf.div(images, 255) });
    expect(loss).toBeCloseTo(126 * Math.LN2, 10);
  });

  it('leaves no tensor', async () => {
    const model = knownModel({ main: wrongOnRed(1), auxiliary_4a: wrongOnRed(4) });
    const pictures = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [RED, RED, BLACK], labels: [0, 0, 1] }, 2);
    await evaluate(model, pictures);
    const before = tf.memory().numTensors;
    await evaluate(model, pictures);
    await predictDataset(model, pictures);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('predictDataset', () => {
  beforeAll(async () => void (await useBackendUnderTest('cpu')));
  const MODEL = (): ReturnType<typeof knownModel> => knownModel({ main: [[1, 0], [0, 1], [0, 0]], auxiliary_4a: [[0, 3], [0, 0], [0, 0]] }); // prettier-ignore

  it('gives one row per picture, by its index, whatever the order of the batches', async () => {
    const pictures = { classes: ['a', 'b'], size: 1, pixels: [RED, GREEN, BLACK, BLUE, RED], labels: [0, 0, 1, 1, 0] };
    const rows = await predictDataset(MODEL(), arrayDataset(pictures, 2, true));
    const sure = Math.E / (1 + Math.E);
    const expected = [sure, 1 - sure, 0.5, 0.5, sure];
    expect(rows).toHaveLength(5);
    rows.forEach(([first, second], index) => {
      expect(first).toBeCloseTo(expected[index], 6);
      expect(first + second).toBeCloseTo(1, 12);
    });
  });

  it("with heads: 'best' takes the surest head of each picture", async () => {
    const pictures = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [RED, GREEN], labels: [0, 0] }, 2);
    const [red, green] = await predictDataset(MODEL(), pictures, { heads: 'best' });
    expect(red[1]).toBeCloseTo(Math.exp(3) / (1 + Math.exp(3)), 6);
    expect(green[1]).toBeCloseTo(Math.E / (1 + Math.E), 6);
  });
});

describe('evaluate refuses', () => {
  beforeAll(async () => void (await useBackendUnderTest('cpu')));
  const model = (): ReturnType<typeof knownModel> => knownModel({ main: wrongOnRed(1), auxiliary_4a: wrongOnRed(1) });
  const pictures = (classes: string[], size = 1): ReturnType<typeof arrayDataset> =>
    arrayDataset({ classes, size, pixels: [new Uint8Array(3 * size * size)], labels: [0] }, 1);

  it.each([
    [
      'another size',
      pictures(['a', 'b'], 2),
      "evaluate.dataset.size: expected 1 × 1 pixels, the input of known, got '2 × 2'. Read the pictures with that size, or build the network with this inputShape.",
    ],
    [
      'three classes for two outputs',
      pictures(['a', 'b', 'c']),
      "evaluate.dataset.classes: expected 2 classes, the output of known, got [ 'a', 'b', 'c' ]. Build the network with classes: 3.",
    ],
  ])('%s', async (_, dataset, message) => {
    await expect(evaluate(model(), dataset)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message });
  });

  it('a dataset without pictures', async () => {
    const none = arrayDataset({ classes: ['a', 'b'], size: 1, pixels: [], labels: [] }, 1);
    await expect(evaluate(model(), none)).rejects.toMatchObject({
      code: 'EMPTY_DATASET',
      message: 'evaluate.dataset: expected at least one picture, got 0.',
    });
  });

  it('a plain model with two outputs', async () => {
    const known = model();
    const plain = tf.model({ inputs: known.inputs, outputs: known.outputs });
    await expect(evaluate(plain, pictures(['a', 'b']))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: "evaluate.model: expected an InceptionModel, or one output of shape [batch, classes], got [ 'main', 'auxiliary_4a' ].",
    });
  });

  it('a network whose answers are not finite', async () => {
    const broken = knownModel({ main: [[NaN, 0], [0, 0], [0, 0]] }); // prettier-ignore
    await expect(evaluate(broken, pictures(['a', 'b']))).rejects.toMatchObject({
      code: 'CORRUPT_WEIGHTS',
      message:
        'known: main: expected finite answers, got NaN. ' +
        'Its weights or moving statistics are not finite: training diverged, or they do not belong to it.',
    });
  });

  it('a signal that is none, which nothing could end it by', async () => {
    await expect(evaluate(model(), pictures(['a', 'b']), { signal: new AbortController() as never })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^evaluate\.signal: expected an AbortSignal, got AbortController /) as string,
    });
  });

  it('to go on once the signal is aborted', async () => {
    await expect(evaluate(model(), pictures(['a', 'b']), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'evaluate: ended by the caller before the last batch.',
    });
  });
});
