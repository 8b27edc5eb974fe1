import fc from 'fast-check';
import {
  checkAugmentation,
  LIGHT_AUGMENTATION,
  NO_AUGMENTATION,
  PAPER_AUGMENTATION,
  type Augmentation,
} from '../../src/data/augmentation.js';
import { distortColors, type ColorDistortion } from '../../src/data/distortColors.js';
import { centerRectangle, drawColorDistortion, drawCrop, drawFlip, drawInterpolation } from '../../src/data/drawAugmentation.js';
import { resample, type Interpolation } from '../../src/data/resample.js';
import { expectFailure, gradient } from './pictureFiles.js';

const CROP = PAPER_AUGMENTATION.crop!;

describe("the paper's crops (arXiv:1409.4842, §6)", () => {
  it('cover 8–100 % of the area with sides 3:4 to 4:3, inside the picture, wherever they are drawn', () => {
    let drawn = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 4000 }),
        fc.integer({ min: 8, max: 4000 }),
        fc.nat(),
        fc.nat(),
        (width, height, seed, index) => {
          const crop = drawCrop({ seed, epoch: 1, index }, CROP, width, height);
          expect(crop.left).toBeGreaterThanOrEqual(-1e-9);
          expect(crop.top).toBeGreaterThanOrEqual(-1e-9);
          expect(crop.left + crop.width).toBeLessThanOrEqual(width + 1e-6);
          expect(crop.top + crop.height).toBeLessThanOrEqual(height + 1e-6);
          expect(crop.width / crop.height).toBeGreaterThanOrEqual(3 / 4 - 1e-9);
          expect(crop.width / crop.height).toBeLessThanOrEqual(4 / 3 + 1e-9);
          const area = (crop.width * crop.height) / (width * height);
          if (Math.max(width / height, height / width) < 2) {
            expect(area).toBeGreaterThanOrEqual(0.08 - 1e-9);
            drawn++;
          }
        },
      ),
      { seed: 8, numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(100);
  });

  it('of a 400×300 picture cover 43.2 % of it on average, to within 1.5 points, and reach below 15 % and above 85 %', () => {
    const areas = Array.from({ length: 2000 }, (_, index) => {
      const { width, height } = drawCrop({ seed: 0, epoch: 0, index }, CROP, 400, 300);
      return (width * height) / 120_000;
    });
    // An area a > (3/4)² fits with probability −ln a / 2 ln(4/3) and is drawn again otherwise: the mean is 0.432, not the even draw's 0.54.
    expect(Math.abs(areas.reduce((a, b) => a + b) / 2000 - 0.432)).toBeLessThan(0.015);
    expect(Math.min(...areas)).toBeLessThan(0.15);
    expect(Math.max(...areas)).toBeGreaterThan(0.85);
  });

  it('of a strip 1,000×10 fall back to the widest permitted shape in its middle', () => {
    const crop = drawCrop({ seed: 0, epoch: 0, index: 0 }, { area: [0.9, 1], aspect: [3 / 4, 4 / 3] }, 1000, 10);
    expect(crop.width / crop.height).toBeCloseTo(4 / 3, 12);
    expect(crop.height).toBe(10);
    expect(crop.left + crop.width / 2).toBe(500);
  });

  it('mirror half of 4,000 pictures, to within 3 points, and none unless asked', () => {
    const mirrored = Array.from({ length: 4000 }, (_, index) => drawFlip({ seed: 0, epoch: 0, index }, true)).filter(Boolean).length;
    expect(Math.abs(mirrored / 4000 - 0.5)).toBeLessThan(0.03);
    expect(drawFlip({ seed: 0, epoch: 0, index: 0 })).toBe(false);
  });

  it('use all four interpolations, each for a quarter of 4,000 pictures, to within 3 points', () => {
    const counts: Partial<Record<Interpolation, number>> = {};
    for (let index = 0; index < 4000; index++) {
      const interpolation = drawInterpolation({ seed: 0, epoch: 0, index }, 'random');
      counts[interpolation] = (counts[interpolation] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(['area', 'bilinear', 'cubic', 'nearest']);
    for (const count of Object.values(counts)) expect(Math.abs(count / 4000 - 0.25)).toBeLessThan(0.03);
  });
});

