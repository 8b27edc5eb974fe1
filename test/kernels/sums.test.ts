import fc from 'fast-check';
import { difference, numbers, runOnBoth } from './twoBackends.js';

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe('Sum on wasm', () => {
  it('equals cpu to 1e-5 over 150 shapes and choices of axes, and leaks nothing', async () => {
    let leading = 0;
    const property = fc.asyncProperty(shapes, fc.nat(15), fc.nat(1000), async (shape, chosen, seed) => {
      const axis = shape.map((_, index) => index).filter((index) => chosen & (1 << index));
      if (axis.length > 0 && axis.length < shape.length && axis.every((at, index) => at === index) && shape.at(-1)! % 4 === 0) leading++;
      const { cpu, wasm } = await runOnBoth('Sum', { x: numbers(shape, seed) }, { axis, keepDims: false });
      expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 150 });
    expect(leading).toBeGreaterThan(5);
  });

  it.each([
    { shape: [2, 30, 31, 8], axis: [0, 1, 2], keepDims: true, out: [1, 1, 1, 8] },
    { shape: [5000, 12], axis: [0], keepDims: false, out: [12] },
    { shape: [3, 4, 8], axis: [1, 0], keepDims: false, out: [8] },
    { shape: [3, 4, 8], axis: -3, keepDims: false, out: [4, 8] },
  ])('sums $shape over $axis into $out to 1e-5 of cpu', async ({ shape, axis, keepDims, out }) => {
    const { cpu, wasm } = await runOnBoth('Sum', { x: numbers(shape, 3) }, { axis: axis === -3 ? 0 : axis, keepDims });
    expect(wasm[0].shape).toEqual(out);
    expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
  });
});

describe('UnsortedSegmentSum on wasm', () => {
  it('equals cpu to the bit over 60 sets of rows and segments, ids outside of them left out', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom([], [1], [3], [2, 3]),
      async (ids, rowShape) => {
        const x = numbers([ids.length, ...rowShape], ids.length);
        const segmentIds = { shape: [ids.length], values: Int32Array.from(ids), dtype: 'int32' as const };
        const { cpu, wasm } = await runOnBoth('UnsortedSegmentSum', { x, segmentIds }, { numSegments: 6 });
        expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-6);
      },
    );
    await fc.assert(property, { seed: 20140917, numRuns: 60 });
  });
});
