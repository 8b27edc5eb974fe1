import { resample, type Interpolation, type Picture } from '../../src/data/resample.js';
import { gradient } from './pictureFiles.js';

const INTERPOLATIONS: Interpolation[] = ['bilinear', 'area', 'nearest', 'cubic'];
const SIZES: [height: number, width: number][] = [[5, 9], [30, 41], [60, 70]]; // prettier-ignore

describe('resample', () => {
  const picture: Picture = { pixels: gradient(41, 30), width: 41, height: 30 };
  const rectangle = { left: 3.3, top: 2.7, width: 33.5, height: 21.4 };

  it.each(INTERPOLATIONS)('%s: gives the same numbers into memory that held others, shrinking, keeping and enlarging', (interpolation) => {
    for (const size of SIZES) {
      const used = new Float32Array(size[0] * size[1] * 3).fill(NaN);
      expect(resample(picture, rectangle, size, interpolation, used)).toBe(used);
      expect(used).toEqual(resample(picture, rectangle, size, interpolation));
    }
  });

  it.each(INTERPOLATIONS)('%s: one color stays that color to 1e-4 of 255 levels', (interpolation) => {
    const plain = { pixels: new Uint8Array(41 * 30 * 3).fill(201), width: 41, height: 30 };
    for (const size of SIZES) {
      const differences = resample(plain, rectangle, size, interpolation).map((value) => Math.abs(value - 201));
      expect(Math.max(...differences)).toBeLessThan(1e-4 * 255);
    }
  });

  it('bilinear: halving a whole picture weights four source rows and columns 1:3:3:1', () => {
    const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3) * 37) % 251);
    const value = (y: number, x: number): number => pixels[(y * 8 + x) * 3];
    const output = resample({ pixels, width: 8, height: 8 }, { left: 0, top: 0, width: 8, height: 8 }, [4, 4]);
    let expected = 0;
    for (const [i, row] of [1, 3, 3, 1].entries()) {
      for (const [j, column] of [1, 3, 3, 1].entries()) expected += (row * column * value(1 + i, 1 + j)) / 64;
    }
    expect(output[(1 * 4 + 1) * 3]).toBeCloseTo(expected, 3);
  });
});
