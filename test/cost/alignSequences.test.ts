import fc from 'fast-check';
import { alignSequences, pairAlike } from '../../src/cost/alignSequences.js';

const same = (a: string, b: string): number => (a === b ? 1 : 0);
const show = (pairs: readonly (readonly [string | null, string | null])[]): string =>
  pairs.map(([a, b]) => `${a ?? '-'}${b ?? '-'}`).join(' ');

describe('alignSequences', () => {
  it.each([
    { a: 'abcd', b: 'abcd', aligned: 'aa bb cc dd' },
    { a: 'abd', b: 'abcd', aligned: 'aa bb -c dd' },
    { a: 'xabc', b: 'abcy', aligned: 'x- aa bb cc -y' },
    { a: '', b: 'ab', aligned: '-a -b' },
    { a: 'ab', b: 'ba', aligned: 'a- bb -a' },
  ])('$a beside $b: $aligned', ({ a, b, aligned }) => {
    expect(show(alignSequences([...a], [...b], same))).toBe(aligned);
  });

  it('gives up a small likeness for a larger one further on', () => {
    const likeness = (a: string, b: string): number => (a === b ? 10 : 1);
    expect(show(alignSequences(['a', 'b'], ['x', 'a', 'b'], likeness))).toBe('-x aa bb');
  });

  it('keeps both orders, leaves nothing out, pairs nothing that is unlike, and as much as any other alignment', () => {
    let paired = 0;
    const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const pairs = alignSequences(a, b, same);
        expect(pairs.flatMap(([x]) => x ?? [])).toEqual(a);
        expect(pairs.flatMap(([, y]) => y ?? [])).toEqual(b);
        const both = pairs.filter(([x, y]) => x !== null && y !== null);
        expect(both.every(([x, y]) => x === y)).toBe(true);
        expect(both).toHaveLength(longestCommon(a, b));
        paired += both.length;
      }),
      { seed: 41, numRuns: 100 },
    );
    expect(paired).toBeGreaterThan(100);
  });
});

/** The length of the longest subsequence of both, by trying. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0) return 0;
  const at = b.indexOf(a[0]);
  const without = longestCommon(a.slice(1), b);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(a.slice(1), b.slice(at + 1)));
}

describe('pairAlike', () => {
  it.each([
    { a: 'abc', b: 'cba', paired: 'aa bb cc' },
    { a: 'abc', b: 'bx', paired: 'a- bb c- -x' },
    { a: 'aab', b: 'a', paired: 'aa a- b-' },
  ])('$a and $b, in whatever order: $paired', ({ a, b, paired }) => {
    expect(show(pairAlike([...a], [...b], same))).toBe(paired);
  });

  it('pairs the most alike first', () => {
    const near = (a: number, b: number): number => 10 - Math.abs(a - b);
    expect(pairAlike([1, 5], [5, 2], near)).toEqual([[1, 2], [5, 5]]); // prettier-ignore
  });
});
