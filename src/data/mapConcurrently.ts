/**
 * Runs `work` over the items, at most `lanes` at once.
 *
 * @returns The results in the items' order.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, position: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let position = next++; position < items.length; position = next++) results[position] = await work(items[position], position);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
