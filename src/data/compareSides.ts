import { expectedGot } from '../errors.js';
import { duplicateReport, findDuplicates, sharedPictures, type DuplicateReport, type FingerprintedPicture } from './duplicateReport.js';
import type { Side } from './foundPictures.js';
import type { LabelledPicture } from './pictureDataset.js';

/** Both sides of a folder, and what they share. */
export interface ComparedSides {
  readonly sides: Readonly<Record<Side, readonly LabelledPicture[]>>;
  /** `undefined` if the files were not read. */
  readonly duplicates: DuplicateReport | undefined;
}

/**
 * Finds the pictures that are there more than once, and with `'drop'` leaves out of training those that are held out too.
 *
 * @throws InceptionError `EMPTY_DATASET` if nothing of a class would be left to learn from.
 */
export function compareSides(
  sides: Readonly<Record<Side, readonly LabelledPicture[]>>,
  classes: readonly string[],
  duplicates: 'report' | 'drop',
): ComparedSides {
  const pictures: FingerprintedPicture[] = [];
  for (const side of ['train', 'validation'] as const) {
    for (const { name, label, fingerprint } of sides[side]) {
      if (!fingerprint) return { sides, duplicates: undefined };
      pictures.push({ name, label: classes[label], side, fingerprint });
    }
  }
  const found = findDuplicates(pictures);
  const copies = duplicates === 'drop' ? sharedPictures(pictures, found, 'train') : new Set<number>();
  // Training pictures come first, so that their positions are those on their side.
  const train = sides.train.filter((_, at) => !copies.has(at));
  const left = new Set(train.map(({ label }) => label));
  const lost = sides.train.find(({ label }) => !left.has(label));
  if (lost) {
    const advice = "Give other pictures, or keep them with duplicates: 'report'.";
    const got = `nothing but copies of held-out pictures in ${classes[lost.label]}`;
    throw expectedGot('EMPTY_DATASET', 'imageFolder.duplicates', 'pictures of every class that are not held out', got, advice);
  }
  return { sides: { ...sides, train }, duplicates: duplicateReport(pictures, found, copies.size) };
}
