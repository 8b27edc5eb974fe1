import fc from 'fast-check';
import { drawMixing, type Mix } from '../../src/data/drawMixing.js';

const drawsOf = (count: number, epoch = 0, seed = 0) => Array.from({ length: count }, (_, index) => ({ seed, epoch, index }));

describe('what the pictures of a batch are mixed with', () => {
  it('is another picture for each, each once, in one circle through the batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 80 }), fc.nat(), fc.nat(), (count, epoch, seed) => {
        const mixing = drawMixing(drawsOf(count, epoch, seed), { mixup: { alpha: 1 } }, [8, 8])!;
        const circle = new Set<number>();
        for (let at = 0; !circle.has(at); at = mixing[at].partner) circle.add(at);
        expect(circle.size).toBe(count);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('is each of the 3 others for a third of 3,000 epochs, to within 3 points', () => {
    const times = [0, 0, 0, 0];
    for (let epoch = 0; epoch < 3000; epoch++) times[drawMixing(drawsOf(4, epoch), { mixup: { alpha: 1 } }, [8, 8])![0].partner]++;
    expect(times[0]).toBe(0);
    for (const time of times.slice(1)) expect(Math.abs(time / 3000 - 1 / 3)).toBeLessThan(0.03);
  });

  it('is nothing without mixup and CutMix, and in a batch of one', () => {
    expect(drawMixing(drawsOf(4), { flip: true }, [8, 8])).toBeUndefined();
    expect(drawMixing(drawsOf(1), { mixup: { alpha: 1 }, cutmix: { alpha: 1 } }, [8, 8])).toBeUndefined();
  });

  it('is mixed in for half of 4,000 pictures by each of the two ways where both are asked for, to within 2 points', () => {
    const boxes = (mixing: Mix[] | undefined): number => mixing!.filter(({ box }) => box).length;
    expect(Math.abs(boxes(drawMixing(drawsOf(4000), { mixup: { alpha: 1 }, cutmix: { alpha: 1 } }, [8, 8])) / 4000 - 0.5)).toBeLessThan(
      0.02,
    );
    expect(boxes(drawMixing(drawsOf(4000), { mixup: { alpha: 1 } }, [8, 8]))).toBe(0);
    expect(boxes(drawMixing(drawsOf(4000), { cutmix: { alpha: 1 } }, [8, 8]))).toBe(4000);
  });

  it("mixup: shares have Beta(alpha, alpha)'s mean ½ and variance 1 / 4(2 alpha + 1), to within 5 %, and differ within a batch", () => {
    for (const alpha of [0.2, 1, 4]) {
      const shares = drawMixing(drawsOf(8000), { mixup: { alpha } }, [8, 8])!.map(({ share }) => share);
      const mean = shares.reduce((sum, share) => sum + share) / 8000;
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 8000;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
      expect(Math.abs(variance * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.05);
      expect(shares.every((share) => share === Math.fround(share))).toBe(true);
    }
  });

  it('CutMix: shares are 1 less the part of the area inside the box, exactly, whole boxes lying inside the picture', () => {
    const [height, width] = [20, 30];
    for (const { share, box } of drawMixing(drawsOf(2000), { cutmix: { alpha: 1 } }, [height, width])!) {
      const { left, top, width: boxWidth, height: boxHeight } = box!;
      expect([left, top, boxWidth, boxHeight].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
      expect(left + boxWidth <= width && top + boxHeight <= height).toBe(true);
      expect(share).toBe(Math.fround(1 - (boxWidth * boxHeight) / (width * height)));
    }
  });

  it('CutMix at alpha 1 keeps 67.9 % of a picture on average, to within 1.5 points: half, and what the border cuts off the boxes', () => {
    // A side of length r around an even centre is r − r²/4 long after clipping; with r² = 1 − share even, the mean area is
    // ∫ (√s − s/4)² ds = 1/2 − 1/5 + 1/48.
    const mixing = drawMixing(drawsOf(4000), { cutmix: { alpha: 1 } }, [256, 256])!;
    const mean = mixing.reduce((sum, { share }) => sum + share, 0) / 4000;
    expect(Math.abs(mean - (1 - (1 / 2 - 1 / 5 + 1 / 48)))).toBeLessThan(0.015);
  });
});
