import { realpath } from 'node:fs/promises';
import { invalidArgument } from '../errors.js';
import { checkOwnPictures, checkSameClasses, checkTwoClasses, inOrder } from './classFolders.js';
import { findPictures } from './findPictures.js';
import type { FoundPictures } from './foundPictures.js';
import type { ImageFolderOptions } from './imageFolderOptions.js';

/** What there is to learn from and to hold out, before a picture has been decoded. */
export interface FoundSides {
  readonly training: FoundPictures;
  /** What `validation` names, if it is a folder or a manifest. */
  readonly heldOut: FoundPictures | undefined;
}

/** @throws InceptionError `INVALID_ARGUMENT` if both paths lead to one place. */
async function checkTwoPlaces(training: string, validation: string): Promise<void> {
  const [one, two] = await Promise.all([training, validation].map((path) => realpath(path).catch(() => undefined)));
  if (one === undefined || one !== two) return;
  const advice = 'A network measured on what it learned from looks better than it is. Give a share, such as 0.2, or another folder.';
  throw invalidArgument('imageFolder.validation', `other pictures than the training folder's`, validation, advice);
}

/**
 * Lists the pictures of both sides, and checks that they can be two sides of one data set.
 *
 * @throws InceptionError `NOT_FOUND`, `EMPTY_DATASET` or `INVALID_ARGUMENT` for what file names show to be wrong.
 */
export async function findSides(
  path: string,
  { validation, classes, directory, side }: Pick<ImageFolderOptions, 'validation' | 'classes' | 'directory' | 'side'>,
): Promise<FoundSides> {
  const other = typeof validation === 'string' ? validation : undefined;
  if (other !== undefined) await checkTwoPlaces(path, other);
  const training = inOrder(path, await findPictures('imageFolder.path', path, { directory, side, except: other }), classes);
  if (training.isSplit && validation !== undefined) {
    const advice = "Leave validation out, or disregard the manifest's split with side: 'all'.";
    throw invalidArgument('imageFolder.validation', `nothing, as ${path} records a split`, validation, advice);
  }
  if (!classes) checkTwoClasses(path, training);
  if (other === undefined) return { training, heldOut: undefined };
  const heldOut = inOrder(other, await findPictures('imageFolder.validation', other), classes);
  if (heldOut.isSplit) {
    throw invalidArgument('imageFolder.validation', 'pictures that are all held out', `${other}, which records a split of its own`);
  }
  checkSameClasses(training, heldOut);
  checkOwnPictures(training, heldOut);
  return { training, heldOut };
}
