import fc from 'fast-check';
import { cropRectangles, cropViews, type CropCount, type CropRectangle } from '../../src/evaluation/crops.js';

const LANDSCAPE = { width: 500, height: 375 };
const PORTRAIT = { width: 375, height: 500 };

/** Left, top and width of every second crop: those that are not mirrored. */
const places = (crops: readonly CropRectangle[]): number[][] =>
  crops.filter(({ mirror }) => !mirror).map(({ left, top, width }) => [left, top, width]);

const key = ({ left, top, width, height }: CropRectangle): string => [left, top, width, height].join();

describe('cropRectangles of a picture of 500 × 375 for an input of 224', () => {
  // At a shorter side of 256 a pixel is 375 / 256 of the picture's: 224 of them are 328.125, and the remaining 32 are 46.875.
  it('1: the centre, 328.125 wide', () => {
    expect(cropRectangles(LANDSCAPE, 224, 1)).toEqual([{ left: 85.9375, top: 23.4375, width: 328.125, height: 328.125, mirror: false }]);
  });

  it('10: four corners and the centre of the square from 62.5 to 437.5, each with its mirror image', () => {
    const crops = cropRectangles(LANDSCAPE, 224, 10);
    expect(crops).toHaveLength(10);
    expect(places(crops)).toEqual([
      [62.5, 0, 328.125],
      [109.375, 0, 328.125],
      [62.5, 46.875, 328.125],
      [109.375, 46.875, 328.125],
      [85.9375, 23.4375, 328.125],
    ]);
  });

  it('12: those and the whole square', () => {
    expect(places(cropRectangles(LANDSCAPE, 224, 12))).toEqual([...places(cropRectangles(LANDSCAPE, 224, 10)), [62.5, 0, 375]]);
  });

  it('144: squares at 0, 62.5 and 125 of scales 256, 288, 320 and 352, six views each, mirrored', () => {
    const crops = cropRectangles(LANDSCAPE, 224, 144);
    expect(crops).toHaveLength(144);
    const [first, second, third] = [crops.slice(0, 12), crops.slice(12, 24), crops.slice(24, 36)];
    expect(places(second)).toEqual(places(cropRectangles(LANDSCAPE, 224, 12)));
    expect(places(first)).toEqual(places(second).map(([left, ...rest]) => [left - 62.5, ...rest]));
    expect(places(third)).toEqual(places(second).map(([left, ...rest]) => [left + 62.5, ...rest]));
    [256, 288, 320, 352].forEach((scale, index) => {
      const ofScale = crops.slice(index * 36, (index + 1) * 36);
      const cut = ofScale.filter(({ width }) => width !== 375);
      expect(cut).toHaveLength(30);
      for (const { width } of cut) expect(width).toBeCloseTo((375 * 224) / scale, 10);
      expect(places(ofScale).filter(([, , width]) => width === 375)).toEqual([[0, 0, 375], [62.5, 0, 375], [125, 0, 375]]); // prettier-ignore
    });
  });

  it('and for 375 × 500 across and down change places: top, centre and bottom squares', () => {
    // Mirroring across the diagonal takes the top right corner to the bottom left one.
    const order = (crops: readonly CropRectangle[]): string[] => crops.map(key).sort();
    const turned = cropRectangles(PORTRAIT, 224, 144).map((crop) => ({ ...crop, left: crop.top, top: crop.left }));
    expect(order(turned)).toEqual(order(cropRectangles(LANDSCAPE, 224, 144)));
    const tops = cropRectangles(PORTRAIT, 224, 144).filter(({ width }) => width === 375).slice(0, 6); // prettier-ignore
    expect(tops.map(({ left, top, mirror }) => [left, top, mirror])).toEqual([
      [0, 0, false],
      [0, 0, true],
      [0, 62.5, false],
      [0, 62.5, true],
      [0, 125, false],
      [0, 125, true],
    ]);
  });
});

describe('cropRectangles', () => {
  it('of a square picture of 512 has one square: 21 different views, each with its mirror image', () => {
    const crops = cropRectangles({ width: 512, height: 512 }, 224, 144);
    expect(new Set(crops.map(key)).size).toBe(4 * 5 + 1);
    expect(places(crops).slice(0, 6)).toEqual([
      [0, 0, 448],
      [64, 0, 448],
      [0, 64, 448],
      [64, 64, 448],
      [32, 32, 448],
      [0, 0, 512],
    ]);
  });

  it('enlarges a picture of 64 × 48 with the same shares as one of 640 × 480', () => {
    const [small, large] = [64, 640].map((width) => cropRectangles({ width, height: width * 0.75 }, 224, 144));
    small.forEach((crop, index) => {
      expect(crop.left * 10).toBeCloseTo(large[index].left, 10);
      expect(crop.width * 10).toBeCloseTo(large[index].width, 10);
    });
  });

  it.each([
    { size: 299, scales: [342, 384, 427, 470] },
    { size: 64, scales: [73, 82, 91, 101] },
    { size: 224, scales: [256, 288, 320, 352] },
  ])('for an input of $size resizes to $scales', ({ size, scales }) => {
    const sides = new Set(cropViews([size, size], 144).map(({ side }) => side));
    expect([...sides].filter((side) => side < 1).map((side) => size / side)).toEqual(
      scales.map((scale) => expect.closeTo(scale, 9) as number),
    );
  });

  it('takes rectangles of the input’s shape for an input of 112 × 224: two thirds of 600 × 450 high', () => {
    const [whole] = cropRectangles({ width: 600, height: 450 }, [112, 224], 12).filter(({ width }) => width === 600);
    expect(whole).toEqual({ left: 0, top: 75, width: 600, height: 300, mirror: false });
  });

  it('lies inside any picture, in mirrored pairs, its corners touching the edges of the squares', () => {
    let wide = 0;
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(side, side, fc.constantFrom<CropCount>(10, 12, 144), fc.integer({ min: 8, max: 400 }), (width, height, crops, size) => {
        const all = cropRectangles({ width, height }, size, crops);
        if (width > height) wide++;
        expect(all).toHaveLength(crops);
        const rounding = 1e-9 * Math.max(width, height);
        const right = Math.max(...all.map((crop) => crop.left + crop.width));
        const bottom = Math.max(...all.map((crop) => crop.top + crop.height));
        expect(Math.min(...all.map(({ left, top }) => Math.min(left, top)))).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(width + rounding);
        expect(bottom).toBeLessThanOrEqual(height + rounding);
        const [lastRight, lastBottom] = crops === 144 ? [width, height] : [(width + Math.min(width, height)) / 2, (height + Math.min(width, height)) / 2]; // prettier-ignore
        expect([right, bottom]).toEqual([lastRight, lastBottom].map((edge) => expect.closeTo(edge, 6) as number));
        for (let index = 0; index < crops; index += 2) expect({ ...all[index], mirror: true }).toEqual(all[index + 1]);
      }),
      { seed: 11, numRuns: 200 },
    );
    expect(wide).toBeGreaterThan(50);
  });

  it.each([
    { picture: { width: 0, height: 4 }, size: 8, crops: 1, message: 'cropRectangles.width: expected a positive integer, got 0.' },
    { picture: LANDSCAPE, size: 2.5, crops: 10, message: 'cropRectangles.size[0]: expected a positive integer, got 2.5.' },
    { picture: LANDSCAPE, size: 8, crops: 11, message: 'cropRectangles.crops: expected one of 1, 10, 12, 144, got 11.' },
  ])('refuses $crops crops of $picture for $size', ({ picture, size, crops, message }) => {
    expect(() => cropRectangles(picture, size, crops as CropCount)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });
});
