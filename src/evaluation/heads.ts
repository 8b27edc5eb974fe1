import { invalidArgument } from '../errors.js';
import { argMax } from './metrics.js';

/**
 * How the answers of several classifiers become one.
 *
 * - `'main'`: the main classifier alone, as the paper does after training.
 * - `'best'`: per picture, the head that is surest: the one whose highest probability is the highest of all heads, the first of equals.
 * - `'mean'`: the average of the heads' probabilities.
 */
export type HeadCombination = 'main' | 'best' | 'mean';

export const HEAD_COMBINATIONS: readonly HeadCombination[] = ['main', 'best', 'mean'];

/**
 * One probability per class from the heads' answers for one picture.
 *
 * @param probabilitiesByHead One value a class for each head, main first.
 * @returns A new array, one value a class.
 * @throws InceptionError `INVALID_ARGUMENT` if there is no head, if the heads' lengths differ, or `combination` is unknown.
 *
 * @example
 * ```ts
 * combineHeads({ main: [0.6, 0.4], auxiliary_4a: [0.1, 0.9] }, 'best'); // [0.1, 0.9]
 * ```
 */
export function combineHeads(probabilitiesByHead: Readonly<Record<string, ArrayLike<number>>>, combination: HeadCombination): number[] {
  const rows = Object.values(probabilitiesByHead);
  if (rows.length === 0 || rows.some((row) => row.length !== rows[0].length)) {
    throw invalidArgument('combineHeads.probabilitiesByHead', 'at least one head, all of one length', probabilitiesByHead);
  }
  switch (combination) {
    case 'main':
      return Array.from(probabilitiesByHead.main ?? rows[0]);
    case 'best':
      return Array.from(rows[argMax(rows.map((row) => row[argMax(row)]))]);
    case 'mean':
      return Array.from(rows[0], (_, index) => rows.reduce((sum, row) => sum + row[index], 0) / rows.length);
    default:
      throw invalidArgument('combineHeads.combination', `one of ${HEAD_COMBINATIONS.join(', ')}`, combination);
  }
}
