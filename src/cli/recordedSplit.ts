import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageFolder } from '../data/imageFolder.js';
import type { ImageFolderOptions } from '../data/imageFolderOptions.js';
import { readManifest } from '../data/readManifest.js';
import { expectedGot } from '../errors.js';
import { resolveModelPath } from '../io/modelPath.js';

/** The sides of a split, as `--split` takes them. */
export const SPLIT_SIDES = ['train', 'validation'] as const;
export type SplitSide = (typeof SPLIT_SIDES)[number];

/** The file beside a model that records its split. */
export const MANIFEST_FILE = 'manifest.json';

const besideModel = async (model: string): Promise<string> =>
  join((await resolveModelPath('inception evaluate', model, { access: 'read' })).folder, MANIFEST_FILE);

const statusOf = (path: string) => stat(path).catch(() => undefined);

/** What `imageFolder` is to read. */
export interface MeasuredPictures {
  readonly path: string;
  readonly options: Pick<ImageFolderOptions, 'directory' | 'side'>;
}

/** What to read for a measurement: all of the data, or the pictures of one side of the model's split where they lie in the data now. */
export async function measuredPictures(model: string, data: string, split: SplitSide | undefined): Promise<MeasuredPictures> {
  if (split === undefined) return { path: data, options: { side: 'all' } };
  const path = await besideModel(model);
  if (!(await statusOf(path))?.isFile()) {
    const advice = 'Train again, or leave out --split and give pictures that were not trained on.';
    throw expectedGot('NOT_FOUND', '--split', 'the split that inception train records beside a model', `no ${path}`, advice);
  }
  const target = await statusOf(data);
  if (!target) throw expectedGot('NOT_FOUND', 'inception evaluate', 'a folder or a manifest', data, 'Check the path.');
  return { path, options: { directory: target.isDirectory() ? data : dirname(data), side: split } };
}

/** Says on standard error how much of a recorded side the figures leave out, because it is gone or no longer what it was. */
export function reportMissing({ unreadable, train }: ImageFolder, split: SplitSide): void {
  if (unreadable.length === 0) return;
  const all = unreadable.length + train.count;
  process.stderr.write(`note: ${unreadable.length} of the ${all} pictures of the ${split} side are missing or changed; the figures are of the other ${train.count}\n`); // prettier-ignore
}

/**
 * Says on standard error how many of the pictures the model was trained on, if the split beside it tells: by SHA-256 where both sides have
 * one, otherwise by name.
 */
export async function reportTrainedOn(model: string, { train }: ImageFolder): Promise<void> {
  // A file of that name may be another program's.
  const read = await readManifest(await besideModel(model)).catch(() => undefined);
  if (!read) return;
  const { pictures } = read.manifest;
  const trained = pictures.filter(({ split }) => split === 'train');
  const hashes = new Set(trained.map(({ sha256 }) => sha256));
  const names = new Set(trained.filter(({ sha256 }) => sha256 === undefined).map(({ path }) => path));
  const met = train.manifest?.().filter(({ name, sha256 }) => (sha256 !== undefined && hashes.has(sha256)) || names.has(name)) ?? [];
  if (met.length === 0) return;
  const advice = trained.length < pictures.length ? '; --split validation measures the others' : '';
  process.stderr.write(`note: ${met.length} of ${train.count} pictures were trained on${advice}\n`);
}
