import fc from 'fast-check';
import type { ImageDataset } from '../../src/data/dataset.js';
import { classWeightsOf, type ClassWeights } from '../../src/training/classWeights.js';
import { expectFailure } from '../data/pictureFiles.js';

/** What class weights are made of. */
const dataset = (classCounts: readonly number[]): ImageDataset =>
  ({
    classes: classCounts.map((_, index) => 'abcdefgh'[index]),
    classCounts,
    count: classCounts.reduce((sum, size) => sum + size, 0),
  }) as unknown as ImageDataset;

describe('classWeightsOf', () => {
  it("'balanced', 2 and 6 pictures of two classes: 8 / (2 · 2) and 8 / (2 · 6); a class without pictures does not count", () => {
    expect(classWeightsOf(dataset([2, 6]), 'balanced')).toEqual({ a: 2, b: 8 / 12 });
    expect(classWeightsOf(dataset([2, 0, 6]), 'balanced')).toEqual({ a: 2, b: 0, c: 8 / 12 });
    expect(classWeightsOf(dataset([5, 5, 5]), 'balanced')).toEqual({ a: 1, b: 1, c: 1 });
  });

  it("'balanced' weighs every class the same in all, and a picture 1 on average", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 8 }), (counts) => {
        const data = dataset(counts);
        const weights = Object.values(classWeightsOf(data, 'balanced')!);
        const sums = weights.map((weight, index) => weight * counts[index]);
        for (const sum of sums) expect(sum).toBeCloseTo(data.count / counts.length, 6);
      }),
      { seed: 1 },
    );
  });

  it('by name, in the order of the classes; those not named count 1; none asked for are none', () => {
    expect(Object.entries(classWeightsOf(dataset([1, 1, 1]), { c: 0, a: 2.5 })!)).toEqual([['a', 2.5], ['b', 1], ['c', 0]]); // prettier-ignore
    expect(classWeightsOf(dataset([1, 1]), undefined)).toBeUndefined();
  });

  it.each<{ given: unknown; message: RegExp }>([
    { given: { d: 1 }, message: /^train\.classWeights: expected classes among a, b, got 'd'\.$/ },
    { given: { a: -1 }, message: /^train\.classWeights\.a: expected a number, 0 or more, got -1\.$/ },
    { given: { a: Infinity }, message: /^train\.classWeights\.a: expected a number, 0 or more, got Infinity\.$/ },
    { given: 'even', message: /^train\.classWeights: expected 'balanced', or a weight by class, got 'even'\.$/ },
    { given: null, message: /^train\.classWeights: expected 'balanced', or a weight by class, got null\.$/ },
  ])('$given is refused', async ({ given, message }) => {
    await expectFailure(() => classWeightsOf(dataset([1, 1]), given as ClassWeights), 'INVALID_ARGUMENT', message);
  });
});
