import { shuffle, shuffleEpoch } from './epochOrder.js';
import { PURPOSE, uniform } from './random.js';

/** What {@link balancedOrder} draws from. */
export interface BalancedOrderOptions {
  /** The class index of each picture. */
  readonly labels: ArrayLike<number>;
  readonly seed: number;
  /** Whether pictures come in random order; otherwise in their own, the classes taking turns. */
  readonly shuffled: boolean;
}

/** The pictures of each class that has any. */
function membersOf(labels: ArrayLike<number>): { readonly label: number; readonly indices: Int32Array }[] {
  const members = new Map<number, number[]>();
  for (let index = 0; index < labels.length; index++) {
    const own = members.get(labels[index]);
    if (own) own.push(index);
    else members.set(labels[index], [index]);
  }
  return [...members].sort(([a], [b]) => a - b).map(([label, indices]) => ({ label, indices: Int32Array.from(indices) }));
}

/** One class's endless sequence: all its pictures, again and again, each time in another order. */
function cycling(label: number, indices: Int32Array, { seed, shuffled }: BalancedOrderOptions): (turn: number) => number {
  let cycle = -1;
  let order = indices;
  return (turn) => {
    const wanted = Math.floor(turn / indices.length);
    if (shuffled && wanted !== cycle) {
      cycle = wanted;
      order = shuffle(indices.slice(), (position) => uniform(seed, wanted, position, PURPOSE.classOrder, label));
    }
    return order[turn % indices.length];
  };
}

/**
 * The order of an epoch in which every class is met equally often, to within one: as many positions as there are pictures, so that
 * those of small classes repeat and those of large ones wait for a later epoch. Over any number of epochs from the first, the pictures of
 * a class are met equally often, to within one.
 *
 * The epochs' positions, counted on from the first epoch's first, go to the classes in turn; each class fills its own from its pictures
 * in cycles. An epoch is computed from its number alone, in time proportional to its length.
 *
 * @returns Picture indices; a class without pictures has no part.
 */
export function balancedOrder(options: BalancedOrderOptions, epoch: number): Int32Array {
  const count = options.labels.length;
  const members = membersOf(options.labels);
  const start = epoch * count;
  const order = new Int32Array(count);
  members.forEach(({ label, indices }, place) => {
    const pictureAt = cycling(label, indices, options);
    const taken = start % members.length;
    const first = (place - taken + members.length) % members.length;
    let turn = (start + first - place) / members.length;
    for (let position = first; position < count; position += members.length) order[position] = pictureAt(turn++);
  });
  return options.shuffled ? shuffleEpoch(order, options.seed, epoch) : order;
}
