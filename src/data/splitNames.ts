import { hashText, PURPOSE } from './random.js';

/** What of a name decides its side: its path below the class folder, so that a folder and a manifest of it divide alike. */
const below = (group: string, name: string): string => (name.startsWith(`${group}/`) ? name.slice(group.length + 1) : name);

/**
 * The names of one class that are held out: those with the smallest hashes of (seed, class, name), as many as the fraction asks for,
 * at least one and never all where there are two or more. The order in which the names were found plays no part; a name added to
 * another class changes nothing, one added to this class moves at most one other name in or out.
 *
 * @param group The class, or whatever the names are stratified by. With or without it and a `/` before it, a name has the same hash.
 * @param fraction The share held out, 0 < fraction < 1.
 */
export function heldOutNames(group: string, names: readonly string[], fraction: number, seed: number): Set<string> {
  if (names.length < 2) return new Set();
  const heldOut = Math.min(names.length - 1, Math.max(1, Math.round(names.length * fraction)));
  const ranked = names
    .map((name) => ({ name, rank: hashText(seed, PURPOSE.split, group, below(group, name)) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return new Set(ranked.slice(0, heldOut).map(({ name }) => name));
}
