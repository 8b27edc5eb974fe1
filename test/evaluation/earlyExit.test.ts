import { DEFAULT_THRESHOLDS, earlyExit } from '../../src/evaluation/earlyExit.js';
import type { DatasetScores } from '../../src/evaluation/scoreDataset.js';

/** Of class 0 and its probability; four pictures of class 0. */
const rows = (...firsts: number[]): Float64Array[] => firsts.map((p) => Float64Array.of(Math.log(p), Math.log(1 - p)));

const SCORES: DatasetScores = {
  classes: ['a', 'b'],
  names: ['0', '1', '2', '3'],
  labels: Int32Array.of(0, 0, 0, 0),
  logProbabilities: { main: rows(0.9, 0.8, 0.7, 0.4), auxiliary_4a: rows(0.95, 0.05, 0.6, 0.5), auxiliary_4d: rows(0.5, 0.9, 0.8, 0.6) },
  crops: 1,
};
const COSTS = { whole: 100, exits: { main: 120, auxiliary_4a: 40, auxiliary_4d: 80 } };

describe('earlyExit of heads that cost 40, 80 and 120 where the whole network costs 100', () => {
  it('at 0.9 two pictures leave at the first head, one of them wrong, none at the second but 0.9 itself, the rest at the last', () => {
    const { multiplyAdds, top1, points } = earlyExit(SCORES, { ...COSTS, thresholds: [0.9, 0.75, 1] });
    expect([multiplyAdds, top1]).toEqual([100, 3 / 4]);
    expect(points).toEqual([
      {
        threshold: 0.9,
        top1: 2 / 4,
        multiplyAdds: (40 + 40 + 120 + 120) / 4,
        saved: 1 - 80 / 100,
        answeredBy: { auxiliary_4a: 2 / 4, auxiliary_4d: 0, main: 2 / 4 },
      },
      {
        threshold: 0.75,
        top1: 2 / 4,
        multiplyAdds: (40 + 40 + 80 + 120) / 4,
        saved: 1 - 70 / 100,
        answeredBy: { auxiliary_4a: 2 / 4, auxiliary_4d: 1 / 4, main: 1 / 4 },
      },
      {
        threshold: 1,
        top1: 3 / 4,
        multiplyAdds: 120,
        saved: 1 - 120 / 100,
        answeredBy: { auxiliary_4a: 0, auxiliary_4d: 0, main: 1 },
      },
    ]);
  });

  it('has ten thresholds, from 0.5, where the first head answers all, to 0.999; it is plain JSON', () => {
    const result = earlyExit(SCORES, COSTS);
    expect(result.points.map(({ threshold }) => threshold)).toEqual(DEFAULT_THRESHOLDS);
    expect(result.points[0]).toMatchObject({ answeredBy: { auxiliary_4a: 1 }, multiplyAdds: 40 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('costs ten times as much with ten crops, and saves the same share', () => {
    const [one, ten] = [SCORES, { ...SCORES, crops: 10 as const }].map((scores) => earlyExit(scores, COSTS));
    expect(ten.multiplyAdds).toBe(1000);
    ten.points.forEach(({ multiplyAdds, saved }, index) => {
      expect(multiplyAdds).toBeCloseTo(10 * one.points[index].multiplyAdds, 9);
      expect(saved).toBeCloseTo(one.points[index].saved, 12);
    });
  });

  it.each([
    {
      scores: SCORES,
      options: { whole: 1, exits: { main: 1 } },
      message:
        'earlyExit.exits: expected multiply-adds for each of main, auxiliary_4a, auxiliary_4d, got { main: 1 }. exitCosts(model) gives them.',
    },
    {
      scores: SCORES,
      options: { ...COSTS, thresholds: [0.5, 0] },
      message: 'earlyExit.thresholds: expected probabilities above 0 and at most 1, got 0.',
    },
    {
      scores: { ...SCORES, members: [{ name: 'one', logProbabilities: {} }] },
      options: COSTS,
      message: "earlyExit.scores: expected the scores of one network, got 'those of 1 together'.",
    },
  ])('refuses $message', ({ scores, options, message }) => {
    expect(() => earlyExit(scores, options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error);
  });
});
