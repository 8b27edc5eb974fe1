import fc from 'fast-check';
import { HeadTally, logSoftmax, perClass, rankOf } from '../../src/evaluation/metrics.js';

describe('rankOf', () => {
  it.each([
    { row: [0.1, 0.7, 0.2], label: 1, rank: 0 },
    { row: [0.1, 0.7, 0.2], label: 0, rank: 2 },
    { row: [0.5, 0.5], label: 0, rank: 0 },
    { row: [0.5, 0.5], label: 1, rank: 1 },
    { row: [NaN, 0.2, 0.3], label: 2, rank: 1 },
    { row: [NaN, NaN], label: 0, rank: Infinity },
  ])('label $label of $row ranks $rank', ({ row, label, rank }) => expect(rankOf(label, row)).toBe(rank));

  it('gives every class of a row another rank, 0 to K − 1', () => {
    const row = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(row, (values) => {
        const ranks = values.map((_, label) => rankOf(label, values));
        expect(ranks.sort((a, b) => a - b)).toEqual(values.map((_, index) => index));
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('logSoftmax', () => {
  it('of 1000, 1000 and −1000 is −ln 2, −ln 2 and −2000 − ln 2', () => {
    [-Math.LN2, -Math.LN2, -2000 - Math.LN2].forEach((value, index) =>
      expect(logSoftmax([1000, 1000, -1000])[index]).toBeCloseTo(value, 12),
    );
  });
});

describe('HeadTally', () => {
  it('of three pictures with 0.5, 0.25 and 0.25 for their own class: loss 5/3 · ln 2, top-1 1/3, top-5 2/3', () => {
    const tally = new HeadTally();
    tally.add([0.5, 0.1, 0.1, 0.1, 0.1, 0.1].map(Math.log), 0);
    tally.add([0.3, 0.25, 0.15, 0.1, 0.1, 0.1].map(Math.log), 1);
    tally.add([3, 3, 3, 3, 3].map(Math.log).concat(Math.log(0.25)), 5);
    const { loss, top1, top5 } = tally.result();
    expect(loss).toBeCloseTo((5 / 3) * Math.LN2, 12);
    expect([top1, top5]).toEqual([1 / 3, 2 / 3]);
  });
});

describe('perClass', () => {
  it('of 3 + 1 and 2 + 4 pictures: precision 3/5 and 4/5, recall 3/4 and 4/6, F1 6/9 and 8/11; a class never seen and never answered has 0', () => {
    const confusion = [
      [3, 1, 0],
      [2, 4, 0],
      [0, 0, 0],
    ];
    expect(perClass(confusion, ['cat', 'dog', 'owl'])).toEqual([
      { name: 'cat', count: 4, precision: 3 / 5, recall: 3 / 4, f1: 6 / 9 },
      { name: 'dog', count: 6, precision: 4 / 5, recall: 4 / 6, f1: 8 / 11 },
      { name: 'owl', count: 0, precision: 0, recall: 0, f1: 0 },
    ]);
  });
});
