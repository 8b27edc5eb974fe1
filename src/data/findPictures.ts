import { realpath, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { expectedGot, invalidArgument } from '../errors.js';
import type { FoundPictures } from './foundPictures.js';
import { manifestPictures, type ManifestSide } from './manifestPictures.js';
import { readManifest } from './readManifest.js';
import { scanClassFolders } from './scanClassFolders.js';

/** Which pictures {@link findPictures} is after. */
export interface FindOptions {
  /** Where a manifest's relative paths begin. Default: the folder it is in. */
  readonly directory?: string | undefined;
  /** Of a manifest, the pictures of one side only, or all as if no sides were recorded. Default: all with their sides. */
  readonly side?: ManifestSide | undefined;
  /** A folder that is passed over, because its pictures are held out. */
  readonly except?: string | undefined;
}

const ADVICE = 'Give the folder that holds one folder of pictures per class, or a manifest that ends in .json or .csv.';

/**
 * Whether a path that exists is a manifest; otherwise it is a folder.
 *
 * @throws InceptionError `NOT_FOUND` where there is neither, `INVALID_ARGUMENT` for something else than a path.
 */
async function isManifest(where: string, path: string): Promise<boolean> {
  if (typeof path !== 'string' || path === '') throw invalidArgument(where, 'the path of a folder or a manifest', path);
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory()) return false;
  const isNamedSo = ['.json', '.csv'].includes(extname(path).toLowerCase());
  if (target && isNamedSo) return true;
  const advice = target ? ADVICE : 'Check the path; it is taken from the working directory.';
  throw expectedGot('NOT_FOUND', where, isNamedSo ? 'a manifest' : 'a folder', target ? `the file ${path}` : path, advice);
}

/**
 * Lists the pictures of a folder that has one folder per class, of a `manifest.json` or of a `.csv`, without opening any.
 *
 * @param where How an error names the argument.
 * @throws InceptionError `NOT_FOUND` if there is no such folder or file, `EMPTY_DATASET` if it names no pictures, `INVALID_ARGUMENT` for a
 * manifest that breaks its rules, class folders that are a split's, and options that mean nothing here.
 */
export async function findPictures(where: string, path: string, { directory, side, except }: FindOptions = {}): Promise<FoundPictures> {
  if (await isManifest(where, path)) {
    return manifestPictures(await readManifest(path), { directory: directory ?? dirname(path), side });
  }
  if (directory !== undefined) throw invalidArgument('imageFolder.directory', `a manifest to go with it in place of ${path}`, directory);
  if (side !== undefined && side !== 'all')
    throw invalidArgument('imageFolder.side', `a manifest that records sides in place of ${path}`, side);
  const passedOver = except === undefined ? [] : await realpath(except).then((real) => [real], () => []); // prettier-ignore
  return scanClassFolders(where, path, passedOver);
}
