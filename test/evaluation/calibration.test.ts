import { CalibrationTally } from '../../src/evaluation/calibration.js';

function calibrationOf(answers: readonly (readonly [confidence: number, isCorrect: boolean])[]) {
  const tally = new CalibrationTally();
  for (const [confidence, isCorrect] of answers) tally.add(confidence, isCorrect);
  return tally.result();
}

describe('CalibrationTally', () => {
  it('of 0.9 right, 0.9 wrong, 0.5 right and 1 right: bins 14, 8 and 15, an error of (0.8 + 0.5 + 0) / 4', () => {
    const { bins, expectedCalibrationError } = calibrationOf([
      [0.9, true],
      [0.9, false],
      [0.5, true],
      [1, true],
    ]);
    expect(bins).toHaveLength(15);
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1]);
    expect(bins[13]).toEqual({ from: 13 / 15, to: 14 / 15, count: 2, confidence: 0.9, accuracy: 0.5 });
    expect(bins[7]).toEqual({ from: 7 / 15, to: 8 / 15, count: 1, confidence: 0.5, accuracy: 1 });
    expect(bins[14]).toEqual({ from: 14 / 15, to: 1, count: 1, confidence: 1, accuracy: 1 });
    expect(bins[0]).toEqual({ from: 0, to: 1 / 15, count: 0, confidence: 0, accuracy: 0 });
    expect(expectedCalibrationError).toBeCloseTo((0.8 + 0.5 + 0) / 4, 12);
  });

  it('an edge belongs to the bin below it, 0 to the first, and what rounds to above 1 to the last', () => {
    const { bins } = calibrationOf([
      [0, false],
      [1 / 15, true],
      [0.2, true],
      [1 + 2 ** -52, true],
    ]);
    expect(bins.flatMap(({ count }, index) => Array<number>(count).fill(index))).toEqual([0, 0, 2, 14]);
  });

  it('is 0 where 75 % sure means right 3 times in 4, 0.75 where it means never, and survives JSON', () => {
    const right = (times: number) => calibrationOf([0, 1, 2, 3].map((index) => [0.75, index < times] as const));
    expect([3, 0, 4].map((times) => right(times).expectedCalibrationError)).toEqual([0, 0.75, 0.25]);
    expect(JSON.parse(JSON.stringify(right(2)))).toEqual(right(2));
  });
});
