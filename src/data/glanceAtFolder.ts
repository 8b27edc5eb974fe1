import { join } from 'node:path';
import sharp from 'sharp';
import { findPictures } from './findPictures.js';
import { mapConcurrently } from './mapConcurrently.js';

/** Files whose header is read; the median of so many is the folder's to within a few percent. */
const SAMPLE = 64;

/** What a folder of class folders holds, at a glance. */
export interface FolderGlance {
  readonly classes: readonly string[];
  /** Picture files in all; some may prove unreadable. */
  readonly pictures: number;
  /** Median shorter side in pixels of a sample of them; 0 if none of the sample could be read. */
  readonly shorterSide: number;
}

/**
 * Classes, number of pictures and their typical size, from file names and the headers of a few files: what one needs to know to choose a
 * network, in well under a second.
 *
 * @throws InceptionError `NOT_FOUND`, `EMPTY_DATASET` as `imageFolder`.
 */
export async function glanceAtFolder(directory: string): Promise<FolderGlance> {
  const { classes, names } = await findPictures('imageFolder', directory);
  const files = names.flatMap((ofClass, label) => ofClass.map((name) => join(directory, classes[label], name)));
  const every = Math.max(1, Math.floor(files.length / SAMPLE));
  const sample = files.filter((_file, index) => index % every === 0).slice(0, SAMPLE);
  const sides = (await mapConcurrently(sample, 8, shorterSide)).filter((side) => side > 0).sort((a, b) => a - b);
  return { classes, pictures: files.length, shorterSide: sides[sides.length >> 1] ?? 0 };
}

async function shorterSide(file: string): Promise<number> {
  const { width, height } = await sharp(file)
    .metadata()
    .catch(() => ({ width: 0, height: 0 }));
  return Math.min(width, height);
}
