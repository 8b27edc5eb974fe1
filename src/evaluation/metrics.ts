/** Loss and accuracy of one classifier over a set of pictures. */
export interface HeadEvaluation {
  /** Mean cross-entropy in nats, natural logarithm, without label smoothing. */
  readonly loss: number;
  /** The share of pictures whose own class has the highest probability, 0 to 1. */
  readonly top1: number;
  /** The share of pictures whose own class is among the five highest, 0 to 1: always 1 with five classes or fewer. */
  readonly top5: number;
}

/** How well one class was recognized. */
export interface ClassEvaluation {
  readonly name: string;
  /** Pictures of this class. */
  readonly count: number;
  /** Of the pictures called this, the share that are; 0 if none was called this. */
  readonly precision: number;
  /** Of the pictures that are this, the share that were called so; 0 if there is none. */
  readonly recall: number;
  /** The harmonic mean of precision and recall, 0 if both are. */
  readonly f1: number;
}

/**
 * How many classes stand before `label` when a row is ordered by falling value, equal values by rising index: 0 for a correct answer.
 * Infinite where the label's own value is NaN, so that a broken network never counts as correct.
 */
export function rankOf(label: number, row: ArrayLike<number>): number {
  const own = row[label];
  let before = 0;
  for (let index = 0; index < row.length; index++) {
    const behind = row[index] < own || (row[index] === own && index >= label);
    if (!behind) before++;
  }
  return Number.isNaN(own) ? Infinity : before;
}

/** The index of the highest value, the first of equals. */
export function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < row.length; index++) if (row[index] > row[best]) best = index;
  return best;
}

/** The natural logarithm of the softmax of a row of logits, in double precision, stable for any finite values. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const highest = logits[argMax(logits)];
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += Math.exp(logits[index] - highest);
  const shift = highest + Math.log(sum);
  return Float64Array.from(logits, (value) => value - shift);
}

/** The logarithms of the mean of probabilities that are given as logarithms; nothing underflows on the way. @param rows One value a class. */
export function meanOfLogs(rows: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(rows[0], (_, label) => {
    const highest = Math.max(...rows.map((row) => row[label]));
    const sum = rows.reduce((total, row) => total + Math.exp(row[label] - highest), 0);
    return highest + Math.log(sum / rows.length);
  });
}

/** Adds up one head's loss and ranks, picture by picture, so that batches of unequal size weigh right. */
export class HeadTally {
  private count = 0;
  private lossSum = 0;
  private first = 0;
  private amongFive = 0;

  /** @param logProbabilities One value a class. */
  add(logProbabilities: ArrayLike<number>, label: number): void {
    const rank = rankOf(label, logProbabilities);
    this.count++;
    this.lossSum -= logProbabilities[label];
    if (rank < 1) this.first++;
    if (rank < 5) this.amongFive++;
  }

  result(): HeadEvaluation {
    return { loss: this.lossSum / this.count, top1: this.first / this.count, top5: this.amongFive / this.count };
  }
}

/**
 * Precision, recall and F1 of every class.
 *
 * @param confusion Pictures by true class (row) and by answer (column).
 */
export function perClass(confusion: readonly (readonly number[])[], classes: readonly string[]): ClassEvaluation[] {
  return classes.map((name, index) => {
    const correct = confusion[index][index];
    const count = confusion[index].reduce((sum, value) => sum + value, 0);
    const called = confusion.reduce((sum, row) => sum + row[index], 0);
    const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    return { name, count, precision: share(correct, called), recall: share(correct, count), f1: share(2 * correct, count + called) };
  });
}
