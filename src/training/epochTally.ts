/** What one step measured, read back. */
export interface StepMeasurement {
  readonly loss: number;
  readonly headLosses: Readonly<Record<string, number>>;
  readonly correct: number;
  /** Pictures in the step's batch. */
  readonly count: number;
}

/** Means over the pictures of an epoch, so that a last, smaller batch weighs right. */
export class EpochTally {
  private readonly startedAt = performance.now();
  private lossSum = 0;
  private correct = 0;
  private readonly headLossSums: Record<string, number> = {};
  count = 0;
  steps = 0;

  add({ loss, headLosses, correct, count }: StepMeasurement): void {
    this.lossSum += loss * count;
    this.correct += correct;
    this.count += count;
    this.steps++;
    for (const [head, value] of Object.entries(headLosses)) this.headLossSums[head] = (this.headLossSums[head] ?? 0) + value * count;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  means(): { loss: number; headLosses: Record<string, number>; top1: number; imagesPerSecond: number } {
    return {
      loss: this.lossSum / this.count,
      headLosses: Object.fromEntries(Object.entries(this.headLossSums).map(([head, sum]) => [head, sum / this.count])),
      top1: this.correct / this.count,
      imagesPerSecond: this.count / (this.elapsedMs / 1000),
    };
  }
}
