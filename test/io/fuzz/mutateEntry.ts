import { unzipSync, zipSync } from 'fflate';
import { mutate, type MutationKind } from './mutations.js';

/** A zip archive with one thing done to one of its entries, and the checksums right again: what is in it is read, not its damage noticed. */
export function mutateEntry(kind: MutationKind, bytes: Uint8Array, random: () => number, other: Uint8Array): Uint8Array {
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  const name = names[Math.floor(random() * names.length)];
  return zipSync({ ...entries, [name]: mutate(kind, entries[name], random, other) }, { level: 0 });
}
