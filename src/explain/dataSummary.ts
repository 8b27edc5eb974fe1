import { resolve } from 'node:path';
import { readImage } from '../inference/readImage.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import type { DataSummary } from './dataSection.js';
import type { DuplicateGroup, DuplicateReport, ShownDuplicates } from './duplicatesPart.js';
import type { ReportPicture } from './pictureUri.js';

type Folder = TrainedFolder['folder'];

/** How many groups of duplicates are shown, and how many pictures of each. */
const SHOWN_GROUPS = 6;
const SHOWN_PICTURES = 4;

/** Side in pixels of a duplicate that is shown. */
const SIDE = 96;

/** What a folder holds, as a report tells it; the gravest duplicates are read once more, to be looked at. */
export async function dataSummary(folder: Folder): Promise<DataSummary> {
  const { train, validation, classes, balance, unreadable, ignored, duplicates } = folder;
  return {
    ...{ classes, train: train.classCounts, validation: validation.classCounts, balance, unreadable, ignored },
    ...(duplicates && { duplicates: { report: duplicates, shown: await shownDuplicates(folder, duplicates) } }),
  };
}

/** Conflicts of labels first, then what is on both sides; what is neither does no harm that a reader must see. */
async function shownDuplicates(folder: Folder, { exact, near }: DuplicateReport): Promise<ShownDuplicates[]> {
  const all = [
    ...exact.groups.map((group) => ({ kind: 'exact' as const, group })),
    ...near.groups.map((group) => ({ kind: 'near' as const, group })),
  ].filter(({ group }) => group.acrossClasses || group.acrossSplit);
  const gravest = all.sort((a, b) => gravity(b.group) - gravity(a.group)).slice(0, SHOWN_GROUPS);
  return Promise.all(gravest.map(async ({ kind, group }) => {
    const members = telling(group);
    return { kind, group: { ...group, pictures: members }, pictures: await Promise.all(members.map((member) => pictureOf(folder, member))) };
  })); // prettier-ignore
}

const gravity = ({ acrossClasses, acrossSplit }: DuplicateGroup): number => 2 * Number(acrossClasses) + Number(acrossSplit);

/** Of a large group those that show what is wrong with it: one of each class and side first. */
function telling({ pictures }: DuplicateGroup): DuplicateGroup['pictures'] {
  const kinds = new Set<string>();
  const isFirst = pictures.map(({ label, side }) => {
    const kind = JSON.stringify([label, side]);
    return !kinds.has(kind) && kinds.add(kind) !== undefined;
  });
  const [first, others] = [true, false].map((wanted) => pictures.filter((_, index) => isFirst[index] === wanted));
  return [...first, ...others].slice(0, SHOWN_PICTURES);
}

/** The whole width or height of a picture's middle; nothing where the file has gone since. */
async function pictureOf(folder: Folder, { name, side }: DuplicateGroup['pictures'][number]): Promise<ReportPicture | undefined> {
  const directory = side === 'train' ? folder.directory : (folder.validationDirectory ?? folder.directory);
  try {
    const pixels = await readImage('dataSummary', resolve(directory, name), { size: [SIDE, SIDE], cropFraction: 1 });
    return { pixels: Uint8Array.from(pixels), height: SIDE, width: SIDE };
  } catch {
    return undefined;
  }
}
