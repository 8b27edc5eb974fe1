import fc from 'fast-check';
import type { WindowGeometry } from '../../src/kernels/convolutionGeometry.js';
import { outputTiles } from '../../src/kernels/outputTiles.js';

const cases = fc.record({
  batchSize: fc.integer({ min: 1, max: 5 }),
  outHeight: fc.integer({ min: 1, max: 40 }),
  outWidth: fc.integer({ min: 1, max: 40 }),
});

describe('outputTiles', () => {
  it('puts each position into one tile, none above the limit and none of them twice, for 200 sizes', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 300 }), (size, limit) => {
        const tiles = outputTiles(size as WindowGeometry, limit);
        const seen = new Set<string>();
        for (const { positions, parts } of tiles) {
          expect(positions).toBeLessThanOrEqual(limit);
          let before = 0;
          for (const part of parts) {
            expect(part.before).toBe(before);
            before += part.lines * part.columns;
            for (let line = part.line; line < part.line + part.lines; line++) {
              for (let column = part.column; column < part.column + part.columns; column++) seen.add(`${part.picture},${line},${column}`);
            }
          }
          expect(before).toBe(positions);
        }
        const total = size.batchSize * size.outHeight * size.outWidth;
        expect(seen.size).toBe(total);
        expect(tiles.reduce((sum, { positions }) => sum + positions, 0)).toBe(total);
      }),
      { seed: 20140917, numRuns: 200 },
    );
  });

  it('cuts 28 lines of 28 evenly, into 4 tiles of 7 lines, not into 3 of 9 and a rest of 1', () => {
    const tiles = outputTiles({ batchSize: 1, outHeight: 28, outWidth: 28 } as WindowGeometry, 256);
    expect(tiles.map(({ positions }) => positions)).toEqual([196, 196, 196, 196]);
  });
});
