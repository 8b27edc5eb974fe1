import sharp from 'sharp';
import { checkNotEmpty } from './classFolders.js';
import { findSides } from './findSides.js';
import type { FoundPicture, FoundPictures } from './foundPictures.js';
import { mapConcurrently } from './mapConcurrently.js';

/** Files whose header is read; the median of so many is the folder's to within a few percent. */
const SAMPLE = 64;

/** What a folder of class folders or a manifest holds, at a glance. */
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
 * @param path A folder of class folders, or a manifest.
 * @param validation What will be held out: a share of each class, or a folder or manifest. Default: what a manifest records, otherwise none.
 * @throws InceptionError as `imageFolder`, for everything that file names show: `NOT_FOUND`, `EMPTY_DATASET`, `INVALID_ARGUMENT`.
 */
export async function glanceAtFolder(path: string, validation?: number | string): Promise<FolderGlance> {
  const { training, heldOut } = await findSides(path, { validation });
  checkFilled(path, training);
  if (heldOut) checkFilled(validation as string, heldOut);
  const files = training.pictures.flat();
  const every = Math.max(1, Math.floor(files.length / SAMPLE));
  const sample = files.filter((_file, index) => index % every === 0).slice(0, SAMPLE);
  const sizes = (await mapConcurrently(sample, 8, sizeOf)).filter(({ width, height }) => width > 0 && height > 0);
  const divided = typeof validation === 'number' ? Math.round(files.length * validation) : countHeldOut(training);
  return {
    classes: training.classes,
    pictures: Math.max(1, files.length - divided),
    heldOut: heldOut?.pictures.flat().length ?? divided,
    shorterSide: median(sizes.map(({ width, height }) => Math.min(width, height))) ?? 0,
    aspect: median(sizes.map(({ width, height }) => width / height)) ?? 1,
  };
}

/** How many of a manifest's pictures are held out by its own account. */
function countHeldOut({ isSplit, pictures }: FoundPictures): number {
  return isSplit ? pictures.flat().filter(({ side }) => side === 'validation').length : 0;
}

function checkFilled(path: string, found: FoundPictures): void {
  checkNotEmpty(
    path,
    found,
    found.pictures.flatMap((list, label) => list.map(() => ({ label }))),
    [],
    false,
  );
}

const median = (values: number[]): number | undefined => values.sort((a, b) => a - b)[values.length >> 1];

/** Upright, as `imageFolder` decodes it. */
async function sizeOf({ path }: FoundPicture): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(path)
    .metadata()
    .catch(() => ({ autoOrient: { width: 0, height: 0 } }));
  return autoOrient;
}
