import { PURPOSE, uniform } from './random.js';

/**
 * The order in which an epoch visits the pictures: a Fisher–Yates shuffle whose every draw is a function of (seed, epoch, position).
 *
 * @returns Each index 0 ≤ index < `count` once.
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform(seed, epoch, last, PURPOSE.order) * (last + 1));
    const moved = order[last];
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
