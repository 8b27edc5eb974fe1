import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { Alea } from '../../src/layers/alea.js';
import { drawTruncatedNormal } from '../../src/layers/drawTruncatedNormal.js';

const COUNT = 200_000;
const seeds = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: -(2 ** 31), max: -1 }));

describe('Alea', () => {
  it('makes the numbers of tf.randomUniform with the same seed, to all 32 bits', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Alea(String(seed));
        const numbers = Uint32Array.from({ length: 100 }, () => random.next() * 2 ** 32);
        // As integers: float32 would drop eight of the bits.
        const expected = tf.tidy(() => tf.randomUniform([100], 0, 2 ** 32, 'int32', seed).dataSync());
        expect([...numbers]).toEqual([...new Uint32Array(Int32Array.from(expected).buffer)]);
      }),
      { seed: 12 },
    );
  });
});

/** Standard deviations by which the mean product of pairs lies from 0, where the values are independent and have this variance. */
function correlation(a: Float32Array, b: Float32Array, variance: number): number {
  const sum = b.reduce((total, value, index) => total + a[index] * value, 0);
  return sum / (variance * Math.sqrt(b.length));
}

describe('drawTruncatedNormal', () => {
  it('gives the values of tf.truncatedNormal, bit for bit', () => {
    const shapes = { seed: seeds, count: fc.integer({ min: 1, max: 300 }), mean: fc.double({ min: -1, max: 1, noNaN: true }) };
    fc.assert(
      fc.property(fc.record({ ...shapes, stddev: fc.double({ min: 1e-4, max: 2, noNaN: true }) }), ({ count, ...distribution }) => {
        const { mean, stddev, seed } = distribution;
        const expected = tf.tidy(() => tf.truncatedNormal([count], mean, stddev, 'float32', seed).dataSync());
        expect([...drawTruncatedNormal(count, distribution)]).toEqual([...expected]);
      }),
      { seed: 13 },
    );
  });

  it('draws other values each time where no seed is given', () => {
    const draws = [1, 2, 3].map(() => drawTruncatedNormal(50, { mean: 0, stddev: 1 }).join());
    expect(new Set(draws).size).toBe(3);
  });

  const values = drawTruncatedNormal(COUNT, { mean: 0, stddev: 1, seed: 7 });
  // 1 − 4·φ(2) / (2·Φ(2) − 1)
  const variance = 0.7737413;

  it('200,000 values have mean 0 and variance 0.77374 within 4 standard errors, reach ±1.999 and do not pass ±2', () => {
    const [sum, squares] = values.reduce(([s, q], value) => [s + value, q + value * value], [0, 0]);
    expect(Math.abs(sum / COUNT)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    // The fourth moment is 1.4160.
    expect(Math.abs(squares / COUNT - variance)).toBeLessThan(4 * Math.sqrt((1.416 - variance ** 2) / COUNT));
    expect(values.reduce((least, value) => Math.min(least, value))).toBeLessThan(-1.999);
    expect(values.reduce((most, value) => Math.max(most, value))).toBeGreaterThan(1.999);
    expect(values.every((value) => Math.abs(value) <= 2)).toBe(true);
  });

  it('their shares in 8 bins of half a standard deviation are the normal ones: χ² below 24.3, 99.9 % at 7 degrees of freedom', () => {
    // Φ(0.5) − Φ(0), Φ(1) − Φ(0.5), …, over Φ(2) − Φ(−2).
    const half = [0.1914625, 0.1498823, 0.0918481, 0.0440571].map((share) => share / 0.9544997);
    const counts = new Array<number>(8).fill(0);
    for (const value of values) counts[Math.min(7, Math.floor((value + 2) * 2))]++;
    const expected = [...half].reverse().concat(half);
    const statistic = counts.reduce((sum, count, bin) => sum + (count - COUNT * expected[bin]) ** 2 / (COUNT * expected[bin]), 0);
    expect(statistic).toBeLessThan(24.3);
  });

  it.each([1, 2, 3, 9])('values %d apart are uncorrelated, and so are those of another seed', (lag) => {
    expect(Math.abs(correlation(values, values.subarray(lag), variance))).toBeLessThan(4);
    const other = drawTruncatedNormal(COUNT, { mean: 0, stddev: 1, seed: 7 + lag });
    expect(Math.abs(correlation(values, other, variance))).toBeLessThan(4);
  });
});
