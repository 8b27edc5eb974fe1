/**
 * The generator behind tfjs' seeded random numbers: Johannes Baagøe's Alea, as in the package `seedrandom` that tfjs draws from. The same
 * seed gives the same numbers there and here, bit for bit.
 *
 * @see https://github.com/davidbau/seedrandom (lib/alea.js, version 3.0.5)
 */
export class Alea {
  // Numbers from the start: V8 keeps a field that was undefined once in a new object each time it is written, which makes
  // a value of drawTruncatedNormal cost half as much again.
  private oldest = 0;
  private middle = 0;
  private latest = 0;
  private carry = 1;

  constructor(seed: string) {
    const mash = createMash();
    this.oldest = mash(' ');
    this.middle = mash(' ');
    this.latest = mash(' ');
    this.oldest = fractionOf(this.oldest - mash(seed));
    this.middle = fractionOf(this.middle - mash(seed));
    this.latest = fractionOf(this.latest - mash(seed));
  }

  /** The next number, a multiple of 2^-32 in [0, 1). */
  next(): number {
    const product = 2091639 * this.oldest + this.carry * 2 ** -32;
    this.oldest = this.middle;
    this.middle = this.latest;
    this.carry = product | 0;
    this.latest = product - this.carry;
    return this.latest;
  }
}

/** Brings a number in (-1, 1) into [0, 1). */
function fractionOf(value: number): number {
  return value < 0 ? value + 1 : value;
}

/** A hash with a memory: what it makes of a text, a multiple of 2^-32 in [0, 1), depends on the texts before. */
function createMash(): (text: string) => number {
  let state = 0xefc8249d;
  return (text) => {
    for (let index = 0; index < text.length; index++) {
      state += text.charCodeAt(index);
      const spread = 0.02519603282416938 * state;
      const whole = spread >>> 0;
      const scrambled = (spread - whole) * whole;
      state = scrambled >>> 0;
      state += (scrambled - state) * 2 ** 32;
    }
    return (state >>> 0) * 2 ** -32;
  };
}
