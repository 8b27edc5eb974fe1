import fc from 'fast-check';
import { epochOrder } from '../../src/data/epochOrder.js';
import { hashText, hashWords, PURPOSE, uniform } from '../../src/data/random.js';
import { heldOutNames } from '../../src/data/splitNames.js';

describe('random numbers are hashes of what they are for', () => {
  // Published vectors of MurmurHash3_x86_32 with seed 0; "test" is one little-endian word.
  it.each([
    { bytes: 'none', words: [], hash: 0 },
    { bytes: 'four zeros', words: [0], hash: 0x2362f9de },
    { bytes: '"test"', words: [0x74736574], hash: 0xba6bd213 },
  ])('MurmurHash3 of $bytes is $hash', ({ words, hash }) => {
    expect(hashWords(words)).toBe(hash);
  });

  it('100,000 draws fill ten equal bins to within 3 %, and neighbours are uncorrelated', () => {
    const bins = new Array<number>(10).fill(0);
    let products = 0;
    for (let i = 0; i < 100_000; i++) {
      const draw = uniform(7, 0, i, PURPOSE.cropArea);
      bins[Math.floor(draw * 10)]++;
      products += (draw - 0.5) * (uniform(7, 0, i + 1, PURPOSE.cropArea) - 0.5);
    }
    for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(300);
    expect(Math.abs((products / 100_000) * 12)).toBeLessThan(0.02);
  });

  it('every one of seed, epoch, picture and purpose changes the draw, seeds above 2³² included', () => {
    const draws = [
      uniform(1, 2, 3, 4),
      uniform(2, 2, 3, 4),
      uniform(1, 3, 3, 4),
      uniform(1, 2, 4, 4),
      uniform(1, 2, 3, 5),
      uniform(1 + 2 ** 32, 2, 3, 4),
    ];
    expect(new Set(draws).size).toBe(6);
  });

  it('a name hashes alike in both Unicode forms, and texts do not run together', () => {
    expect(hashText(0, PURPOSE.split, 'café')).toBe(hashText(0, PURPOSE.split, 'cafe\u0301'));
    expect(hashText(0, PURPOSE.split, 'ab', 'c')).not.toBe(hashText(0, PURPOSE.split, 'a', 'bc'));
  });
});

describe('the order of an epoch', () => {
  it('visits every picture once, for any count, seed and epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat(), fc.nat(), (count, seed, epoch) => {
        expect(Array.from(epochOrder(count, seed, epoch)).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it('differs from epoch to epoch and from seed to seed, and is the same again for the same two', () => {
    const order = (seed: number, epoch: number): string => epochOrder(50, seed, epoch).join();
    expect(new Set([order(0, 0), order(0, 1), order(1, 0), order(1, 1)]).size).toBe(4);
    expect(order(1, 1)).toBe(order(1, 1));
  });

  it('puts each of 6 pictures first in a sixth of 6,000 epochs, to within 10 %', () => {
    const first = new Array<number>(6).fill(0);
    for (let epoch = 0; epoch < 6000; epoch++) first[epochOrder(6, 3, epoch)[0]]++;
    for (const times of first) expect(Math.abs(times - 1000)).toBeLessThan(100);
  });
});

describe('the held-out names of a class', () => {
  const names = fc.uniqueArray(
    fc.string({ minLength: 1, maxLength: 8 }).map((name) => name.normalize('NFC')),
    { minLength: 2, maxLength: 40 },
  );

  it('do not depend on the order of the names; there is at least one, and never all', () => {
    fc.assert(
      fc.property(names, fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat(), (list, fraction, seed) => {
        const heldOut = heldOutNames('cats', list, fraction, seed);
        expect(heldOutNames('cats', [...list].reverse(), fraction, seed)).toEqual(heldOut);
        expect(heldOut.size).toBe(Math.min(list.length - 1, Math.max(1, Math.round(list.length * fraction))));
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('change by at most one other name when a name is added', () => {
    fc.assert(
      fc.property(names, fc.string({ minLength: 9, maxLength: 12 }), (list, added) => {
        const before = heldOutNames('cats', list, 0.25, 1);
        const after = heldOutNames('cats', [...list, added], 0.25, 1);
        const changed = list.filter((name) => before.has(name) !== after.has(name));
        expect(changed.length).toBeLessThanOrEqual(1);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('are none of a single picture', () => {
    expect(heldOutNames('cats', ['a.jpg'], 0.5, 0).size).toBe(0);
  });
});
