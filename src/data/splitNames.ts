import { hashText, PURPOSE } from './random.js';

/**
 * The names of one class that are held out: those with the smallest hashes of (seed, class, name), as many as the fraction asks for,
 * at least one and never all where there are two or more. The order in which the names were found plays no part; a name added to
 * another class changes nothing, one added to this class moves at most one other name in or out.
 *
 * @param group The class, or whatever the names are stratified by.
 * @param fraction The share held out, 0 < fraction < 1.
 * @param keyOf What of a name is hashed. Default: all of it.
 */
export function heldOutNames(
  group: string,
  names: readonly string[],
  fraction: number,
  seed: number,
  keyOf = (name: string): string => name,
): Set<string> {
  if (names.length < 2) return new Set();
  const heldOut = Math.min(names.length - 1, Math.max(1, Math.round(names.length * fraction)));
  const ranked = names
    .map((name) => ({ name, rank: hashText(seed, PURPOSE.split, group, keyOf(name)) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return new Set(ranked.slice(0, heldOut).map(({ name }) => name));
}

/** What of a picture's name decides its side: its path below the class folder, so that a folder and a manifest of it divide alike. */
export const nameBelow =
  (label: string) =>
  (name: string): string =>
    name.startsWith(`${label}/`) ? name.slice(label.length + 1) : name;
