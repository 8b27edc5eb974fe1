/** From this ratio of the largest class to the smallest on, a network that learns every picture once neglects the smallest. */
const UNBALANCED_FROM = 5;

/** How evenly the training pictures are spread over the classes. */
export interface ClassBalance {
  /** Training pictures of each class, in the order of the classes. */
  readonly counts: readonly number[];
  /** The class with the most pictures; the first of several. */
  readonly largest: string;
  /** The class with the fewest; the first of several. */
  readonly smallest: string;
  /** Pictures of the largest class for each of the smallest; infinite if that has none. */
  readonly ratio: number;
  /** Whether the ratio is 5 or more. */
  readonly isUnbalanced: boolean;
  /** What to try, where it is unbalanced. */
  readonly advice: string | undefined;
}

/**
 * @param counts Pictures of each class; at least one class.
 * @see Buda, Maki & Mazurowski 2018, arXiv:1710.05381 — what imbalance does, and that sampling evenly helps most.
 */
export function classBalance(classes: readonly string[], counts: readonly number[]): ClassBalance {
  const [most, fewest] = [Math.max(...counts), Math.min(...counts)];
  const ratio = most / fewest;
  const isUnbalanced = ratio >= UNBALANCED_FROM;
  return {
    counts,
    largest: classes[counts.indexOf(most)],
    smallest: classes[counts.indexOf(fewest)],
    ratio,
    isUnbalanced,
    advice: isUnbalanced ? "Add pictures of the small classes, or train with sampling: 'balanced' or classWeights: 'balanced'." : undefined,
  };
}
