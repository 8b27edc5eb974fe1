import { posix, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { ImageDataset } from './dataset.js';
import type { Side } from './foundPictures.js';

/** A picture as a manifest lists it. */
export const manifestPicture = z.strictObject({
  path: z.string('a path').min(1, 'a path'),
  label: z.string('the name of a class').min(1, 'the name of a class'),
  split: z.enum(['train', 'validation'], "'train' or 'validation'").optional(),
  sha256: z
    .string('64 hexadecimal digits')
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits')
    .optional(),
});

/** The layout of a `manifest.json`. */
export const datasetManifestSchema = z.strictObject(
  {
    version: z.literal(1, '1'),
    classes: z.array(z.string('the name of a class').min(1, 'the name of a class'), 'a list of class names').optional(),
    pictures: z.array(manifestPicture, 'a list of pictures'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'an object with version and pictures' : undefined) },
);

/** See {@link manifestPicture}. */
export type ManifestPicture = z.infer<typeof manifestPicture>;

/**
 * A list of pictures with their classes, and with the side each is on where it records a split. Paths are relative to the manifest's folder
 * (or to the `directory` given to `imageFolder`), or absolute, with `/` between their parts.
 */
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** What {@link datasetManifest} lists: an `ImageFolder`, or two datasets. */
export interface ManifestSubject {
  readonly train: ImageDataset;
  readonly validation?: ImageDataset | undefined;
  /** Where the names of `train` begin. */
  readonly directory?: string;
  /** Where the names of `validation` begin, if elsewhere. */
  readonly validationDirectory?: string | undefined;
}

/** How names that begin in one folder are written from another. */
function rebase(from: string | undefined, to: string | undefined): (name: string) => string {
  if (from === undefined || to === undefined) return (name) => name;
  const way = relative(resolve(to), resolve(from)).split(sep).join('/');
  return way === '' ? (name) => name : (name) => (posix.isAbsolute(name) ? name : posix.join(way, name));
}

/**
 * The record of a split: which pictures are learned from and which are held out, in the order of the datasets.
 *
 * @returns What `imageFolder` reads as a manifest: paths relative to `directory`, SHA-256 where the files were read beforehand. `undefined`
 * if the pictures have no paths (they came from memory), or if paths on both sides are alike and nobody said where they begin.
 * @example
 * ```ts
 * const folder = await imageFolder('photos', { size: 128, validation: 0.2 });
 * await writeManifest('model/manifest.json', datasetManifest(folder)!);
 * const again = await imageFolder('model/manifest.json', { size: 128, directory: 'photos' }); // the same split
 * ```
 */
export function datasetManifest({ train, validation, directory, validationDirectory }: ManifestSubject): DatasetManifest | undefined {
  const sides: [Side, ImageDataset, (name: string) => string][] = [['train', train, (name) => name]];
  if (validation) sides.push(['validation', validation, rebase(validationDirectory, directory)]);
  const pictures: ManifestPicture[] = [];
  const paths = new Set<string>();
  for (const [split, dataset, pathOf] of sides) {
    const records = dataset.manifest?.();
    if (!records) return undefined;
    for (const { name, label, sha256 } of records) {
      const path = pathOf(name);
      if (paths.has(path)) return undefined;
      paths.add(path);
      pictures.push({ path, label, split, ...(sha256 === undefined ? {} : { sha256 }) });
    }
  }
  return { version: 1, classes: [...train.classes], pictures };
}
