import { expectedGot, InceptionError } from '../errors.js';
import type { FoundPictures, UnreadableFile } from './foundPictures.js';

/** The found classes in the order asked for; one that nobody asked for is an error. */
export function inOrder(path: string, found: FoundPictures, classes: readonly string[] | undefined): FoundPictures {
  if (!classes) return found;
  const unknown = found.classes.filter((name) => !classes.includes(name));
  if (unknown.length > 0) {
    throw expectedGot(
      'INVALID_ARGUMENT',
      `imageFolder('${path}')`,
      `folders named after the classes ${classes.join(', ')}`,
      unknown,
      'Rename or remove these folders.',
    );
  }
  const inTheirOrder = <Item>(ofClasses: readonly (readonly Item[])[]): (readonly Item[])[] =>
    classes.map((name) => ofClasses[found.classes.indexOf(name)] ?? []);
  return { ...found, classes, pictures: inTheirOrder(found.pictures), unreadable: inTheirOrder(found.unreadable) };
}

/** @throws InceptionError `EMPTY_DATASET` if there is only one class to tell apart. */
export function checkTwoClasses(path: string, { classes }: FoundPictures): void {
  if (classes.length > 1) return;
  const advice = 'Add a folder with pictures of something else.';
  throw expectedGot('EMPTY_DATASET', `imageFolder('${path}')`, 'two class folders or more', classes, advice);
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

/** @throws InceptionError `INVALID_ARGUMENT` if a class has its training and its held-out pictures in one folder. */
export function checkOwnPictures(training: FoundPictures, validation: FoundPictures): void {
  const shared = validation.realFolders?.find((folder) => training.realFolders?.includes(folder));
  if (shared === undefined) return;
  const advice = 'Remove the link, and hold out other pictures.';
  throw expectedGot('INVALID_ARGUMENT', 'imageFolder.validation', "other folders than the training pictures'", shared, advice);
}

/**
 * @param damaged Files that did not decode.
 * @param mayMiss Whether some classes may have nothing to read.
 * @throws InceptionError `EMPTY_DATASET` if a class, or with `mayMiss` every class, has nothing to read.
 */
export function checkNotEmpty(
  path: string,
  found: FoundPictures,
  pictures: readonly { readonly label: number }[],
  damaged: readonly UnreadableFile[],
  mayMiss: boolean,
): void {
  const met = new Set(pictures.map(({ label }) => label));
  const empty = found.classes.flatMap((_, label) => (met.has(label) ? [] : [label]));
  if (mayMiss ? met.size > 0 : empty.length === 0) return;
  const wanted = new Set(empty.flatMap((label) => found.pictures[label].map((picture) => picture.path)));
  const of = [...empty.flatMap((label) => found.unreadable[label]), ...damaged.filter((file) => wanted.has(file.path))];
  const advice =
    of.length > 0 ? `${of.length} could not be read; the first, ${of[0].path}: ${of[0].reason}` : 'Add pictures or remove the class.';
  throw expectedGot(
    'EMPTY_DATASET',
    `imageFolder('${path}')`,
    'a readable picture in every class',
    `none in ${empty.map((label) => found.classes[label]).join(', ')}`,
    advice,
  );
}
