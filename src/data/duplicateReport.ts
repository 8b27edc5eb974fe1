import type { Fingerprint } from './fingerprint.js';
import type { Side } from './foundPictures.js';
import { nearDuplicates } from './nearDuplicates.js';

/** Groups listed of each kind, and pictures listed of each group; all are counted. */
const LISTED = 100;

/** A picture that has a duplicate. */
export interface DuplicatePicture {
  /** As `nameOf` gives it on its side. */
  readonly name: string;
  /** The name of its class. */
  readonly label: string;
  readonly side: Side;
}

/** Pictures that are one and the same. */
export interface DuplicateGroup {
  /** The first hundred. */
  readonly pictures: readonly DuplicatePicture[];
  /** How many there are. */
  readonly count: number;
  /** Whether some are learned from and some held out. */
  readonly acrossSplit: boolean;
  /** Whether they are of several classes: a conflict of labels. */
  readonly acrossClasses: boolean;
}

/** The duplicates of one kind. */
export interface Duplicates {
  /** The first hundred: those of several classes, then those on both sides, then the others. */
  readonly groups: readonly DuplicateGroup[];
  /** How many groups there are. */
  readonly count: number;
  /** How many groups have pictures on both sides. */
  readonly acrossSplit: number;
  /** How many groups have several classes. */
  readonly acrossClasses: number;
  /** How many groups are of one class and one side. */
  readonly alone: number;
  /** How many held-out pictures have a duplicate among the training pictures. */
  readonly heldOutInTraining: number;
}

/** Which pictures of a folder are there more than once, before any was left out for it. */
export interface DuplicateReport {
  /** The same bytes. */
  readonly exact: Duplicates;
  /** Pictures that look the same, among them two or more that are not the same bytes. */
  readonly near: Duplicates;
  /** How many held-out pictures have a duplicate of either kind among the training pictures. */
  readonly heldOutInTraining: number;
  /** How many training pictures were left out because they are held out too. */
  readonly dropped: number;
}

/** A picture to compare with others. */
export interface FingerprintedPicture extends DuplicatePicture {
  readonly fingerprint: Fingerprint;
}

/** Groups of positions, and what they mean. */
export interface FoundDuplicates {
  readonly exact: readonly (readonly number[])[];
  readonly near: readonly (readonly number[])[];
}

/** Finds the groups of pictures with the same bytes, and those that look the same. */
export function findDuplicates(pictures: readonly FingerprintedPicture[]): FoundDuplicates {
  const copies = new Map<string, number[]>();
  pictures.forEach(({ fingerprint: { sha256 } }, at) => {
    const same = copies.get(sha256);
    if (same) same.push(at);
    else copies.set(sha256, [at]);
  });
  const files = [...copies.values()];
  const near = nearDuplicates(files.map(([first]) => pictures[first].fingerprint));
  return {
    exact: files.filter(({ length }) => length > 1),
    near: near.map((group) => group.flatMap((file) => files[file]).sort((a, b) => a - b)),
  };
}

/** The positions of pictures of one side that have a duplicate on the other. */
export function sharedPictures(pictures: readonly DuplicatePicture[], { exact, near }: FoundDuplicates, side: Side): Set<number> {
  const isHere = (at: number): boolean => pictures[at].side === side;
  return new Set([...exact, ...near].filter((group) => !group.every(isHere)).flatMap((group) => group.filter(isHere)));
}

function summarize(pictures: readonly DuplicatePicture[], groups: readonly (readonly number[])[]): Duplicates {
  const all = groups.map((positions) => {
    const sides = new Set(positions.map((at) => pictures[at].side));
    const labels = new Set(positions.map((at) => pictures[at].label));
    return { positions, acrossSplit: sides.size > 1, acrossClasses: labels.size > 1 };
  });
  const gravity = ({ acrossSplit, acrossClasses }: { acrossSplit: boolean; acrossClasses: boolean }): number =>
    2 * Number(acrossClasses) + Number(acrossSplit);
  return {
    groups: [...all]
      .sort((a, b) => gravity(b) - gravity(a))
      .slice(0, LISTED)
      .map(({ positions, acrossSplit, acrossClasses }) => ({
        pictures: positions.slice(0, LISTED).map((at) => ({ name: pictures[at].name, label: pictures[at].label, side: pictures[at].side })),
        count: positions.length,
        acrossSplit,
        acrossClasses,
      })),
    count: all.length,
    acrossSplit: all.filter(({ acrossSplit }) => acrossSplit).length,
    acrossClasses: all.filter(({ acrossClasses }) => acrossClasses).length,
    alone: all.filter((group) => gravity(group) === 0).length,
    heldOutInTraining: sharedPictures(pictures, { exact: groups, near: [] }, 'validation').size,
  };
}

/** @param dropped How many training pictures were left out. */
export function duplicateReport(pictures: readonly DuplicatePicture[], found: FoundDuplicates, dropped: number): DuplicateReport {
  return {
    exact: summarize(pictures, found.exact),
    near: summarize(pictures, found.near),
    heldOutInTraining: sharedPictures(pictures, found, 'validation').size,
    dropped,
  };
}
