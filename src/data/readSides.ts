import { expectedGot } from '../errors.js';
import { prepareCacheDirectory } from './cacheDirectory.js';
import { checkNotEmpty } from './classFolders.js';
import { findSides, type FoundSides } from './findSides.js';
import { FolderReader, unreadableError } from './folderReader.js';
import type { Side, UnreadableFile } from './foundPictures.js';
import type { ImageFolderSettings } from './imageFolderOptions.js';
import type { LabelledPicture } from './pictureDataset.js';
import type { PicturePool } from './picturePool.js';

/** The pictures of both sides, read, and what was found where. */
export interface ReadSides extends FoundSides {
  readonly sides: Readonly<Record<Side, LabelledPicture[]>>;
  readonly hasValidation: boolean;
  readonly unreadable: readonly UnreadableFile[];
  readonly ignored: number;
  readonly reader: FolderReader;
}

/** Sorted by path; a file that was met on both sides is listed once. */
function onceEach(files: readonly UnreadableFile[]): UnreadableFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Finds, divides and reads the pictures of both sides. */
export async function readSides(path: string, settings: ImageFolderSettings, pool: PicturePool): Promise<ReadSides> {
  const { validation, onUnreadable, seed, size, cropFraction, augmentation, classes, cacheDirectory } = settings;
  const { training, heldOut } = await findSides(path, settings);
  if (cacheDirectory !== undefined) {
    const folders = [path, ...(typeof validation === 'string' ? [validation] : [])];
    await prepareCacheDirectory('imageFolder.cacheDirectory', cacheDirectory, folders);
  }
  const known = [training, heldOut].flatMap((found) => found?.unreadable.flat() ?? []);
  if (known.length > 0 && onUnreadable === 'fail') throw unreadableError('imageFolder', known);
  const reader = new FolderReader({ ...settings, where: 'imageFolder', pool, preparation: { size, cropFraction, augmentation, seed } });
  const sides = await reader.divide(training, typeof validation === 'number' ? validation : 0, seed);
  if (heldOut) sides.validation = await reader.readAll('validation', heldOut);
  const unreadable = onceEach([...known, ...reader.unreadable]);
  checkNotEmpty(path, training, sides.train, reader.unreadable, classes !== undefined);
  if (heldOut) checkNotEmpty(validation as string, heldOut, sides.validation, reader.unreadable, classes !== undefined);
  const hasValidation = validation !== undefined || training.isSplit;
  if (hasValidation && sides.validation.length === 0) {
    const expected = training.isSplit ? 'a readable picture to hold out' : 'a class with two readable pictures or more to hold one out';
    throw expectedGot('EMPTY_DATASET', 'imageFolder.validation', expected, training.isSplit ? 'none' : 'one in each', 'Add pictures.');
  }
  return { training, heldOut, sides, hasValidation, unreadable, ignored: training.ignored + (heldOut?.ignored ?? 0), reader };
}
