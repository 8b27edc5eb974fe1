import { compareHeads } from '../../src/evaluation/compareHeads.js';
import type { DatasetScores } from '../../src/evaluation/scoreDataset.js';

/** Scores of two classes from each head's probabilities of the first. */
function scoresOf(labels: readonly number[], firsts: Readonly<Record<string, readonly number[]>>): DatasetScores {
  const rows = (values: readonly number[]): Float64Array[] => values.map((p) => Float64Array.of(Math.log(p), Math.log(1 - p)));
  return {
    classes: ['a', 'b'],
    names: labels.map(String),
    labels: Int32Array.from(labels),
    logProbabilities: Object.fromEntries(Object.entries(firsts).map(([head, values]) => [head, rows(values)])),
    crops: 1,
  };
}

const repeat = <Value>(times: number, ...values: Value[]): Value[] => Array.from({ length: times }, () => values).flat();

describe('compareHeads', () => {
  it('of 0.6 and 0.9 for the first class, 0.3 and 0.6: the surest head and the mean are right once each, as worked out by hand', () => {
    const { heads, combinations, bestHead, count } = compareHeads(scoresOf([0, 1], { main: [0.6, 0.9], auxiliary_4a: [0.3, 0.05] }));
    expect(count).toBe(2);
    expect([heads.main.top1, heads.auxiliary_4a.top1, bestHead]).toEqual([0.5, 0.5, 'auxiliary_4a']);
    expect(heads.main.loss).toBeCloseTo(-(Math.log(0.6) + Math.log(0.1)) / 2, 12);
    expect(heads.main.expectedCalibrationError).toBeCloseTo((0.4 + 0.9) / 2, 12);
    // Surest: 0.7 for b (wrong), 0.95 for b (right).
    expect(combinations.best.top1).toBe(0.5);
    expect(combinations.best.loss).toBeCloseTo(-(Math.log(0.3) + Math.log(0.95)) / 2, 12);
    // Means: 0.45 for a (wrong), 0.525 for b (right).
    expect(combinations.mean.top1).toBe(0.5);
    expect(combinations.mean.loss).toBeCloseTo(-(Math.log(0.45) + Math.log(0.525)) / 2, 12);
  });

  it('takes the head with the highest top-1, of equals the one with the lower loss', () => {
    const labels = [0, 0, 1, 1];
    const right = [0.9, 0.9, 0.1, 0.1];
    expect(compareHeads(scoresOf(labels, { main: [0.9, 0.9, 0.1, 0.9], a: right, b: [0.99, 0.99, 0.01, 0.01] })).bestHead).toBe('b');
  });

  it('a head that says 0.999 and knows nothing spoils the mean, 5 right in 10, and after calibration not the vote, 7 in 10', () => {
    const labels = repeat(10, ...repeat(14, 0), ...repeat(6, 1));
    const main = repeat(200, 0.7);
    const auxiliary = repeat(100, 0.999, 0.001);
    const { combinations, voteFits, heads } = compareHeads(scoresOf(labels, { main, auxiliary }));
    expect([heads.main.top1, heads.auxiliary.top1]).toEqual([0.7, 0.5]);
    expect(heads.main.expectedCalibrationError).toBeCloseTo(0, 12);
    expect([combinations.best.top1, combinations.mean.top1, combinations.vote.top1]).toEqual([0.5, 0.5, 0.7]);
    expect(combinations.vote.loss).toBeLessThan(combinations.mean.loss - 0.1);
    for (const { temperatures, fittedOn, judgedOn } of voteFits) {
      expect([fittedOn, judgedOn]).toEqual([100, 100]);
      expect(temperatures.main).toBeCloseTo(1, 6);
      expect(temperatures.auxiliary).toBe(20);
    }
  });

  it('judges no picture with what it was fitted on: each picture’s answer decides the temperature of one half, and there are two', () => {
    const labels = repeat(6, 0, 1);
    const sure = repeat(6, 0.8, 0.3);
    const temperatures = (main: number[]): number[] =>
      compareHeads(scoresOf(labels, { main })).voteFits.map((fit) => fit.temperatures.main);
    const before = temperatures(sure);
    const changes = sure.map((p, index) => temperatures(sure.with(index, 1 - p)).map((value, fold) => value !== before[fold]));
    const [first, second] = [0, 1].map((fold) => changes.filter((change) => change[fold]).length);
    expect([first, second, changes.filter(([one, other]) => one && other).length]).toEqual([6, 6, 0]);
  });

  it('fits on other scores if they are given, and judges every picture by them: odds of 9 right 3 times in 4 have temperature 2', () => {
    const calibration = scoresOf([0, 0, 0, 1], { main: repeat(4, 0.9) });
    const { voteFits, combinations } = compareHeads(scoresOf([0], { main: [0.9] }), { calibration });
    expect(voteFits).toEqual([{ fittedOn: 4, judgedOn: 1, temperatures: { main: expect.closeTo(2, 10) as number } }]);
    expect(combinations.vote.loss).toBeCloseTo(-Math.log(0.75), 10);
  });

  it('is plain JSON', () => {
    const comparison = compareHeads(scoresOf([0, 1, 1], { main: [0.6, 0.2, 0.7], auxiliary_4a: [0.5, 0.5, 0.1] }));
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it.each([
    {
      options: {},
      message: 'compareHeads.scores: expected at least two pictures: one to fit on, one to judge, got 1.',
    },
    {
      options: { calibration: scoresOf([0], { other: [0.5] }) },
      message:
        "compareHeads.calibration: expected scores of other pictures by the same network: heads main; classes a, b, got 'heads other; classes a, b'.",
    },
    { options: { seed: 1 }, message: "compareHeads.options: expected keys among calibration, got 'seed'." },
  ])('refuses one picture with $options', ({ options, message }) => {
    expect(() => compareHeads(scoresOf([0], { main: [0.9] }), options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error,
    );
  });
});
