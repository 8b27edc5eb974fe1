import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { logSoftmax } from '../../src/evaluation/metrics.js';
import { batchTargets, softmaxCrossEntropy, weightedLoss, type Targets } from '../../src/training/losses.js';
import { describeOnEachBackend } from '../backendUnderTest.js';

interface Golden {
  readonly classWeights: {
    readonly logits: number[][];
    readonly labels: number[];
    readonly weights: number[];
    readonly losses: readonly { readonly labelSmoothing: number; readonly loss: number }[];
  };
}

/** Of Keras: scripts/golden/writeTensorflowStep.py. */
const { classWeights: KERAS } = JSON.parse(readFileSync(join(__dirname, 'golden', 'tensorflowStep.json'), 'utf8')) as Golden;

/** The mean cross-entropy in double precision. */
function referenceLoss(logits: number[][], labels: number[], labelSmoothing: number): number {
  const classes = logits[0].length;
  const losses = logits.map((row, index) => {
    const logProbabilities = logSoftmax(row);
    const target = (label: number): number => (label === labels[index] ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
    return -logProbabilities.reduce((sum, value, label) => sum + value * target(label), 0);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function lossAndGradientOf(targets: Targets, logits: number[][]): { loss: number; gradient: number[][] } {
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => softmaxCrossEntropy(targets, x as tf.Tensor2D))(tf.tensor2d(logits));
  return { loss: value.arraySync(), gradient: grad.arraySync() as number[][] };
}

function lossAndGradient(logits: number[][], labels: number[], labelSmoothing: number): { loss: number; gradient: number[][] } {
  return tf.tidy(() =>
    lossAndGradientOf(batchTargets({ labels: tf.tensor1d(labels, 'int32') }, { classes: logits[0].length, labelSmoothing }), logits),
  );
}

interface Weighing {
  readonly labels: number[];
  readonly mixed?: { readonly labels: number[]; readonly shares: number[] };
  readonly labelSmoothing: number;
  readonly classWeights?: number[];
}

function weighedTargets({ labels, mixed, labelSmoothing, classWeights }: Weighing, classes: number): Targets {
  const batch = {
    labels: tf.tensor1d(labels, 'int32'),
    ...(mixed && { mixed: { labels: tf.tensor1d(mixed.labels, 'int32'), shares: tf.tensor1d(mixed.shares) } }),
  };
  return batchTargets(batch, { classes, labelSmoothing, classWeights });
}

/** Each picture's loss by its classes, their shares and their weights, in double precision: the mean over the pictures. */
function referenceWeighedLoss(logits: number[][], { labels, mixed, labelSmoothing, classWeights }: Weighing): number {
  const losses = logits.map((row, index) => {
    const lossFor = (label: number): number => (classWeights?.[label] ?? 1) * referenceLoss([row], [label], labelSmoothing);
    if (mixed === undefined) return lossFor(labels[index]);
    return mixed.shares[index] * lossFor(labels[index]) + (1 - mixed.shares[index]) * lossFor(mixed.labels[index]);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

describeOnEachBackend('losses', () => {
  it.each([
    { labelSmoothing: 0, own: 1, other: 0 },
    { labelSmoothing: 0.1, own: 0.925, other: 0.025 },
    { labelSmoothing: 0.4, own: 0.7, other: 0.1 },
  ])(
    'with label smoothing $labelSmoothing over 4 classes the target is $own for the own class, $other for others',
    ({ labelSmoothing, own, other }) => {
      const targets = tf.tidy(() => weighedTargets({ labels: [2, 0], labelSmoothing }, 4).values.arraySync());
      const expected = [
        [other, other, own, other],
        [own, other, other, other],
      ];
      targets.forEach((row, index) => row.forEach((value, label) => expect(value).toBeCloseTo(expected[index][label], 6)));
    },
  );

  it('equal logits over K classes cost ln K', () => {
    expect(lossAndGradient([[3, 3, 3, 3, 3]], [1], 0).loss).toBeCloseTo(Math.log(5), 6);
  });

  it('a logit of 500 against 0 costs 0 if it is right and 500 if it is wrong, with the whole gradient', () => {
    const right = lossAndGradient([[500, 0]], [0], 0);
    expect(right.loss).toBeCloseTo(0, 12);
    expect(right.gradient).toEqual([[0, 0]]);
    expect(lossAndGradient([[500, 0]], [1], 0)).toEqual({ loss: 500, gradient: [[1, -1]] });
  });

  it('loss and gradient equal double precision and its finite differences to 1e-5', () => {
    const rows = fc.array(fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 0.1, 0.3), fc.integer({ min: 0, max: 3 }), (given, labelSmoothing, offset) => {
        const logits = given.map((row) => row.map(Math.fround));
        const labels = logits.map((_, index) => (index + offset) % 4);
        const { loss, gradient } = lossAndGradient(logits, labels, labelSmoothing);
        expect(Math.abs(loss - referenceLoss(logits, labels, labelSmoothing))).toBeLessThan(1e-5);
        const step = 1e-5;
        logits.forEach((row, index) =>
          row.forEach((_, label) => {
            const shifted = (by: number): number =>
              referenceLoss(logits.map((own, at) => own.map((value, k) => value + (at === index && k === label ? by : 0))), labels, labelSmoothing); // prettier-ignore
            const difference = (shifted(step) - shifted(-step)) / (2 * step);
            expect(Math.abs(gradient[index][label] - difference)).toBeLessThan(1e-5);
          }),
        );
      }),
      { seed: 5, numRuns: 25 },
    );
  });

  it('a picture mixed of 0.75 class 2 and 0.25 class 0 has the targets 0.25, 0, 0.75; an unmixed one exactly 1', () => {
    const mixed = { labels: [0, 1], shares: [0.75, 1] };
    expect(tf.tidy(() => weighedTargets({ labels: [2, 1], mixed, labelSmoothing: 0 }, 3).values.arraySync())).toEqual([
      [0.25, 0, 0.75],
      [0, 1, 0],
    ]);
  });

  it.each([
    { title: 'mixed', weighing: { labelSmoothing: 0, mixed: { labels: [1, 2, 3, 0, 2], shares: [0.3, 1, 0.5, 0, 0.9] } } },
    { title: 'mixed and smoothed', weighing: { labelSmoothing: 0.1, mixed: { labels: [1, 2, 3, 0, 2], shares: [0.3, 1, 0.5, 0, 0.9] } } },
    { title: 'weighed by class', weighing: { labelSmoothing: 0, classWeights: [0.2, 3, 1, 1.7] } },
    { title: 'weighed by class and smoothed', weighing: { labelSmoothing: 0.2, classWeights: [0.2, 3, 1, 1.7] } },
    {
      title: 'mixed, weighed by class and smoothed',
      weighing: { labelSmoothing: 0.1, classWeights: [0, 3, 1, 1.7], mixed: { labels: [1, 2, 3, 0, 2], shares: [0.3, 1, 0.5, 0, 0.9] } },
    },
  ])('$title: loss and gradient equal double precision and its finite differences to 1e-5', ({ weighing }) => {
    const own: Weighing = { labels: [0, 2, 1, 3, 3], ...weighing };
    const logits = own.labels.map((_, row) => [0, 1, 2, 3].map((column) => Math.fround(3 * Math.sin(7 * row + 3 * column + 1))));
    const { loss, gradient } = tf.tidy(() => lossAndGradientOf(weighedTargets(own, 4), logits));
    expect(Math.abs(loss - referenceWeighedLoss(logits, own))).toBeLessThan(1e-5);
    const step = 1e-5;
    gradient.forEach((row, index) =>
      row.forEach((value, label) => {
        const shifted = (by: number): number =>
          referenceWeighedLoss(logits.map((given, at) => given.map((x, k) => x + (at === index && k === label ? by : 0))), own); // prettier-ignore
        expect(Math.abs(value - (shifted(step) - shifted(-step)) / (2 * step))).toBeLessThan(1e-5);
      }),
    );
  });

  it.each(KERAS.losses)(
    "class weights, smoothing $labelSmoothing: the loss is that of Keras' train_on_batch, $loss",
    ({ labelSmoothing, loss }) => {
      const { logits, labels, weights } = KERAS;
      const own = tf.tidy(() => lossAndGradientOf(weighedTargets({ labels, labelSmoothing, classWeights: weights }, 3), logits).loss);
      expect(Math.abs(own / loss - 1)).toBeLessThan(1e-6);
    },
  );

  it('the total is main + 0.3 · 2 + 0.3 · 4 = 2.8 for losses 1, 2 and 4', () => {
    const total = tf.tidy(() =>
      weightedLoss(
        [1, 2, 4].map((loss) => tf.scalar(loss)),
        tf.tensor1d([1, 0.3, 0.3]),
      ).arraySync(),
    );
    expect(total).toBeCloseTo(2.8, 6);
  });
});
