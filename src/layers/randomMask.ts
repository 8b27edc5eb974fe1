import * as tf from '@tensorflow/tfjs';

/**
 * Random masks made by tensor operations alone, the same bits on every backend.
 *
 * Numbers are integers held in float32 and reduced modulo a prime small enough that no product reaches 2^24, so every operation is exact.
 * A pair (a, b) of them is mixed by half rounds `a ← a + b² mod p`: each is invertible, so nothing is lost, and not linear, so no lattice
 * shows. Rows and columns are hashed on their own, in one dimension, and meet in three half rounds over all elements.
 */

/** (P − 1)² + 2·P < 2^22: sums of a square and two residues stay exact in float32's 24 bits. */
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
export function randomMask(shape: readonly number[], rate: number, key: MaskKey): tf.Tensor {
  return tf.tidy(() => {
    const columns = shape.length > 0 ? shape[shape.length - 1] : 1;
    const rows = columns > 0 ? shape.reduce((product, size) => product * size, 1) / columns : 0;
    const state = absorb(absorb(purposePair(key.purpose), key.seed), key.step);
    const row = indexPair(state, rows, 101);
    const column = indexPair(state, columns, 1009);
    // Shifted to be centered on 0, so that the first square needs no reduction before it.
    const a = tf.add(tf.reshape(row.a, [rows, 1]), tf.reshape(column.a, [1, columns]));
    const b = tf.add(tf.reshape(tf.sub(row.b, P), [rows, 1]), tf.reshape(column.b, [1, columns]));
    const first = addSquare(a, b);
    const second = addSquare(b, first);
    const third = addSquare(first, second);
    const uniform = tf.add(tf.mul(third, P), second);
    const kept = tf.cast(tf.greaterEqual(uniform, Math.round(rate * P * P)), 'float32');
    return tf.reshape(tf.mul(kept, 1 / (1 - rate)), [...shape]);
  });
}

/** `x mod P` for integers −2^22 < x < 2^22: x / P is never rounded up to the next integer, which is at least 1 / P away. */
function residue(x: tf.Tensor): tf.Tensor {
  return tf.sub(x, tf.mul(tf.floor(tf.div(x, P)), P));
}

function addSquare(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return residue(tf.add(x, tf.square(y)));
}

function mix({ a, b }: Pair): Pair {
  const first = addSquare(tf.add(a, 1), b);
  const second = addSquare(tf.add(b, 2), first);
  return { a: addSquare(first, second), b: second };
}

/** Takes an integer in [0, 2^24) into the pair, all of its bits: its digits to the base P. */
function absorb({ a, b }: Pair, value: tf.Tensor): Pair {
  const integer = tf.cast(value, 'float32');
  const quotient = tf.floor(tf.div(integer, P));
  const low = tf.sub(integer, tf.mul(quotient, P));
  const first = mix({ a: residue(tf.add(a, low)), b });
  return mix({ a: residue(tf.add(first.a, quotient)), b: residue(tf.add(first.b, tf.floor(tf.div(quotient, P)))) });
}

/** One pair for each index below `size`, other than the same indices of another `domain` have. */
function indexPair({ a, b }: Pair, size: number, domain: number): Pair {
  const index = tf.range(0, size, 1, 'float32');
  const quotient = tf.floor(tf.div(index, P));
  const digit = tf.sub(index, tf.mul(quotient, P));
  const start = mix({ a: residue(tf.add(a, domain)), b });
  return mix({ a: residue(tf.add(start.a, digit)), b: residue(tf.add(start.b, quotient)) });
}

/** A name as a pair: its 32-bit FNV-1a hash, modulo P², to the base P. */
function purposePair(purpose: string): Pair {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(purpose)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return { a: tf.scalar(hash % P), b: tf.scalar(Math.floor(hash / P) % P) };
}
