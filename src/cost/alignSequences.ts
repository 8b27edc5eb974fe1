/** What stands at the same place in two sequences; null where one has nothing there. */
export type Aligned<T> = readonly [a: T, b: T] | readonly [a: T, b: null] | readonly [a: null, b: T];

/**
 * Two sequences side by side, so that what is paired is as alike as can be and stays in order (Needleman and Wunsch's alignment, with gaps
 * that cost nothing).
 *
 * @param likeness How alike two elements are; what is not above 0 is never paired.
 */
export function alignSequences<T>(a: readonly T[], b: readonly T[], likeness: (a: T, b: T) => number): Aligned<T>[] {
  const alike = a.map((left) => b.map((right) => likeness(left, right)));
  // best[i][j]: the most that the sequences from i and j on can come to.
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], paired(i, j));
  }
  const pairs: Aligned<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike[i][j] > 0 && best[i][j] === paired(i, j)) pairs.push([a[i++], b[j++]]);
    else if (i < a.length && (j === b.length || best[i][j] === best[i + 1][j])) pairs.push([a[i++], null]);
    else pairs.push([null, b[j++]]);
  }
  return pairs;

  function paired(at: number, beside: number): number {
    return alike[at][beside] > 0 ? alike[at][beside] + best[at + 1][beside + 1] : 0;
  }
}

/**
 * Two sets side by side, the most alike paired first, in whatever order they stand.
 *
 * @param likeness As of {@link alignSequences}.
 * @returns In the first set's order; what only the second has comes last.
 */
export function pairAlike<T>(a: readonly T[], b: readonly T[], likeness: (a: T, b: T) => number): Aligned<T>[] {
  const candidates = a.flatMap((left, i) => b.map((right, j) => ({ i, j, alike: likeness(left, right) })));
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  // Of equally alike ones, those that stand at the nearest places.
  for (const { i, j, alike } of candidates.sort((x, y) => y.alike - x.alike || Math.abs(x.i - x.j) - Math.abs(y.i - y.j))) {
    if (alike <= 0 || partners.has(i) || taken.has(j)) continue;
    partners.set(i, j);
    taken.add(j);
  }
  const kept = a.map((left, i): Aligned<T> => [left, partners.has(i) ? b[partners.get(i) as number] : null] as Aligned<T>);
  return [...kept, ...b.filter((_, j) => !taken.has(j)).map((right): Aligned<T> => [null, right])];
}
