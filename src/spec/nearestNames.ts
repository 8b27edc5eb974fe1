// More letters than a name has.
const FAR = 1_000;

/** The fewest letters to put in, take out or replace that make one word of another (Levenshtein's distance). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}

/** The names most like one that nobody has: those that hold it, or that it holds, and then by the letters that differ, of either case. */
export function nearestNames(sought: string, names: readonly string[], count = 4): string[] {
  const distanceOf = (name: string): number => {
    const [a, b] = [sought, name].map((text) => text.toLowerCase());
    return editDistance(a, b) + (a.includes(b) || b.includes(a) ? 0 : FAR);
  };
  return names
    .map((name) => ({ name, distance: distanceOf(name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}
