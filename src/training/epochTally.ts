/** What one step measured, read back. */
export interface StepMeasurement {
  readonly loss: number;
  readonly headLosses: Readonly<Record<string, number>>;
  readonly correct: number;
  readonly gradientNorm?: number;
  /** Pictures in the step's batch. */
  readonly count: number;
}

/** An epoch's sums so far. Plain JSON, from which a tally goes on. */
export interface TallyState {
  readonly lossSum: number;
  readonly correct: number;
  readonly headLossSums: Readonly<Record<string, number>>;
  readonly gradientNormSum?: number;
  readonly count: number;
  readonly steps: number;
  readonly elapsedMs: number;
}

const EMPTY: TallyState = { lossSum: 0, correct: 0, headLossSums: {}, count: 0, steps: 0, elapsedMs: 0 };

/** Means over the pictures of an epoch, so that a last, smaller batch weighs right. */
export class EpochTally {
  private readonly startedAt = performance.now();
  private sums: TallyState;

  /** @param before What was counted before training was interrupted. */
  constructor(private readonly before: TallyState = EMPTY) {
    this.sums = before;
  }

  add({ loss, headLosses, correct, gradientNorm, count }: StepMeasurement): void {
    const { sums } = this;
    const headLossSums = Object.entries(headLosses).map(([head, value]) => [head, (sums.headLossSums[head] ?? 0) + value * count]);
    this.sums = {
      lossSum: sums.lossSum + loss * count,
      correct: sums.correct + correct,
      headLossSums: Object.fromEntries(headLossSums) as Record<string, number>,
      ...(gradientNorm !== undefined && { gradientNormSum: (sums.gradientNormSum ?? 0) + gradientNorm }),
      count: sums.count + count,
      steps: sums.steps + 1,
      elapsedMs: 0,
    };
  }

  get count(): number {
    return this.sums.count;
  }

  get steps(): number {
    return this.sums.steps;
  }

  get elapsedMs(): number {
    return this.before.elapsedMs + performance.now() - this.startedAt;
  }

  getState(): TallyState {
    return { ...this.sums, elapsedMs: this.elapsedMs };
  }

  means(): { loss: number; headLosses: Record<string, number>; top1: number; gradientNorm?: number; imagesPerSecond: number } {
    const { lossSum, headLossSums, correct, gradientNormSum, count, steps } = this.sums;
    return {
      loss: lossSum / count,
      headLosses: Object.fromEntries(Object.entries(headLossSums).map(([head, sum]) => [head, sum / count])),
      top1: correct / count,
      ...(gradientNormSum !== undefined && { gradientNorm: gradientNormSum / steps }),
      imagesPerSecond: count / (this.elapsedMs / 1000),
    };
  }
}