describe('photometric distortion (TF-slim, inception_preprocessing.distort_color)', () => {
  const neutral: ColorDistortion = { order: 0, brightness: 0, saturation: 1, hue: 0, contrast: 1 };
  const distorted = (pixels: number[], change: Partial<ColorDistortion>): number[] => {
    const values = Float32Array.from(pixels);
    distortColors(values, { ...neutral, ...change });
    return Array.from(values);
  };
  const expectClose = (actual: number[], expected: number[]): void =>
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3));

  it.each([0, 1, 2, 3] as const)('order %i with neutral amounts changes nothing', (order) => {
    const pixels = Array.from(gradient(7, 5));
    expectClose(distorted(pixels, { order }), pixels);
  });

  it.each([
    { change: { hue: 1 / 3 }, from: [255, 0, 0], to: [0, 255, 0] },
    { change: { hue: -1 / 3 }, from: [255, 0, 0], to: [0, 0, 255] },
    { change: { hue: 1 / 6 }, from: [200, 100, 100], to: [200, 200, 100] },
    { change: { hue: 0.1 }, from: [90, 90, 90], to: [90, 90, 90] },
    { change: { saturation: 0.5 }, from: [200, 100, 0], to: [200, 150, 100] },
    { change: { saturation: 1.5 }, from: [200, 100, 100], to: [200, 50, 50] },
    { change: { saturation: 1.5 }, from: [200, 100, 0], to: [200, 100, 0] },
    { change: { brightness: 32 }, from: [10, 20, 250], to: [42, 52, 282] },
    { change: { contrast: 0.5 }, from: [0, 100, 10, 100, 100, 20], to: [25, 100, 12.5, 75, 100, 17.5] },
  ])('$change turns $from into $to', ({ change, from, to }) => {
    expectClose(distorted(from, change), to);
  });

  it('draws amounts within ±32 levels, ×0.5–1.5, ±0.2 turns and ×0.5–1.5 at strength 1, and half of that at 0.5', () => {
    for (const strength of [1, 0.5]) {
      const draws = Array.from({ length: 500 }, (_, index) => drawColorDistortion({ seed: 0, epoch: 0, index }, strength));
      const largest = (of: (draw: ColorDistortion) => number): number => Math.max(...draws.map((draw) => Math.abs(of(draw))));
      expect(largest(({ brightness }) => brightness) / (32 * strength)).toBeCloseTo(1, 1);
      expect(largest(({ saturation }) => saturation - 1) / (0.5 * strength)).toBeCloseTo(1, 1);
      expect(largest(({ hue }) => hue) / (0.2 * strength)).toBeCloseTo(1, 1);
      expect(largest(({ contrast }) => contrast - 1) / (0.5 * strength)).toBeCloseTo(1, 1);
      expect(largest(({ hue }) => hue)).toBeLessThanOrEqual(0.2 * strength);
      expect(new Set(draws.map(({ order }) => order)).size).toBe(4);
    }
  });
});

