import { join } from 'node:path';
import sharp from 'sharp';
import { checkNotEmpty, checkSameClasses, checkTwoClasses } from './classFolders.js';
import { findPictures, type FoundPictures } from './findPictures.js';
import { mapConcurrently } from './mapConcurrently.js';

/** Files whose header is read; the median of so many is the folder's to within a few percent. */
const SAMPLE = 64;

/** What a folder of class folders holds, at a glance. */
export interface FolderGlance {
  readonly classes: readonly string[];
  /** Picture files to learn from; some may prove unreadable. */
  readonly pictures: number;
  /** Picture files that will be held out. */
  readonly heldOut: number;
  /** Median shorter side in pixels of a sample of the pictures; 0 if none of the sample could be read. */
  readonly shorterSide: number;
  /** Median width over height of the sample, upright; 1 if none could be read. */
  readonly aspect: number;
}

/**
 * Classes, number of pictures, their typical size and shape, from file names and the headers of a few files: what one needs to know to
 * choose a network, in well under a second.
 *
 * @param validation What will be held out: a share of each class, or a folder.
 * @throws InceptionError as `imageFolder`, for everything that file names show: `NOT_FOUND`, `EMPTY_DATASET`, `INVALID_ARGUMENT`.
 */
export async function glanceAtFolder(directory: string, validation: number | string = 0): Promise<FolderGlance> {
  const found = await findPictures('imageFolder.directory', directory);
  checkTwoClasses(directory, found);
  checkFilled(directory, found);
  const files = filesOf(directory, found);
  const heldOut = typeof validation === 'number' ? Math.round(files.length * validation) : await countHeldOut(found, validation);
  const every = Math.max(1, Math.floor(files.length / SAMPLE));
  const sample = files.filter((_file, index) => index % every === 0).slice(0, SAMPLE);
  const sizes = (await mapConcurrently(sample, 8, sizeOf)).filter(({ width, height }) => width > 0 && height > 0);
  return {
    classes: found.classes,
    pictures: Math.max(1, typeof validation === 'number' ? files.length - heldOut : files.length),
    heldOut,
    shorterSide: median(sizes.map(({ width, height }) => Math.min(width, height))) ?? 0,
    aspect: median(sizes.map(({ width, height }) => width / height)) ?? 1,
  };
}

async function countHeldOut(training: FoundPictures, directory: string): Promise<number> {
  const found = await findPictures('imageFolder.validation', directory);
  checkSameClasses(training, found);
  checkFilled(directory, found);
  return filesOf(directory, found).length;
}

function checkFilled(directory: string, found: FoundPictures): void {
  const pictures = found.names.flatMap((names, label) => names.map((name) => ({ name, label, source: { path: name } })));
  checkNotEmpty(directory, found, pictures, found.unreadable, false);
}

const filesOf = (directory: string, { classes, names }: FoundPictures): string[] =>
  names.flatMap((ofClass, label) => ofClass.map((name) => join(directory, classes[label], name)));

const median = (values: number[]): number | undefined => values.sort((a, b) => a - b)[values.length >> 1];

/** Upright, as `imageFolder` decodes it. */
async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(file)
    .metadata()
    .catch(() => ({ autoOrient: { width: 0, height: 0 } }));
  return autoOrient;
}
