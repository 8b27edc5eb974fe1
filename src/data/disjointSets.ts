/** Which of `count` things belong together, told pair by pair. */
export class DisjointSets {
  private readonly above: Int32Array;

  constructor(count: number) {
    this.above = Int32Array.from({ length: count }, (_, item) => item);
  }

  /** The representative of an item's set: the same for all that belong together. */
  find(item: number): number {
    const { above } = this;
    let root = item;
    while (above[root] !== root) root = above[root] = above[above[root]];
    return root;
  }

  join(one: number, other: number): void {
    const [a, b] = [this.find(one), this.find(other)];
    this.above[Math.max(a, b)] = Math.min(a, b);
  }

  /** The sets of two items or more, each in ascending order, by their first item. */
  groups(): number[][] {
    const byRoot = new Map<number, number[]>();
    this.above.forEach((_, item) => {
      const root = this.find(item);
      const group = byRoot.get(root);
      if (group) group.push(item);
      else byRoot.set(root, [item]);
    });
    return [...byRoot.values()].filter(({ length }) => length > 1);
  }
}
