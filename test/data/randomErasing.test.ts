import fc from 'fast-check';
import { imageArrays } from '../../src/data/imageArrays.js';
import { drawErasure, eraseAtRandom } from '../../src/data/randomErasing.js';
import { allBatches } from './pictureFiles.js';

const drawOf = (index: number, epoch = 0, seed = 0) => ({ seed, epoch, index });

/** The mean of a function of (area, height over width) over what algorithm 1 accepts in a square picture, integrated numerically. */
function acceptedMean(of: (area: number, ratio: number) => number): number {
  const steps = 400;
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < steps; i++) {
    const area = 0.02 + (0.38 * (i + 0.5)) / steps;
    for (let j = 0; j < steps; j++) {
      const ratio = 0.3 + ((1 / 0.3 - 0.3) * (j + 0.5)) / steps;
      // The corner is drawn from the whole picture: it fits with the probability of the part that leaves room.
      const weight = Math.max(0, 1 - Math.sqrt(area / ratio)) * Math.max(0, 1 - Math.sqrt(area * ratio));
      sum += weight * of(area, ratio);
      weights += weight;
    }
  }
  return sum / weights;
}

describe('random erasing (arXiv:1708.04896, algorithm 1)', () => {
  it('takes the paper’s half of 4,000 pictures, to within 2 points; none at probability 0, all at 1', () => {
    const erased = (probability?: number): number =>
      Array.from({ length: 4000 }, (_, index) => drawErasure(drawOf(index), { probability }, 200, 100)).filter(Boolean).length;
    expect(Math.abs(erased() / 4000 - 0.5)).toBeLessThan(0.02);
    expect([erased(0), erased(1)]).toEqual([0, 4000]);
  });

  it('draws rectangles inside the picture whose area and aspect keep their bounds, to within the rounding to pixels', () => {
    const side = fc.integer({ min: 1, max: 600 });
    let drawn = 0;
    fc.assert(
      fc.property(side, side, fc.nat(), fc.nat(), (width, height, seed, index) => {
        const erase = { probability: 1, area: [0.05, 0.3], aspect: [0.5, 2] } as const;
        const box = drawErasure(drawOf(index, 0, seed), erase, width, height);
        if (!box) return;
        drawn++;
        expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= width && box.top + box.height <= height).toBe(true);
        expect([box.left, box.top, box.width, box.height].every(Number.isInteger)).toBe(true);
        expect((box.width - 0.5) * (box.height - 0.5)).toBeLessThanOrEqual(0.3 * width * height);
        expect((box.width + 0.5) * (box.height + 0.5)).toBeGreaterThanOrEqual(0.05 * width * height);
        expect((box.width - 0.5) / (box.height + 0.5)).toBeLessThanOrEqual(2);
        expect((box.width + 0.5) / Math.max(0.5, box.height - 0.5)).toBeGreaterThanOrEqual(0.5);
      }),
      { seed: 4, numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(200);
  });

  it('covers what the algorithm covers on average: its mean area and height over width, to within 3 %', () => {
    const boxes = Array.from({ length: 6000 }, (_, index) => drawErasure(drawOf(index), { probability: 1 }, 1000, 1000)!);
    const mean = (of: (box: (typeof boxes)[number]) => number): number => boxes.reduce((sum, box) => sum + of(box), 0) / boxes.length;
    expect(mean(({ width, height }) => (width * height) / 1e6) / acceptedMean((area) => area)).toBeCloseTo(1, 1.6);
    expect(mean(({ width, height }) => height / width) / acceptedMean((_, ratio) => ratio)).toBeCloseTo(1, 1.6);
    expect(acceptedMean((area) => area)).toBeLessThan(0.16);
  });

  it('leaves a picture whole that no permitted rectangle fits into', () => {
    expect(drawErasure(drawOf(0), { probability: 1, area: [0.9, 1], aspect: [0.01, 0.02] }, 100, 100)).toBeUndefined();
  });

  it('fills with noise that is even over 0–255, another for each pixel, picture, epoch and seed, and the same again', () => {
    const erase = { probability: 1, area: [0.3, 0.4], aspect: [0.8, 1.25] } as const;
    const erased = (index: number, epoch = 0, seed = 0): Uint8Array => {
      const pixels = new Uint8Array(100 * 100 * 3);
      eraseAtRandom(pixels, 100, erase, drawOf(index, epoch, seed));
      return pixels;
    };
    const box = drawErasure(drawOf(7), erase, 100, 100)!;
    const inside = Array.from(erased(7)).filter((_, i) => {
      const [x, y] = [Math.floor(i / 3) % 100, Math.floor(i / 300)];
      return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
    });
    expect(inside).toHaveLength(box.width * box.height * 3);
    expect(erased(7).filter((value) => value > 0).length).toBe(inside.filter((value) => value > 0).length);
    const bins = new Array<number>(16).fill(0);
    for (const value of inside) bins[value >> 4]++;
    for (const bin of bins) expect(Math.abs((bin * 16) / inside.length - 1)).toBeLessThan(0.15);
    const same = [0, 1, 2].map((channel) => new Set(inside.filter((_, i) => i % 3 === channel)).size);
    expect(same.every((levels) => levels > 250)).toBe(true);
    expect(erased(7)).toEqual(erased(7));
    const texts = [erased(7), erased(8), erased(7, 1), erased(7, 0, 1)].map((pixels) => Buffer.from(pixels).toString('base64'));
    expect(new Set(texts).size).toBe(4);
  });

  it.each([
    { fill: 'mean' as const, expected: [2, 100, 50] },
    { fill: [9, 8, 7] as const, expected: [9, 8, 7] },
  ])('fills with $fill: $expected in the rectangle, nothing else changed', ({ fill, expected }) => {
    const [width, height] = [12, 10];
    // Red 1 and 2 in turn with a mean of 1.5, which rounds up to 2.
    const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => [1 + (Math.floor(i / 3) % 2), 100, 50][i % 3]);
    const pixels = picture.slice();
    const erase = { probability: 1, area: [0.2, 0.3], aspect: [0.5, 2], fill } as const;
    eraseAtRandom(pixels, width, erase, drawOf(3));
    const box = drawErasure(drawOf(3), erase, width, height)!;
    pixels.forEach((value, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      const inside = x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
      expect(value).toBe(inside ? expected[i % 3] : picture[i]);
    });
  });

  it('comes after every other change: under crops, flips and full distortion the constant is met unchanged, in every picture', async () => {
    const labels = new Array<number>(20).fill(0);
    const dataset = imageArrays({
      pixels: new Uint8Array(20 * 24 * 24 * 3).fill(120),
      labels,
      classes: ['a'],
      size: 24,
      batch: 20,
      workers: 0,
      augmentation: {
        crop: { area: [0.5, 1], aspect: [1, 1] },
        flip: true,
        photometric: 1,
        erase: { probability: 1, fill: [3, 141, 59] },
      },
    });
    const [{ pixels }] = await allBatches(dataset, 0);
    labels.forEach((_, picture) => {
      const own = pixels.subarray(picture * 24 * 24 * 3, (picture + 1) * 24 * 24 * 3);
      const erased = own.filter((value, i) => i % 3 === 0 && value === 3 && own[i + 1] === 141 && own[i + 2] === 59).length;
      expect(erased / (24 * 24)).toBeGreaterThan(0.01);
      expect(erased / (24 * 24)).toBeLessThan(0.45);
    });
  });
});
