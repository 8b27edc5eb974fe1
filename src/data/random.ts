/**
 * Randomness without a stream: every number is a hash of what it is for. Nothing that happens before or beside a draw (another
 * worker, a skipped batch, a resumed run) can change it, so the same seed gives the same pictures however they are computed.
 *
 * The hash is MurmurHash3 (x86, 32 bits) over 32-bit words: seed (two words), then the counters in the order given.
 */

/** What a draw decides. The numbers are part of the recorded results: a new purpose gets a new number, none is ever reused. */
export const PURPOSE = {
  order: 1,
  split: 2,
  cropArea: 3,
  cropAspect: 4,
  cropLeft: 5,
  cropTop: 6,
  flip: 7,
  interpolation: 8,
  colorOrder: 9,
  brightness: 10,
  saturation: 11,
  hue: 12,
  contrast: 13,
  classOrder: 14,
  erase: 15,
  eraseArea: 16,
  eraseAspect: 17,
  eraseLeft: 18,
  eraseTop: 19,
  eraseNoise: 20,
  mixPartner: 21,
  mixMethod: 22,
  mixShare: 23,
  mixAngle: 24,
  mixLeft: 25,
  mixTop: 26,
} as const;

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The 32-bit MurmurHash3 of a list of 32-bit words, 0 ≤ hash < 2³². */
export function hashWords(words: readonly number[]): number {
  let hash = 0;
  for (const word of words) {
    hash ^= Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotateLeft(hash, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The two words of a seed: any whole number from 0 to 2⁵³ − 1. */
const seedWords = (seed: number): [low: number, high: number] => [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];

/**
 * A number drawn evenly from 0 ≤ u < 1 that depends on its arguments alone.
 *
 * @param seed A whole number, 0 to 2⁵³ − 1.
 * @param counters Whole numbers that name the draw: epoch, picture, purpose, attempt.
 */
export function uniform(seed: number, ...counters: readonly number[]): number {
  return hashWords([...seedWords(seed), ...counters]) / 2 ** 32;
}

/**
 * A 32-bit hash of (seed, purpose, texts). Texts are compared in Unicode's composed form, since file systems differ in the form
 * they return a name in.
 */
export function hashText(seed: number, purpose: number, ...texts: readonly string[]): number {
  const words = [...seedWords(seed), purpose];
  for (const text of texts) {
    const composed = text.normalize('NFC');
    words.push(composed.length);
    for (let i = 0; i < composed.length; i++) words.push(composed.charCodeAt(i));
  }
  return hashWords(words);
}
