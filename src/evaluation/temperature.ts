import { logSoftmax } from './metrics.js';

/** Temperatures outside 1/20 … 20 say only that there was too little to fit on. */
const LOWEST = 1 / 20;
const HIGHEST = 20;

/** Newton's method needs fewer than ten steps; halving the interval, which it falls back on, needs this many for every bit. */
const MOST_STEPS = 100;

const TOLERANCE = 1e-12;

/** How the mean loss changes with the inverse temperature `β`: its first derivative, and its second, which is never negative. */
function derivatives(rows: readonly Float64Array[], labels: ArrayLike<number>, beta: number): { slope: number; curvature: number } {
  let [slope, curvature] = [0, 0];
  rows.forEach((row, picture) => {
    const highest = Math.max(...row);
    let [sum, mean, square] = [0, 0, 0];
    for (const value of row) {
      const weight = Math.exp(beta * (value - highest));
      sum += weight;
      mean += weight * value;
      square += weight * value * value;
    }
    mean /= sum;
    slope += mean - row[labels[picture]];
    curvature += square / sum - mean * mean;
  });
  return { slope, curvature };
}

/**
 * The temperature that makes a classifier's answers likeliest: above 1 it was too sure, below 1 not sure enough. Accuracy does not depend
 * on it.
 *
 * The loss is convex in the inverse temperature, so there is one minimum; it is found by Newton's method within 1/20 … 20.
 *
 * @param rows Log-probabilities, one row per picture; at least one.
 * @see Guo et al. 2017, arXiv:1706.04599, §4.2, temperature scaling.
 */
export function fitTemperature(rows: readonly Float64Array[], labels: ArrayLike<number>): number {
  let [low, high] = [1 / HIGHEST, 1 / LOWEST];
  if (derivatives(rows, labels, low).slope >= 0) return HIGHEST;
  if (derivatives(rows, labels, high).slope <= 0) return LOWEST;
  let beta = 1;
  for (let step = 0; step < MOST_STEPS && high - low > TOLERANCE; step++) {
    const { slope, curvature } = derivatives(rows, labels, beta);
    if (slope > 0) high = beta;
    else low = beta;
    const newton = beta - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - beta) <= TOLERANCE * beta) return 1 / next;
    beta = next;
  }
  return 1 / beta;
}

/** A row of log-probabilities at a temperature. */
export const atTemperature = (row: Float64Array, temperature: number): Float64Array => logSoftmax(row.map((value) => value / temperature));
