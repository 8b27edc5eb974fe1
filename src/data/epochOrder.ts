import { PURPOSE, uniform } from './random.js';

/**
 * Shuffles in place, after Fisher and Yates.
 *
 * @param draw A number 0 ≤ u < 1 for a position: what takes it is drawn from all that is before it and itself.
 */
export function shuffle(order: Int32Array, draw: (position: number) => number): Int32Array {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(draw(last) * (last + 1));
    const moved = order[last];
    order[last] = order[other];
    order[other] = moved;
  }
  return order;
}

/** The numbers from 0 to `count` − 1. */
export const inSequence = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

/**
 * Puts an epoch's pictures into its order: a shuffle whose every draw is a function of (seed, epoch, position).
 *
 * @param pictures Changed in place.
 */
export function shuffleEpoch(pictures: Int32Array, seed: number, epoch: number): Int32Array {
  return shuffle(pictures, (position) => uniform(seed, epoch, position, PURPOSE.order));
}

/**
 * The order in which an epoch visits the pictures, each once.
 *
 * @returns Each index 0 ≤ index < `count` once.
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return shuffleEpoch(inSequence(count), seed, epoch);
}

/** For each position of an order, how often its picture came before. */
export function occurrencesIn(order: Int32Array, count: number): Int32Array {
  const met = new Int32Array(count);
  return order.map((index) => met[index]++);
}
