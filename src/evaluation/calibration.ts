/** The pictures whose answers were about equally sure. */
export interface CalibrationBin {
  /** Answers surer than this, 0 to 1; the first bin holds 0 itself too. */
  readonly from: number;
  /** And at most as sure as this. */
  readonly to: number;
  readonly count: number;
  /** The mean probability that the answers were given; 0 where there is none. */
  readonly confidence: number;
  /** The share of the answers that were right; 0 where there is none. */
  readonly accuracy: number;
}

/** Whether a model is right as often as it says. */
export interface Calibration {
  /** The bins' differences between confidence and accuracy, each weighted by its share of the pictures: 0 is perfect, 1 the worst. */
  readonly expectedCalibrationError: number;
  /** Fifteen of equal width, from 0 to 1. */
  readonly bins: readonly CalibrationBin[];
}

/** As many as the paper's tables have. */
const BINS = 15;

/**
 * Gathers answers by how sure they were.
 *
 * @see Guo et al. 2017, arXiv:1706.04599, §2, equations 2 to 4.
 */
export class CalibrationTally {
  private readonly sums = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, correct: 0 }));

  /** @param confidence The probability that the answer was given, 0 to 1. */
  add(confidence: number, isCorrect: boolean): void {
    // A mean of several models' probabilities may round to a little above 1.
    const bin = this.sums[Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1];
    bin.count++;
    bin.confidence += confidence;
    if (isCorrect) bin.correct++;
  }

  /** Of at least one answer. */
  result(): Calibration {
    const count = this.sums.reduce((sum, bin) => sum + bin.count, 0);
    const gap = this.sums.reduce((sum, { confidence, correct }) => sum + Math.abs(confidence - correct), 0);
    const bins = this.sums.map(({ count: size, confidence, correct }, index) => {
      const mean = (sum: number): number => (size === 0 ? 0 : sum / size);
      return { from: index / BINS, to: (index + 1) / BINS, count: size, confidence: mean(confidence), accuracy: mean(correct) };
    });
    return { expectedCalibrationError: gap / count, bins };
  }
}
