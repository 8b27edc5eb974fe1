import fc from 'fast-check';
import type { Augmentation } from '../../src/data/augmentation.js';
import type { ImageBatch } from '../../src/data/dataset.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { mixBatch, mixedLabels } from '../../src/data/mixBatch.js';
import { allBatches, gradient } from './pictureFiles.js';

describe('mixing a batch', () => {
  it('mixup: 100 and 201 in shares of ¼ and ¾ are 176 (175.75), and each picture is mixed with the other as it was', () => {
    const pixels = Uint8Array.from([100, 0, 255, 201, 255, 0]);
    mixBatch(
      pixels,
      [
        { partner: 1, share: 0.25 },
        { partner: 0, share: 0.75 },
      ],
      1,
    );
    expect(Array.from(pixels)).toEqual([176, 191, 64, 176, 191, 64]);
  });

  it('mixup: every byte is the weighted mean of two, rounded to the nearest, for any shares', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, fc.float({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const pixels = Uint8Array.from([a, a, a, b, b, b]);
        mixBatch(
          pixels,
          [
            { partner: 1, share },
            { partner: 0, share: 1 },
          ],
          1,
        );
        expect(Math.abs(pixels[0] - (a * share + b * (1 - share)))).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(pixels[3]).toBe(b);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('CutMix: the box of a 3×2 picture comes from the other, the rest stays', () => {
    const pixels = Uint8Array.from({ length: 36 }, (_, i) => i);
    const box = { left: 1, top: 0, width: 2, height: 1 };
    mixBatch(
      pixels,
      [
        { partner: 1, share: 4 / 6, box },
        { partner: 0, share: 1 },
      ],
      3,
    );
    const expected = Array.from({ length: 36 }, (_, i) => (i >= 3 && i < 9 ? i + 18 : i));
    expect(Array.from(pixels)).toEqual(expected);
  });

  it('second classes are the partners’, and a picture’s own where nothing was mixed in', () => {
    const mixing = [
      { partner: 2, share: 0.5 },
      { partner: 0, share: 1 },
      { partner: 1, share: 0 },
    ];
    const { labels, shares } = mixedLabels(Int32Array.from([7, 8, 9]), mixing);
    expect([Array.from(labels), Array.from(shares)]).toEqual([[9, 8, 8], [0.5, 1, 0]]); // prettier-ignore
  });
});

describe('mixed batches of a dataset', () => {
  const SIDE = 16;
  const COUNT = 14;
  /** Every picture is of its own class and of one color, 15 times its class. */
  const plain = (augmentation: Augmentation, change: { batch?: number; prefetch?: number } = {}) =>
    imageArrays({
      pixels: Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => 15 * Math.floor(i / (SIDE * SIDE))),
      labels: Array.from({ length: COUNT }, (_, i) => i),
      classes: Array.from({ length: COUNT }, (_, i) => String(i)),
      size: SIDE,
      batch: 5,
      workers: 0,
      augmentation,
      ...change,
    });
  const picturesOf = ({ pixels, labels, mixed }: ImageBatch) =>
    Array.from(labels, (label, i) => ({
      label,
      second: mixed!.labels[i],
      share: mixed!.shares[i],
      red: Array.from(pixels.subarray(i * SIDE * SIDE * 3, (i + 1) * SIDE * SIDE * 3)).filter((_, at) => at % 3 === 0),
    }));

  it('mixup: pixels are mixed in the very shares that the labels have', async () => {
    const batches = await allBatches(plain({ mixup: { alpha: 0.8 } }), 2);
    for (const { label, second, share, red } of batches.flatMap(picturesOf)) {
      expect(second).not.toBe(label);
      expect(new Set(red)).toEqual(new Set([Math.floor(15 * (label * share + second * (1 - share)) + 0.5)]));
    }
  });

  it('CutMix: the share of pixels of the first class is exactly the share given', async () => {
    const batches = await allBatches(plain({ cutmix: { alpha: 1 } }), 2);
    for (const { label, second, share, red } of batches.flatMap(picturesOf)) {
      expect(red.filter((value) => value === 15 * label).length).toBe(share * SIDE * SIDE);
      expect(red.every((value) => value === 15 * label || value === 15 * second)).toBe(true);
    }
  });

  it('are the same bytes, classes and shares at any prefetch and from any batch on', async () => {
    const augmentation = { flip: true, erase: {}, mixup: { alpha: 0.4 }, cutmix: { alpha: 1 } };
    const whole = await allBatches(plain(augmentation), 1);
    expect(await allBatches(plain(augmentation, { prefetch: 0 }), 1)).toEqual(whole);
    expect(await allBatches(plain(augmentation), 1, 1)).toEqual(whole.slice(1));
    expect(await allBatches(plain(augmentation), 0)).not.toEqual(whole);
  });

  it('have no second classes where the batch is one picture or nothing is to be mixed', async () => {
    for (const dataset of [plain({ mixup: { alpha: 1 } }, { batch: 1 }), plain({ flip: true, erase: {} })]) {
      for (const batch of await allBatches(dataset, 0)) expect('mixed' in batch).toBe(false);
    }
  });

  it('mix pictures as they are after crops and erasing: what is not mixed in stays as without mixing', async () => {
    const augmentation: Augmentation = { crop: { area: [0.3, 0.9], aspect: [1, 1] }, photometric: 0.5, erase: {} };
    const pixels = new Uint8Array(gradient(SIDE, SIDE * 4));
    const of = async (added: Augmentation) => {
      const options = { pixels, labels: [0, 1, 2, 3], classes: ['a', 'b', 'c', 'd'], size: SIDE, batch: 4, workers: 0 };
      return (await allBatches(imageArrays({ ...options, augmentation: { ...augmentation, ...added } }), 0))[0];
    };
    const [unmixed, mixed] = [await of({}), await of({ cutmix: { alpha: 1 } })];
    const length = SIDE * SIDE * 3;
    mixed.labels.forEach((_, i) => {
      const partner = unmixed.labels.indexOf(mixed.mixed!.labels[i]);
      const kept = Array.from({ length }, (_, at) => at).filter((at) => {
        const value = mixed.pixels[i * length + at];
        const [own, other] = [unmixed.pixels[i * length + at], unmixed.pixels[partner * length + at]];
        expect([own, other]).toContain(value);
        return value === own;
      });
      expect(kept.length / length).toBeGreaterThanOrEqual(mixed.mixed!.shares[i]);
    });
  });
});
