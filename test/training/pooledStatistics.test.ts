import fc from 'fast-check';
import { PooledStatistics } from '../../src/training/pooledStatistics.js';

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const varianceOf = (values: number[]): number => meanOf(values.map((value) => (value - meanOf(values)) ** 2));

describe('PooledStatistics', () => {
  it('two groups 1, 3 and 10, 10, 13 of sizes 2 and 3 have the mean 7.4 and the variance 21.04 of all five', () => {
    const pool = new PooledStatistics();
    pool.add(2, [2], [1]);
    pool.add(3, [11], [2]);
    expect(pool.mean).toEqual(Float32Array.of(7.4));
    expect(pool.variance).toEqual(Float32Array.of(21.04));
  });

  it('any groups of any sizes have the mean and variance of all their values, each channel its own, far from zero too', () => {
    const group = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 1e4), (groups, offset) => {
        const shifted = groups.map((values) => values.map((value) => value + offset));
        const pool = new PooledStatistics();
        for (const values of shifted) {
          const negative = values.map((value) => -2 * value);
          pool.add(values.length, [meanOf(values), meanOf(negative)], [varianceOf(values), varianceOf(negative)]);
        }
        const all = shifted.flat();
        const close = (actual: number, expected: number): void =>
          expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
        close(pool.mean[0], meanOf(all));
        close(pool.mean[1], -2 * meanOf(all));
        close(pool.variance[0], varianceOf(all));
        close(pool.variance[1], 4 * varianceOf(all));
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