describe('resampling', () => {
  const picture = (width: number, height: number) => ({ pixels: new Uint8Array(gradient(width, height)), width, height });
  const whole = (width: number, height: number) => ({ left: 0, top: 0, width, height });
  const filters: Interpolation[] = ['bilinear', 'area', 'nearest', 'cubic'];

  it.each(filters)('%s at the same size returns the very picture', (interpolation) => {
    const source = picture(13, 9);
    expect(Array.from(resample(source, whole(13, 9), [9, 13], interpolation))).toEqual(Array.from(source.pixels));
  });

  it.each(filters)('%s keeps a plain colour plain at any size and place', (interpolation) => {
    const side = fc.integer({ min: 1, max: 30 });
    const share = fc.double({ min: 0.05, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(side, side, side, side, share, share, (width, height, toWidth, toHeight, left, top) => {
        const pixels = new Uint8Array(width * height * 3).fill(77);
        const rectangle = { left: left * width, top: top * height, width: width / 2, height: height / 2 };
        const values = resample({ pixels, width, height }, rectangle, [toHeight, toWidth], interpolation);
        expect(values.every((value) => Math.abs(value - 77) < 1e-3)).toBe(true);
      }),
      { seed: 9, numRuns: 60 },
    );
  });

  it('bilinear to half the size weighs four pixels by 1, 3, 3, 1 eighths, and leaves out what lies beyond the border', () => {
    const row = { pixels: Uint8Array.from([0, 0, 0, 80, 80, 80, 160, 160, 160, 240, 240, 240]), width: 4, height: 1 };
    const values = resample(row, whole(4, 1), [1, 2], 'bilinear');
    // First output: (3·0 + 3·80 + 1·160) / 7; second: its mirror image.
    expect(values[0]).toBeCloseTo(400 / 7, 4);
    expect(values[3]).toBeCloseTo(240 - 400 / 7, 4);
  });

  it('area to half the size is the mean of two; nearest is one of them', () => {
    const row = { pixels: Uint8Array.from([0, 0, 0, 80, 80, 80, 160, 160, 160, 240, 240, 240]), width: 4, height: 1 };
    expect(Array.from(resample(row, whole(4, 1), [1, 2], 'area').filter((_, i) => i % 3 === 0))).toEqual([40, 200]);
    expect(Array.from(resample(row, whole(4, 1), [1, 2], 'nearest').filter((_, i) => i % 3 === 0))).toEqual([80, 240]);
  });

  it('the centre of a 200×100 picture for a square input is 100×100, and 87.5×87.5 at a fraction of 0.875', () => {
    expect(centerRectangle(200, 100, 1, 1)).toEqual({ left: 50, top: 0, width: 100, height: 100 });
    expect(centerRectangle(200, 100, 1, 0.875)).toEqual({ left: 56.25, top: 6.25, width: 87.5, height: 87.5 });
    expect(centerRectangle(200, 100, 2, 1)).toEqual({ left: 0, top: 0, width: 200, height: 100 });
  });
});

describe('augmentation settings', () => {
  it.each([
    NO_AUGMENTATION,
    LIGHT_AUGMENTATION,
    PAPER_AUGMENTATION,
    { erase: {}, mixup: { alpha: 0.2 }, cutmix: { alpha: 1 } },
    { erase: { probability: 0, area: [1, 1], aspect: [1, 1], fill: [0, 128, 255] } },
  ] satisfies Augmentation[])('%j is accepted', (augmentation) => {
    expect(() => checkAugmentation('here', augmentation)).not.toThrow();
  });

  it.each([
    { augmentation: { crop: { area: [0, 1], aspect: [1, 1] } }, message: /^here\.crop\.area: expected two shares .* got \[ 0, 1 \]/ },
    { augmentation: { crop: { area: [0.5, 1.2], aspect: [1, 1] } }, message: /^here\.crop\.area/ },
    { augmentation: { crop: { area: [0.5, 1], aspect: [2, 1] } }, message: /^here\.crop\.aspect: expected two ratios .* got \[ 2, 1 \]/ },
    { augmentation: { photometric: 1.5 }, message: /^here\.photometric: expected a strength from 0 to 1, got 1\.5/ },
    { augmentation: { flip: 'yes' }, message: /^here\.flip: expected true or false, got 'yes'/ },
    { augmentation: { interpolation: 'lanczos' }, message: /^here\.interpolation/ },
    { augmentation: { mixUp: { alpha: 1 } }, message: /^here\.options: expected keys among crop, .*, mixup, cutmix, got 'mixUp'/ },
    {
      augmentation: { crop: { area: [0.5, 1], ratio: [1, 1] } },
      message: /^here\.crop\.options: expected keys among area, aspect, got 'ratio'/,
    },
    { augmentation: { erase: { probability: 1.5 } }, message: /^here\.erase\.probability: expected a probability from 0 to 1, got 1\.5/ },
    { augmentation: { erase: { area: [0.4, 0.02] } }, message: /^here\.erase\.area: expected two shares .* got \[ 0\.4, 0\.02 \]/ },
    { augmentation: { erase: { aspect: [0, 1] } }, message: /^here\.erase\.aspect: expected two ratios/ },
    {
      augmentation: { erase: { fill: [0, 0, 256] } },
      message: /^here\.erase\.fill: expected 'noise', 'mean' or \[red, green, blue\].* got \[ 0, 0, 256 \]/,
    },
    {
      augmentation: { erase: { chance: 1 } },
      message: /^here\.erase\.options: expected keys among probability, area, aspect, fill, got 'chance'/,
    },
    { augmentation: { mixup: { alpha: 0 } }, message: /^here\.mixup\.alpha: expected a positive number, got 0/ },
    { augmentation: { mixup: {} }, message: /^here\.mixup\.alpha: expected a positive number, got undefined/ },
    { augmentation: { mixup: 0.2 }, message: /^here\.mixup\.options: expected an object, got 0\.2/ },
    { augmentation: { cutmix: { alpha: Infinity } }, message: /^here\.cutmix\.alpha: expected a positive number, got Infinity/ },
  ])('$augmentation is refused', async ({ augmentation, message }) => {
    await expectFailure(() => checkAugmentation('here', augmentation as never), 'INVALID_ARGUMENT', message);
  });
});
