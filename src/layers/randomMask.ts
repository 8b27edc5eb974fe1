import * as tf from '@tensorflow/tfjs';
import { hashText } from './hashText.js';

/**
 * Random masks made by tensor operations alone, the same bits on every backend.
 *
 * Numbers are integers held in float32 and reduced modulo a prime small enough that nothing reaches 2^24, so every operation is exact.
 * A pair (a, b) of them is mixed by half rounds `a ← a + b² mod P`: each is invertible, so no two indices fall together, and none is
 * linear, so no lattice shows. Rows and columns are mixed with seed and step in one dimension, and meet in three half rounds over all
 * elements.
 */

/** Prime, so that squares are spread; (P + 4)² + 2·P + 4 < 2^22 leaves two of float32's 24 bits to spare. */
const P = 2039;

/** What a mask is a function of. `seed` and `step` are integers in [0, 2^24); `purpose` tells the masks of one step apart. */
export interface MaskKey {
  readonly seed: tf.Scalar;
  readonly step: tf.Scalar;
  readonly purpose: string;
}

interface Pair {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
}

/**
 * A mask of ones and zeros, divided by the share of ones that is expected.
 *
 * @param rate The share of zeros, 0 ≤ rate < 1, kept to 1 / 4,157,521.
 * @returns float32 of `shape`, values 0 and 1 / (1 − rate).
 */
export function randomMask(shape: readonly number[], rate: number, { seed, step, purpose }: MaskKey): tf.Tensor {
  return tf.tidy(() => {
    const columns = shape.at(-1) ?? 1;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const [seedLow, seedMiddle, seedHigh] = digits(seed);
    const [stepLow, stepMiddle, stepHigh] = digits(step);
    const purposeHash = hashText(purpose);
    const withLow = inject(indexPairs(rows + columns), seedLow, stepLow);
    const withMiddle = inject(withLow, seedMiddle, stepMiddle);
    const mixed = inject(withMiddle, tf.add(seedHigh, purposeHash % P), tf.add(stepHigh, Math.floor(purposeHash / P) % P));
    const across = (x: tf.Tensor) =>
      tf.add(tf.reshape(tf.slice(x, 0, rows), [rows, 1]), tf.reshape(tf.slice(x, rows, columns), [1, columns]));
    const centered = tf.sub(across(mixed.b), P);
    const first = addSquare(across(mixed.a), centered);
    const second = addSquare(centered, first);
    const third = addSquare(first, second);
    const uniform = tf.add(tf.mul(third, P), second);
    const kept = tf.cast(tf.greaterEqual(uniform, Math.round(rate * P * P)), 'float32');
    return tf.reshape(tf.mul(kept, 1 / (1 - rate)), [...shape]);
  });
}

/** `x mod P` for integers of less than 2^22: `x / P` is at least 1 / P below the next integer, too far to be rounded up to it. */
function residue(x: tf.Tensor): tf.Tensor {
  return tf.sub(x, tf.mul(tf.floor(tf.div(x, P)), P));
}

/** `x + y² mod P` for |x| ≤ 2·P + 4 and |y| ≤ P + 4. */
function addSquare(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return residue(tf.add(x, tf.square(y)));
}

/** Adds one digit to each number of a pair, and mixes. */
function inject({ a, b }: Pair, toA: tf.Tensor, toB: tf.Tensor): Pair {
  const centered = tf.add(b, tf.sub(toB, P));
  const first = addSquare(tf.add(a, toA), centered);
  return { a: first, b: addSquare(centered, first) };
}

/** An integer in [0, 2^24) to the base P, all of its bits: three digits. */
function digits(value: tf.Tensor): tf.Tensor[] {
  const integer = tf.cast(value, 'float32');
  const quotient = tf.floor(tf.div(integer, P));
  const highest = tf.floor(tf.div(quotient, P));
  return [tf.sub(integer, tf.mul(quotient, P)), tf.sub(quotient, tf.mul(highest, P)), highest];
}

/** The indices below `count` to the base P, one pair each: constants. Rows come first and columns after them, so no two are alike. */
function indexPairs(count: number): Pair {
  const indices = Array.from({ length: count }, (_, index) => index);
  return { a: tf.tensor1d(indices.map((index) => index % P)), b: tf.tensor1d(indices.map((index) => Math.floor(index / P) % P)) };
}
