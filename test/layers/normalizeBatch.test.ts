import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { normalizeBatch } from '../../src/layers/normalizeBatch.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';
import { difference, finiteDifferences } from './difference.js';

const EPSILON = 1e-3;

/** Algorithm 1 of arXiv:1502.03167 in double precision, channels last. */
function reference(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>): Float64Array {
  const channels = gamma.length;
  const count = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) mean[i % channels] += x[i] / count;
  for (let i = 0; i < x.length; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / count;
  return Float64Array.from({ length: x.length }, (_, i) => {
    const c = i % channels;
    return ((x[i] - mean[c]) / Math.sqrt(variance[c] + EPSILON)) * gamma[c] + beta[c];
  });
}

const weigh = (values: ArrayLike<number>, weights: ArrayLike<number>): number =>
  Array.from(weights).reduce((sum, weight, i) => sum + weight * values[i], 0);

describeOnEachPlainBackend('normalizeBatch', () => {
  it('agrees with double precision to 1e-5, and its three gradients with finite differences, over 12 random shapes of rank 2 to 5', () => {
    const shapes = fc.tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }));
    const ranks = new Set<number>();
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 1e6 }), ([outer, channels], seed) => {
        const shape = [outer[0] + 2, ...outer.slice(1), channels];
        ranks.add(shape.length);
        const x = tf.randomNormal(shape, 1, 2, 'float32', seed);
        const gamma = tf.randomUniform<tf.Rank.R1>([channels], 0.5, 2, 'float32', seed + 1);
        const beta = tf.randomNormal<tf.Rank.R1>([channels], 0, 1, 'float32', seed + 2);
        const weights = tf.randomNormal(shape, 0, 1, 'float32', seed + 3);
        const operation = (...[at, scale, shift]: tf.Tensor[]) =>
          normalizeBatch(at, scale as tf.Tensor1D, shift as tf.Tensor1D, { epsilon: EPSILON, onStatistics: () => undefined });
        const [xs, gammas, betas, ws] = [x, gamma, beta, weights].map((tensor) => tensor.dataSync());
        expect(difference(operation(x, gamma, beta).dataSync(), reference(xs, gammas, betas))).toBeLessThan(1e-5);
        const slopes = tf.grads((...at) => tf.sum(tf.mul(operation(...at), weights)))([x, gamma, beta]);
        const expected = [
          finiteDifferences((at) => weigh(reference(at, gammas, betas), ws), xs),
          finiteDifferences((at) => weigh(reference(xs, at, betas), ws), gammas),
          finiteDifferences((at) => weigh(reference(xs, gammas, at), ws), betas),
        ];
        slopes.forEach((slope, i) => expect(difference(slope.dataSync(), expected[i])).toBeLessThan(1e-5));
      }),
      { seed: 20, numRuns: 12 },
    );
    expect([...ranks].sort()).toEqual([2, 3, 4, 5]);
  });

  it('hands over the biased variance: 2/3 for 1, 2, 3', () => {
    const x = tf.tensor2d([[1], [2], [3]]);
    const seen: number[] = [];
    normalizeBatch(x, tf.ones([1]), tf.zeros([1]), {
      epsilon: EPSILON,
      onStatistics: (mean, variance) => seen.push(mean.dataSync()[0], variance.dataSync()[0]),
    });
    expect(seen[0]).toBeCloseTo(2, 6);
    expect(seen[1]).toBeCloseTo(2 / 3, 6);
  });

  it('keeps the variance of values that sit 1,000 standard deviations from zero, to 1e-3', () => {
    const x = tf.add<tf.Tensor4D>(tf.randomNormal([64, 8, 8, 4], 0, 1, 'float32', 5), 1000);
    const xs = x.dataSync();
    const expected = Float64Array.from({ length: 4 }, (_, c) => {
      const values = Array.from(xs).filter((_, i) => i % 4 === c);
      const mean = values.reduce((sum, value) => sum + value / values.length, 0);
      return values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
    });
    const seen: number[] = [];
    normalizeBatch(x, tf.ones([4]), tf.zeros([4]), {
      epsilon: EPSILON,
      onStatistics: (_, variance) => seen.push(...variance.dataSync()),
    });
    expect(difference(seen, expected)).toBeLessThan(1e-3);
  });
});
