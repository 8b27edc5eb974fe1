/** As many of a list as wanted, as far apart as they can be. */
export function evenly<Item>(items: readonly Item[], wanted: number): Item[] {
  const taken = Math.min(items.length, wanted);
  return Array.from({ length: taken }, (_, place) => items[Math.floor(((place + 0.5) * items.length) / taken)]);
}
