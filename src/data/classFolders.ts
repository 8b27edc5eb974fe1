import { join, sep } from 'node:path';
import { expectedGot, InceptionError } from '../errors.js';
import type { FoundPictures, UnreadableFile } from './findPictures.js';
import type { LabelledPicture } from './pictureDataset.js';

/** The found classes in the order asked for; one that nobody asked for is an error. */
export function inOrder(directory: string, found: FoundPictures, classes: readonly string[] | undefined): FoundPictures {
  if (!classes) return found;
  const unknown = found.classes.filter((name) => !classes.includes(name));
  if (unknown.length > 0) {
    throw expectedGot(
      'INVALID_ARGUMENT',
      `imageFolder('${directory}')`,
      `folders named after the classes ${classes.join(', ')}`,
      unknown,
      'Rename or remove these folders.',
    );
  }
  return { ...found, classes: [...classes], names: classes.map((name) => found.names[found.classes.indexOf(name)] ?? []) };
}

/** @throws InceptionError `EMPTY_DATASET` if there is only one class to tell apart. */
export function checkTwoClasses(directory: string, { classes }: FoundPictures): void {
  if (classes.length > 1) return;
  const advice = 'Add a folder with pictures of something else.';
  throw expectedGot('EMPTY_DATASET', `imageFolder('${directory}')`, 'two class folders or more', classes, advice);
}

/** @throws InceptionError `INVALID_ARGUMENT` unless both folders have the same class folders. */
export function checkSameClasses(training: FoundPictures, validation: FoundPictures): void {
  const missing = training.classes.filter((name) => !validation.classes.includes(name));
  const unknown = validation.classes.filter((name) => !training.classes.includes(name));
  if (missing.length + unknown.length === 0) return;
  const differences = [...missing.map((name) => `\n  - ${name}`), ...unknown.map((name) => `\n  + ${name}`)].join('');
  throw new InceptionError(
    'INVALID_ARGUMENT',
    `imageFolder.validation: expected the training folder's class folders, got others (- missing, + unknown):${differences}\nName the folders alike on both sides.`,
  );
}

/** @throws InceptionError `EMPTY_DATASET` if a class folder, or with `classes` given the whole folder, has nothing to read. */
export function checkNotEmpty(
  directory: string,
  found: FoundPictures,
  pictures: readonly LabelledPicture[],
  unreadable: readonly UnreadableFile[],
  mayMiss: boolean,
): void {
  const met = new Set(pictures.map(({ label }) => label));
  const empty = found.classes.filter((_, label) => !met.has(label));
  if (mayMiss ? met.size > 0 : empty.length === 0) return;
  const of = unreadable.filter(({ path }) => empty.some((name) => path.startsWith(join(directory, name) + sep)));
  const advice =
    of.length > 0 ? `${of.length} could not be read; the first, ${of[0].path}: ${of[0].reason}` : 'Add pictures or remove the folder.';
  throw expectedGot(
    'EMPTY_DATASET',
    `imageFolder('${directory}')`,
    'a readable picture in every class folder',
    `none in ${empty.join(', ')}`,
    advice,
  );
}
