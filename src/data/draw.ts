import { uniform } from './random.js';

/** A draw's coordinates: which picture, in which epoch, of which seed. */
export interface Draw {
  readonly seed: number;
  readonly epoch: number;
  readonly index: number;
  /** How often the epoch has had this picture before. Default 0; more only where sampling repeats pictures. */
  readonly occurrence?: number;
}

/**
 * A number drawn evenly from `low` ≤ x < `high`.
 *
 * @param purpose One of `PURPOSE`.
 * @param attempt Counts the draws for one purpose.
 */
export function between(draw: Draw, purpose: number, low: number, high: number, attempt = 0): number {
  const { seed, epoch, index, occurrence = 0 } = draw;
  const counters = [epoch, index, purpose, attempt];
  // A first occurrence is hashed without its number, as it was before there were others: recorded results depend on it.
  if (occurrence > 0) counters.push(occurrence);
  return low + (high - low) * uniform(seed, ...counters);
}
