import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { difference, numbers, runKernel, runOnBoth } from './twoBackends.js';

const size = fc.integer({ min: 1, max: 40 });

describe('BatchMatMul on wasm', () => {
  it('equals cpu to 1e-5 over 100 pairs of matrices, either or both or neither transposed, alone or in batches', async () => {
    const met = new Set<string>();
    const property = fc.asyncProperty(
      fc.record({ rows: size, shared: size, columns: size, transposeA: fc.boolean(), transposeB: fc.boolean() }),
      fc.constantFrom([1], [3], [1, 1]),
      fc.nat(1000),
      async ({ rows, shared, columns, transposeA, transposeB }, batch, seed) => {
        met.add(`${batch.length}${transposeA}${transposeB}`);
        const a = numbers([...batch, ...(transposeA ? [shared, rows] : [rows, shared])], seed);
        const b = numbers([...batch, ...(transposeB ? [columns, shared] : [shared, columns])], seed + 1);
        const { cpu, wasm } = await runOnBoth('BatchMatMul', { a, b }, { transposeA, transposeB });
        expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
      },
    );
    await fc.assert(property, { seed: 20140917, numRuns: 100 });
    expect(met.size).toBe(8);
  });

  it('equals cpu to 1e-5 where 3,000 rows are added up', async () => {
    const inputs = { a: numbers([1, 3000, 9], 1), b: numbers([1, 3000, 7], 2) };
    const { cpu, wasm } = await runOnBoth('BatchMatMul', inputs, { transposeA: true, transposeB: false });
    expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
  });

  it.each([
    { transposeA: true, transposeB: false, message: 'expected as many rows in a, 4, as in b, got 5.' },
    { transposeA: false, transposeB: true, message: 'expected as many columns in a, 3, as in b, got 2.' },
  ])('refuses matrices that do not fit: $message', async ({ message, ...attrs }) => {
    await useBackend('wasm');
    const run = () => runKernel('BatchMatMul', { a: numbers([1, 4, 3], 1), b: numbers([1, 5, 2], 2) }, attrs);
    expect(run).toThrow(`BatchMatMul on wasm: ${message}`);
  });
});
