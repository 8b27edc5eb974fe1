import { isAbsolute, join, posix, sep } from 'node:path';
import { expectedGot, invalidArgument, show } from '../errors.js';
import { byCharacterCode, type FoundPicture, type FoundPictures, type Side, type UnreadableFile } from './foundPictures.js';
import { kindOfFile } from './pictureFormats.js';
import type { ReadManifest } from './readManifest.js';

/** Of a manifest's pictures, those of one side, or all whatever their sides. */
export type ManifestSide = Side | 'all';

export interface ManifestPicturesOptions {
  /** Where relative paths begin. */
  readonly directory: string;
  readonly side?: ManifestSide | undefined;
}

/** A path with `/` between its parts and nothing superfluous, so that one file has one name. */
const nameOf = (path: string): string => posix.normalize(sep === '/' ? path : path.replaceAll(sep, '/'));

/** @throws InceptionError `INVALID_ARGUMENT` if a picture has no side where others have one, or is there twice. */
function checkPictures({ manifest: { pictures }, placeOf }: ReadManifest, names: readonly string[]): void {
  const hasSides = pictures.some(({ split }) => split !== undefined);
  const first = new Map<string, number>();
  pictures.forEach(({ split }, at) => {
    const name = names[at];
    if (hasSides && split === undefined) {
      throw invalidArgument(placeOf(at, 'split'), "'train' or 'validation', as other pictures have it", split, `The picture is ${name}.`);
    }
    const before = first.get(name);
    if (before !== undefined) throw invalidArgument(placeOf(at, 'path'), 'every picture once', name, `See ${placeOf(before, 'path')}.`);
    first.set(name, at);
  });
}

/** The class names, and the label of each picture. */
function classesOf({ path, manifest: { classes, pictures }, placeOf }: ReadManifest): { classes: string[]; labels: number[] } {
  const names = classes ?? [...new Set(pictures.map(({ label }) => label))].sort(byCharacterCode);
  const index = new Map(names.map((name, label) => [name, label]));
  const twice = names.find((name, label) => index.get(name) !== label);
  if (twice !== undefined) throw invalidArgument(`${path}: classes`, 'every class once', twice);
  const labels = pictures.map(({ label }, at) => {
    const found = index.get(label);
    if (found === undefined) throw invalidArgument(placeOf(at, 'label'), `one of the manifest's classes, ${show(names)}`, label);
    return found;
  });
  return { classes: [...names], labels };
}

/**
 * The pictures that a manifest lists, by class. Files are not looked for: one that is missing shows when it is read.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for a picture that is there twice, has a label that `classes` lacks, or no side where others
 * have one; `EMPTY_DATASET` if it lists no picture, or none of the side asked for.
 */
export function manifestPictures(read: ReadManifest, { directory, side }: ManifestPicturesOptions): FoundPictures {
  const names = read.manifest.pictures.map(({ path }) => nameOf(path));
  checkPictures(read, names);
  const { classes, labels } = classesOf(read);
  const pictures = classes.map((): FoundPicture[] => []);
  const unreadable = classes.map((): UnreadableFile[] => []);
  const met = new Set<Side | undefined>();
  read.manifest.pictures.forEach(({ split, sha256 }, at) => {
    if (side !== undefined && side !== 'all' && split !== side) return;
    met.add(split);
    const name = names[at];
    const path = isAbsolute(name) ? name : join(directory, name);
    const file = kindOfFile(name);
    if (file.kind === 'unreadable') unreadable[labels[at]].push({ path, reason: file.reason });
    else pictures[labels[at]].push({ name, path, side: split, sha256: sha256?.toLowerCase() });
  });
  if (met.size === 0) {
    const wanted = side === undefined || side === 'all' ? 'a manifest that lists pictures' : `pictures whose split is '${side}'`;
    throw expectedGot('EMPTY_DATASET', read.path, wanted, 'none', 'Add some.');
  }
  for (const ofClass of pictures) ofClass.sort((a, b) => byCharacterCode(a.name, b.name));
  return { directory, classes, pictures, unreadable, ignored: 0, isSplit: side === undefined && met.has('train') && met.has('validation') };
}
