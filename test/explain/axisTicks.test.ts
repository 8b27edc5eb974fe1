import fc from 'fast-check';
import { axisTicks } from '../../src/explain/axisTicks.js';

describe('axisTicks', () => {
  it.each([
    { low: 0, high: 0.93, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    { low: 0, high: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    { low: 0, high: 2.31, ticks: [0, 0.5, 1, 1.5, 2, 2.5] },
    { low: -3, high: 120, ticks: [-50, 0, 50, 100, 150] },
    { low: 0, high: 0.0004, ticks: [0, 0.0001, 0.0002, 0.0003, 0.0004] },
    { low: 0, high: 0, ticks: [0, 0.1] },
  ])('$low to $high: $ticks', ({ low, high, ticks }) => {
    expect(axisTicks(low, high)).toEqual(ticks);
  });

  it('epochs 1 to 3 stand at whole numbers', () => {
    expect(axisTicks(1, 3, { most: 10, smallestStep: 1 })).toEqual([1, 2, 3]);
  });

  it('covers any range with at most 6 round marks, equally far apart', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = axisTicks(low, low + span);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks[0]).toBeLessThanOrEqual(low + 1e-6 * span);
        expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(low + span - 1e-6 * span);
        const step = ticks[1] - ticks[0];
        ticks
          .slice(1)
          .forEach((tick, index) => expect(tick - ticks[index]).toBeCloseTo(step, 6 - Math.floor(Math.log10(Math.max(step, 1)))));
        expect((step / 10 ** Math.floor(Math.log10(step * (1 + 1e-9)))).toPrecision(3)).toMatch(/^(1|2|5)\.00$/);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
