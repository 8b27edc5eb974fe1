/** Which items are wanted, and how many of them are made before they are asked for. */
export interface MakingAhead {
  readonly from: number;
  /** The first that is not wanted. */
  readonly to: number;
  readonly ahead: number;
}

/** The items `from` to `to − 1` in order; the next ones are made while the caller works on one. Leaving the loop early abandons the rest. */
export async function* madeAhead<Item>(
  { from, to, ahead }: MakingAhead,
  make: (position: number) => Promise<Item>,
): AsyncGenerator<Item, void, undefined> {
  const waiting: Promise<Item>[] = [];
  let next = from;
  const request = (wanted: number): void => {
    while (waiting.length < wanted && next < to) {
      const made = make(next++);
      // Nobody awaits it if the caller leaves the loop; its failure is then of no interest.
      made.catch(() => undefined);
      waiting.push(made);
    }
  };
  for (request(ahead + 1); waiting.length > 0; request(ahead + 1)) {
    const item = await waiting.shift()!;
    request(ahead);
    yield item;
  }
}
