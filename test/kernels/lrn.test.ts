import fc from 'fast-check';
import { difference, numbers, runOnBoth } from './twoBackends.js';

const cases = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(1, 4, 6, 8, 20),
  ),
  depthRadius: fc.integer({ min: 0, max: 6 }),
  bias: fc.constantFrom(1, 1.5, 2),
  alpha: fc.constantFrom(2e-5, 1e-4, 0.3),
  beta: fc.constantFrom(0.75, 0.75, 0.5, 1),
  seed: fc.nat(1000),
});

describe('LRN and LRNGrad on wasm', () => {
  it('equal cpu to 1e-5 over 100 shapes, radii and exponents, and leak nothing', async () => {
    let vectorized = 0;
    const property = fc.asyncProperty(cases, async ({ shape, seed, ...attrs }) => {
      if (attrs.beta === 0.75 && shape[3] % 4 === 0) vectorized++;
      const x = numbers(shape, seed);
      const { cpu, wasm } = await runOnBoth('LRN', { x }, attrs);
      expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
      const backward = await runOnBoth('LRNGrad', { x, y: cpu[0], dy: numbers(shape, seed + 1) }, attrs);
      expect(difference(backward.wasm[0], backward.cpu[0])).toBeLessThanOrEqual(1e-5);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 100 });
    expect(vectorized).toBeGreaterThan(20);
  });
});
