import fc from 'fast-check';
import { balancedOrder } from '../../src/data/balancedOrder.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import { allBatches, expectFailure, gradient, namesOf, removeFolders, temporaryFolder, writeClasses } from './pictureFiles.js';

/** 0 for as many pictures as the first class has, and so on. */
const labelsOf = (counts: readonly number[]): number[] => counts.flatMap((count, label) => new Array<number>(count).fill(label));

const tally = (values: Iterable<number>, length: number): number[] => {
  const times = new Array<number>(length).fill(0);
  for (const value of values) times[value]++;
  return times;
};

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('balanced sampling', () => {
  const counts = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 }).filter((list) => list.some((count) => count > 0));

  it('meets every class equally often in each epoch, and over any epochs from the first each class and each of its pictures, to within one', () => {
    fc.assert(
      fc.property(counts, fc.maxSafeNat(), fc.boolean(), fc.integer({ min: 1, max: 7 }), (sizes, seed, shuffled, epochs) => {
        const labels = labelsOf(sizes);
        const met: number[] = [];
        for (let epoch = 0; epoch < epochs; epoch++) {
          const order = Array.from(balancedOrder({ labels, seed, shuffled }, epoch));
          expect(order).toHaveLength(labels.length);
          const ofClasses = tally(order.map((index) => labels[index]), sizes.length); // prettier-ignore
          expect(spread(ofClasses.filter((_, label) => sizes[label] > 0))).toBeLessThanOrEqual(1);
          met.push(...order);
        }
        const ofPictures = tally(met, labels.length);
        sizes.forEach((size, label) => {
          if (size > 0) expect(spread(ofPictures.filter((_, index) => labels[index] === label))).toBeLessThanOrEqual(1);
        });
        const ofClasses = tally(met.map((index) => labels[index]), sizes.length); // prettier-ignore
        expect(spread(ofClasses.filter((_, label) => sizes[label] > 0))).toBeLessThanOrEqual(1);
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  it('of 10, 1 and 1 pictures an epoch has 4, 4 and 4: every one of the 10 is met twice in five epochs', () => {
    const labels = labelsOf([10, 1, 1]);
    const epochs = [0, 1, 2, 3, 4].map((epoch) => Array.from(balancedOrder({ labels, seed: 0, shuffled: true }, epoch)));
    for (const order of epochs) expect(tally(order.map((index) => labels[index]), 3)).toEqual([4, 4, 4]); // prettier-ignore
    expect(tally(epochs.flat(), 12)).toEqual([...new Array<number>(10).fill(2), 20, 20]);
  });

  it('differs from epoch to epoch and from seed to seed, and is the same again', () => {
    const labels = labelsOf([20, 5]);
    const order = (seed: number, epoch: number): string => balancedOrder({ labels, seed, shuffled: true }, epoch).join();
    expect(new Set([order(0, 0), order(0, 1), order(1, 0), order(2 ** 40, 0)]).size).toBe(4);
    expect(order(1, 6)).toBe(order(1, 6));
  });

  it('without shuffling goes through the pictures in their order, the classes in turn', () => {
    const labels = labelsOf([4, 2]);
    const orders = [0, 1].map((epoch) => Array.from(balancedOrder({ labels, seed: 0, shuffled: false }, epoch)));
    expect(orders).toEqual([[0, 4, 1, 5, 2, 4], [3, 5, 0, 4, 1, 5]]); // prettier-ignore
  });
});

describe('a dataset with balanced sampling', () => {
  afterAll(removeFolders);

  const pixels = new Uint8Array(gradient(24, 24 * 12));
  const options = { pixels, labels: labelsOf([10, 1, 1]), classes: ['many', 'one', 'other'], size: 24, batch: 5, workers: 0 };
  const augmentation = { crop: { area: [0.2, 0.8], aspect: [1, 1] }, flip: true, photometric: 1, erase: {}, mixup: { alpha: 1 } } as const;

  it('has 12 positions an epoch, 4 of each class, and still counts 10, 1 and 1 pictures', async () => {
    const dataset = imageArrays({ ...options, sampling: 'balanced' });
    expect([dataset.count, dataset.classCounts, dataset.batchesPerEpoch]).toEqual([12, [10, 1, 1], 3]);
    const labels = (await allBatches(dataset, 0)).flatMap(({ labels: some }) => Array.from(some));
    expect(tally(labels, 3)).toEqual([4, 4, 4]);
  });

  it('varies a picture that comes four times in an epoch in four ways, the same at any prefetch and from any batch on', async () => {
    const { mixup, ...unmixed } = augmentation;
    const of = (added: object) => imageArrays({ ...options, sampling: 'balanced', augmentation: { ...unmixed, ...added } });
    const batches = await allBatches(of({}), 3);
    const views = batches.flatMap(({ pixels: all, indices }) =>
      Array.from(indices, (index, i) => ({ index, view: Buffer.from(all.subarray(i * 1728, (i + 1) * 1728)).toString('base64') })),
    );
    expect(views.filter(({ index }) => index === 11)).toHaveLength(4);
    expect(new Set(views.map(({ view }) => view)).size).toBe(12);
    const mixed = await allBatches(of({ mixup }), 3);
    expect(await allBatches(imageArrays({ ...options, sampling: 'balanced', augmentation, prefetch: 0 }), 3, 1)).toEqual(mixed.slice(1));
  });

  it('of a folder is the training side only: held-out pictures come once each, in their order, unmixed and unvaried', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { common: 12, rare: 3 });
    const read = (options: object) => imageFolder(folder, { size: 8, validation: 0.34, workers: 0, ...options });
    const [plain, varied] = [await read({}), await read({ sampling: 'balanced', augmentation: { ...augmentation, cutmix: { alpha: 1 } } })];
    expect(await allBatches(varied.validation, 4)).toEqual(await allBatches(plain.validation, 0));
    expect([varied.train.count, varied.train.classCounts]).toEqual([10, [8, 2]]); // prettier-ignore
    const names = await namesOf(varied.train, 4);
    expect(names.filter((name) => name.startsWith('rare/'))).toHaveLength(5);
    expect((await allBatches(varied.train, 4)).every(({ mixed }) => mixed !== undefined)).toBe(true);
  });

  it("is refused where it is neither 'natural' nor 'balanced'", async () => {
    await expectFailure(
      () => imageArrays({ ...options, sampling: 'even' as never }),
      'INVALID_ARGUMENT',
      /^imageArrays\.sampling: expected 'natural' or 'balanced', got 'even'/,
    );
  });
});
