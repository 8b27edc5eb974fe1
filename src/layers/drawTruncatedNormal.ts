import { Alea } from './alea.js';

/** Looked up once: in a realm made by `vm`, as jest's are, a global costs more each time than the rest of a value. */
const { log, sqrt } = Math;

/** What {@link drawTruncatedNormal} draws from. */
export interface TruncatedNormal {
  readonly mean: number;
  /** Of the normal distribution, before it is cut: 1.1368 times that of what is drawn. */
  readonly stddev: number;
  /** @default a seed drawn by Math.random */
  readonly seed?: number;
}

/**
 * Numbers from a normal distribution without what lies more than two standard deviations from its mean: those of `tf.truncatedNormal`, bit
 * for bit, in less than their time.
 *
 * @param count How many.
 * @see Marsaglia & Bray 1964, "A convenient method for generating normal variables": two normal numbers from a point in the unit circle.
 */
export function drawTruncatedNormal(count: number, { mean, stddev, seed = Math.random() }: TruncatedNormal): Float32Array {
  const values = new Float32Array(count);
  const random = new Alea(String(seed));
  const [lowest, highest] = [mean - stddev * 2, mean + stddev * 2];
  let drawn = 0;
  while (drawn < count) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const stretch = sqrt((-2 * log(square)) / square);
    const first = mean + stddev * x * stretch;
    if (first < lowest || first > highest) continue;
    values[drawn++] = first;
    const second = mean + stddev * y * stretch;
    // Past the end of a typed array nothing is written.
    if (second >= lowest && second <= highest) values[drawn++] = second;
  }
  return values;
}
