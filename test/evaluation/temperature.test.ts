import fc from 'fast-check';
import { argMax, logSoftmax } from '../../src/evaluation/metrics.js';
import { atTemperature, fitTemperature } from '../../src/evaluation/temperature.js';

/** Pictures of two classes, all answered with the same odds, of which so many are right. */
function answers(odds: number, right: number, count: number): { rows: Float64Array[]; labels: number[] } {
  const rows = Array.from({ length: count }, () => logSoftmax([Math.log(odds), 0]));
  return { rows, labels: rows.map((_, index) => (index < right ? 0 : 1)) };
}

describe('fitTemperature', () => {
  // Right 3 times in 4 deserves odds of 3: at temperature T odds of o become o^(1/T), so T = ln o / ln 3.
  it.each([
    { odds: 3, expected: 1 },
    { odds: 9, expected: 2 },
    { odds: 81, expected: 4 },
    { odds: Math.sqrt(3), expected: 0.5 },
  ])('of answers with odds $odds : 1 that are right 3 times in 4 is $expected', ({ odds, expected }) => {
    const { rows, labels } = answers(odds, 6, 8);
    expect(fitTemperature(rows, labels)).toBeCloseTo(expected, 10);
  });

  it('stays within 1/20 where every answer is right, and 20 where none is', () => {
    const { rows } = answers(3, 4, 4);
    expect(fitTemperature(rows, [0, 0, 0, 0])).toBe(1 / 20);
    expect(fitTemperature(rows, [1, 1, 1, 1])).toBe(20);
  });

  it('is where no other temperature on a fine grid has a lower loss, and keeps every answer', () => {
    let inside = 0;
    const row = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 });
    const pictures = fc.array(fc.tuple(row, fc.integer({ min: 0, max: 11 })), { minLength: 12, maxLength: 30 });
    fc.assert(
      fc.property(pictures, (list) => {
        const rows = list.map(([logits]) => logSoftmax(logits));
        // Two in three are right, and some of the others by chance.
        const labels = list.map(([logits, draw]) => (draw < 4 ? draw : argMax(logits)));
        const loss = (temperature: number): number =>
          rows.reduce((sum, own, index) => sum - atTemperature(own, temperature)[labels[index]], 0) / rows.length;
        const fitted = fitTemperature(rows, labels);
        if (fitted > 1 / 20 && fitted < 20) inside++;
        const best = loss(fitted);
        for (let exponent = -1; exponent <= 1; exponent += 1 / 64) {
          expect(best).toBeLessThanOrEqual(loss(20 ** exponent) + 1e-9);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
    expect(inside).toBeGreaterThan(15);
  });
});
