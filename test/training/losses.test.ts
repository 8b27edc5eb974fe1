import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { logSoftmax } from '../../src/evaluation/metrics.js';
import { smoothedTargets, softmaxCrossEntropy, weightedLoss } from '../../src/training/losses.js';

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

function lossAndGradient(logits: number[][], labels: number[], labelSmoothing: number): { loss: number; gradient: number[][] } {
  return tf.tidy(() => {
    const targets = smoothedTargets(tf.tensor1d(labels, 'int32'), logits[0].length, labelSmoothing);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => softmaxCrossEntropy(targets, x as tf.Tensor2D))(tf.tensor2d(logits));
    return { loss: value.arraySync(), gradient: grad.arraySync() as number[][] };
  });
}

describe.each(['cpu', 'wasm'] as const)('losses on %s', (backend) => {
  beforeAll(async () => void (await useBackend(backend)));

  it.each([
    { labelSmoothing: 0, own: 1, other: 0 },
    { labelSmoothing: 0.1, own: 0.925, other: 0.025 },
    { labelSmoothing: 0.4, own: 0.7, other: 0.1 },
  ])(
    'with label smoothing $labelSmoothing over 4 classes the target is $own for the own class, $other for others',
    ({ labelSmoothing, own, other }) => {
      const targets = tf.tidy(() => smoothedTargets(tf.tensor1d([2, 0], 'int32'), 4, labelSmoothing).arraySync());
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

  it('the total is main + 0.3 · 2 + 0.3 · 4 = 2.8 for losses 1, 2 and 4', () => {
    const total = tf.tidy(() =>
      weightedLoss(
        [1, 2, 4].map((loss) => tf.scalar(loss)),
        [1, 0.3, 0.3],
      ).arraySync(),
    );
    expect(total).toBeCloseTo(2.8, 6);
  });
});
