import { DisjointSets } from './disjointSets.js';
import type { Fingerprint } from './fingerprint.js';

/**
 * Two pictures are near duplicates if their 64-bit hashes differ in so many bits at most, and their thumbnails, 9 × 8 colors of 0 to 255,
 * by so much on average and so much in the worst place.
 *
 * Measured on 480 photos and parts of photos against their copies: found are 99 % of JPEGs of quality 60 (30: 96 %), 99 % of WebPs of
 * quality 70, 98 % of those of half the size, 88 % of those cropped by 2 %, 20 % of those 5 % brighter, none of those mirrored. Taken for
 * duplicates, though they are not: none of the 114,960 pairs of photos, 9 of the 50 million pairs of 10,000 MNIST digits (without the bound
 * on the worst place: 877), 4 of the 2.1 million pairs of the packaged pictures (clock faces half an hour apart, two smileys).
 */
export const NEAR_DUPLICATE = { bits: 8, meanDifference: 3, largestDifference: 20 } as const;

/** What {@link nearDuplicates} compares. */
export type ComparedPicture = Pick<Fingerprint, 'perceptualHash' | 'thumbnail'>;

const HASH_WORDS = 4;
const WORD_VALUES = 2 ** 16;

/**
 * The radii, word by word, in which a picture's near duplicates are looked up. Hashes that differ in 8 bits or fewer differ in at most 2 bits
 * of the first word or at most 1 of another: 3 + 2 + 2 + 2 would be 9.
 *
 * @see Norouzi, Punjani & Fleet 2014, arXiv:1307.2982, §3.1
 */
const RADII = [2, 1, 1, 1] as const;

/** Where this many pictures share a word and a brightness, each is compared with so many of them: a million alike shots must not take a day. */
const COMPARED_AT_MOST = 1_000;

/** All words of 16 bits with at most `radius` bits set. */
function flipsOf(radius: number): number[] {
  const single = Array.from({ length: 16 }, (_, bit) => 1 << bit);
  const double = single.flatMap((one, at) => single.slice(at + 1).map((other) => one | other));
  return [0, ...single, ...(radius > 1 ? double : [])];
}

const BITS_SET = new Uint8Array(WORD_VALUES);
for (let word = 1; word < WORD_VALUES; word++) BITS_SET[word] = BITS_SET[word >> 1] + (word & 1);

/**
 * The hash as four words; word `w` has the bits `w`, `w + 4`, `w + 8`, … of it. Words of neighbouring bits would be of one part of the picture:
 * the same in every picture on white paper.
 */
function wordsOf(hash: string): number[] {
  const words = [0, 0, 0, 0];
  for (const digit of hash) {
    const bits = parseInt(digit, 16);
    for (let word = 0; word < HASH_WORDS; word++) words[word] = (words[word] << 1) | ((bits >> (3 - word)) & 1);
  }
  return words;
}

/** Fingerprints as bytes, laid out for comparing. */
class ComparedPictures {
  readonly words: Uint16Array;
  /** The sum of each thumbnail. */
  readonly brightness: Int32Array;
  private readonly thumbnails: Uint8Array;
  private readonly length: number;

  constructor(pictures: readonly ComparedPicture[]) {
    this.length = pictures[0]?.thumbnail.length ?? 0;
    this.words = new Uint16Array(pictures.length * HASH_WORDS);
    this.brightness = new Int32Array(pictures.length);
    this.thumbnails = new Uint8Array(pictures.length * this.length);
    pictures.forEach(({ perceptualHash, thumbnail }, at) => {
      this.words.set(wordsOf(perceptualHash), at * HASH_WORDS);
      const bytes = Buffer.from(thumbnail, 'latin1');
      this.thumbnails.set(bytes, at * this.length);
      this.brightness[at] = bytes.reduce((sum, value) => sum + value, 0);
    });
  }

  /** The most by which the brightness of near duplicates differs. */
  get brightnessWithin(): number {
    return NEAR_DUPLICATE.meanDifference * this.length;
  }

  areNear(one: number, other: number): boolean {
    const { words, thumbnails, length } = this;
    let bits = 0;
    for (let word = 0; word < HASH_WORDS; word++) bits += BITS_SET[words[one * HASH_WORDS + word] ^ words[other * HASH_WORDS + word]];
    if (bits > NEAR_DUPLICATE.bits) return false;
    const mostInAll = this.brightnessWithin;
    let all = 0;
    for (let i = one * length, j = other * length, end = i + length; i < end; i++, j++) {
      const difference = Math.abs(thumbnails[i] - thumbnails[j]);
      all += difference;
      if (difference > NEAR_DUPLICATE.largestDifference || all > mostInAll) return false;
    }
    return true;
  }
}

/**
 * Groups pictures that look the same but for size, compression, a slightly other crop and the like ({@link NEAR_DUPLICATE}). A group is
 * connected pair by pair: its first and its last picture may differ by more. Multi-index hashing: time grows with the number of pictures, not
 * with that of pairs, unless thousands look alike; 100,000 take about a second.
 *
 * @returns Groups of two and more, as positions in `pictures`, ascending.
 */
export function nearDuplicates(pictures: readonly ComparedPicture[]): number[][] {
  const compared = new ComparedPictures(pictures);
  const { words, brightness, brightnessWithin } = compared;
  const sets = new DisjointSets(pictures.length);
  const flips = RADII.map(flipsOf);
  // Of each value of each word the picture entered last, and of each picture the one entered before it.
  const last = new Int32Array(HASH_WORDS * WORD_VALUES).fill(-1);
  const before = new Int32Array(HASH_WORDS * pictures.length);
  // Entered from dark to bright, so that the search ends where the pictures grow too dark.
  const order = Int32Array.from(pictures.keys()).sort((a, b) => brightness[a] - brightness[b] || a - b);
  for (const picture of order) {
    for (let word = 0; word < HASH_WORDS; word++) {
      const value = words[picture * HASH_WORDS + word];
      for (const flip of flips[word]) {
        let left = COMPARED_AT_MOST;
        for (let other = last[word * WORD_VALUES + (value ^ flip)]; other >= 0 && left > 0; other = before[other * HASH_WORDS + word]) {
          if (brightness[picture] - brightness[other] > brightnessWithin) break;
          left--;
          if (sets.find(other) !== sets.find(picture) && compared.areNear(picture, other)) sets.join(picture, other);
        }
      }
      before[picture * HASH_WORDS + word] = last[word * WORD_VALUES + value];
      last[word * WORD_VALUES + value] = picture;
    }
  }
  return sets.groups();
}
