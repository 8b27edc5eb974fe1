import { between } from '../../src/data/draw.js';
import { PURPOSE } from '../../src/data/random.js';
import { symmetricBeta } from '../../src/data/symmetricBeta.js';

const COUNT = 20_000;

const drawn = (alpha: number): number[] =>
  Array.from({ length: COUNT }, (_, index) => {
    const draw = { seed: 3, epoch: 0, index };
    return symmetricBeta(alpha, between(draw, PURPOSE.mixShare, 0, 1) + 2 ** -33, between(draw, PURPOSE.mixAngle, 0, 1));
  });

/**
 * The distribution function for x ≤ ½, integrated numerically. With t = s^(1/alpha) the density's pole at 0 is gone; by symmetry the
 * function is ½ at ½, so that no normalizing constant is needed.
 */
function lowerHalf(alpha: number): (x: number) => number {
  const steps = 20_000;
  const end = 0.5 ** alpha;
  const sums = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i++) sums[i + 1] = sums[i] + (1 - (((i + 0.5) * end) / steps) ** (1 / alpha)) ** (alpha - 1);
  return (x) => {
    const place = (x ** alpha / end) * steps;
    const left = Math.min(steps - 1, Math.floor(place));
    return (0.5 * (sums[left] + (place - left) * (sums[left + 1] - sums[left]))) / sums[steps];
  };
}

describe('Beta(alpha, alpha) from two even numbers', () => {
  // Below 0.2, several in a thousand are nearer to 0 or 1 than double precision tells.
  it.each([0.2, 0.5, 1, 2, 8])(
    'alpha %d: mean ½, variance 1 / 4(2 alpha + 1), and nowhere further from the distribution function than 1.63 / √20,000',
    (alpha) => {
      const numbers = drawn(alpha).sort((a, b) => a - b);
      const mean = numbers.reduce((sum, x) => sum + x) / COUNT;
      const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / COUNT;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
      expect(variance * 4 * (2 * alpha + 1)).toBeGreaterThan(0.97);
      expect(variance * 4 * (2 * alpha + 1)).toBeLessThan(1.03);
      const lower = lowerHalf(alpha);
      const furthest = numbers.reduce((largest, x, i) => {
        const expected = x <= 0.5 ? lower(x) : 1 - lower(1 - x);
        return Math.max(largest, Math.abs(expected - i / COUNT), Math.abs(expected - (i + 1) / COUNT));
      }, 0);
      // Kolmogorov and Smirnov: passed by 99 of 100 samples from the distribution itself.
      expect(furthest).toBeLessThan(1.63 / Math.sqrt(COUNT));
    },
  );

  it('alpha 1 is even: the distribution function that it is held to is x itself', () => {
    const lower = lowerHalf(1);
    for (const x of [0, 0.1, 0.25, 0.5]) expect(lower(x)).toBeCloseTo(x, 12);
  });

  it('stays a number from 0 to 1 at the ends of the draws and of alpha', () => {
    for (const alpha of [1e-3, 1, 1e6]) {
      for (const u of [2 ** -33, 0.5, 1 - 2 ** -33]) {
        for (const v of [0, 0.25, 0.5, 0.75, 1 - 2 ** -32]) {
          const x = symmetricBeta(alpha, u, v);
          expect(x >= 0 && x <= 1).toBe(true);
        }
      }
    }
    expect(symmetricBeta(1e-3, 0.5, 0)).toBe(1);
    expect(symmetricBeta(1e-3, 0.5, 0.5)).toBe(0);
    expect(symmetricBeta(1e6, 0.5, 0)).toBeCloseTo(0.5, 3);
  });
});
