import { combineHeads, type HeadCombination } from '../../src/evaluation/heads.js';

const HEADS = { main: [0.5, 0.3, 0.2], auxiliary_4a: [0.1, 0.8, 0.1], auxiliary_4d: [0.3, 0.1, 0.6] };

describe('combineHeads', () => {
  it.each([
    { combination: 'main', expected: [0.5, 0.3, 0.2] },
    { combination: 'best', expected: [0.1, 0.8, 0.1] },
    { combination: 'mean', expected: [0.3, 0.4, 0.3] },
  ] as const)("'$combination' of 0.5/0.3/0.2, 0.1/0.8/0.1 and 0.3/0.1/0.6 is $expected", ({ combination, expected }) => {
    combineHeads(HEADS, combination).forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12));
  });

  it("'best' takes the first of equally sure heads", () => {
    expect(combineHeads({ main: [0.4, 0.6], auxiliary_4a: [0.6, 0.4] }, 'best')).toEqual([0.4, 0.6]);
  });

  it('returns a copy', () => {
    combineHeads(HEADS, 'main')[0] = 9;
    expect(HEADS.main[0]).toBe(0.5);
  });

  it.each([
    { heads: HEADS, combination: 'vote', message: "combineHeads.combination: expected one of main, best, mean, got 'vote'." },
    { heads: {}, combination: 'main', message: 'combineHeads.probabilitiesByHead: expected at least one head, all of one length, got {}.' },
    {
      heads: { main: [1], other: [0.5, 0.5] },
      combination: 'mean',
      message: 'combineHeads.probabilitiesByHead: expected at least one head, all of one length, got { main: [ 1 ], other: [ 0.5, 0.5 ] }.',
    },
  ])('refuses $combination of $heads', ({ heads, combination, message }) => {
    expect(() => combineHeads(heads as Record<string, number[]>, combination as HeadCombination)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });
});
