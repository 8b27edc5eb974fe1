import fc from 'fast-check';
import { NEAR_DUPLICATE, nearDuplicates, type ComparedPicture } from '../../src/data/nearDuplicates.js';
import { hashWords } from '../../src/data/random.js';

const THUMBNAIL_BYTES = 216;

/** A picture like no other: hash and thumbnail drawn from its number. */
function unlike(number: number): { hash: bigint; bytes: number[] } {
  const hash = (BigInt(hashWords([number, 1])) << 32n) | BigInt(hashWords([number, 2]));
  const bytes: number[] = [];
  for (let i = 0; bytes.length < THUMBNAIL_BYTES; i++) {
    const word = hashWords([number, 3, i]);
    bytes.push(word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24);
  }
  return { hash, bytes };
}

const picture = (hash: bigint, bytes: readonly number[]): ComparedPicture => ({
  perceptualHash: hash.toString(16).padStart(16, '0'),
  thumbnail: String.fromCharCode(...bytes),
});

const withFlips = (hash: bigint, bits: readonly number[]): bigint => bits.reduce((flipped, bit) => flipped ^ (1n << BigInt(bit)), hash);

/** The definition, word for word, for every pair. */
function areNear(one: ComparedPicture, other: ComparedPicture): boolean {
  const differing = (BigInt(`0x${one.perceptualHash}`) ^ BigInt(`0x${other.perceptualHash}`)).toString(2).replaceAll('0', '').length;
  const differences = [...one.thumbnail].map((byte, i) => Math.abs(byte.charCodeAt(0) - other.thumbnail.charCodeAt(i)));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return differing <= NEAR_DUPLICATE.bits && mean <= NEAR_DUPLICATE.meanDifference && Math.max(...differences) <= NEAR_DUPLICATE.largestDifference; // prettier-ignore
}

/** Groups by comparing each picture with each, again and again until no group grows. */
function groupsByEveryPair(pictures: readonly ComparedPicture[]): number[][] {
  const group = pictures.map((_, at) => at);
  for (let grew = true; grew;) {
    grew = false;
    for (let a = 0; a < pictures.length; a++) {
      for (let b = 0; b < a; b++) {
        if (group[a] === group[b] || !areNear(pictures[a], pictures[b])) continue;
        group[a] = group[b] = Math.min(group[a], group[b]);
        grew = true;
      }
    }
  }
  const members = group.map((of) => group.flatMap((other, at) => (other === of ? [at] : [])));
  return members.filter((list, at) => list.length > 1 && list[0] === at);
}

/** A picture of one of three families, as far from its head as the bounds or a little farther. */
const relative = fc.record({
  family: fc.nat(2),
  flips: fc.uniqueArray(fc.nat(63), { maxLength: 7 }),
  shift: fc.integer({ min: -2, max: 2 }),
  spot: fc.record({ at: fc.nat(THUMBNAIL_BYTES - 1), by: fc.integer({ min: -15, max: 15 }) }),
});

describe('Near duplicates', () => {
  it('are those that comparing every pair finds, in 200 sets of up to 16 pictures around the bounds of 8 bits, 3 and 20', () => {
    const pairs = { near: 0, tooFar: 0 };
    fc.assert(
      fc.property(fc.array(relative, { maxLength: 16 }), (relatives) => {
        const pictures = relatives.map(({ family, flips, shift, spot }) => {
          const { hash, bytes } = unlike(family);
          const moved = bytes.map((byte, at) => Math.min(255, Math.max(0, byte + shift + (at === spot.at ? spot.by : 0))));
          return picture(withFlips(hash, flips), moved);
        });
        for (let a = 0; a < pictures.length; a++) {
          for (let b = 0; b < a; b++) {
            if (relatives[a].family === relatives[b].family) pairs[areNear(pictures[a], pictures[b]) ? 'near' : 'tooFar']++;
          }
        }
        expect(nearDuplicates(pictures)).toEqual(groupsByEveryPair(pictures));
      }),
      { numRuns: 200, seed: 7 },
    );
    expect(pairs.near).toBeGreaterThan(200);
    expect(pairs.tooFar).toBeGreaterThan(200);
  });

  it.each([
    { what: '8 bits of the hash', flips: [0, 9, 18, 27, 36, 45, 54, 63], by: 0, spot: 0, isNear: true },
    { what: '9 bits of the hash', flips: [0, 9, 18, 27, 36, 45, 54, 63, 1], by: 0, spot: 0, isNear: false },
    { what: '8 bits of one word of the index', flips: [0, 4, 8, 12, 16, 20, 24, 28], by: 0, spot: 0, isNear: true },
    { what: '3 everywhere', flips: [], by: 3, spot: 0, isNear: true },
    { what: '3 everywhere and 1 in one place', flips: [], by: 3, spot: 1, isNear: false },
    { what: '20 in one place', flips: [], by: 0, spot: 20, isNear: true },
    { what: '21 in one place', flips: [], by: 0, spot: 21, isNear: false },
  ])('differ by at most: $what is $isNear', ({ flips, by, spot, isNear }) => {
    const { hash } = unlike(5);
    const bytes = new Array<number>(THUMBNAIL_BYTES).fill(100);
    const other = bytes.map((byte, at) => byte + by + (at === 0 ? spot : 0));
    expect(nearDuplicates([picture(hash, bytes), picture(withFlips(hash, flips), other)])).toEqual(isNear ? [[0, 1]] : []);
  });

  it('are grouped in a chain: the first and the last of five differ by 16 bits', () => {
    const { hash, bytes } = unlike(1);
    const chain = [0, 1, 2, 3, 4].map((step) =>
      picture(
        withFlips(
          hash,
          Array.from({ length: 4 * step }, (_, bit) => bit),
        ),
        bytes,
      ),
    );
    expect(areNear(chain[0], chain[4])).toBe(false);
    expect(nearDuplicates([...chain, picture(unlike(2).hash, bytes)])).toEqual([[0, 1, 2, 3, 4]]);
  });

  it('are found among 20,000 pictures, 100 planted pairs and nothing else; of no picture there are none', () => {
    const pictures = Array.from({ length: 20_000 }, (_, number) => {
      const { hash, bytes } = unlike(number % 19_900);
      return picture(number < 19_900 ? hash : withFlips(hash, [3, 60]), bytes);
    });
    expect(nearDuplicates(pictures)).toEqual(Array.from({ length: 100 }, (_, pair) => [pair, 19_900 + pair]));
    expect(nearDuplicates([])).toEqual([]);
  });

  it('are one group where 20,000 pictures look alike', () => {
    const { hash, bytes } = unlike(1);
    const pictures = Array.from(
      { length: 20_000 },
      (_, number) =>
      picture(withFlips(hash, [number % 64]), bytes.map((byte, at) => (at === number % THUMBNAIL_BYTES ? byte ^ 1 : byte))), // prettier-ignore
    );
    expect(nearDuplicates(pictures).map(({ length }) => length)).toEqual([20_000]);
  });
});
