import { readdir, readFile } from 'node:fs/promises';
import { expectedGot } from '../errors.js';
import { checkWritable } from './checkWritable.js';
import { RECORD_KEY } from './modelRecord.js';
import { resolveModelPath, type ModelPath } from './modelPath.js';
import { isShardName } from './tfjs/shards.js';

/** Where a model is going to be saved. */
export interface SavePlace {
  readonly folder: string;
  /** Whether a model of this package stands there. */
  readonly replaces: boolean;
  /** How that one was trained, as `saveModel` was told. */
  readonly training?: unknown;
}

/**
 * Checks that a model can be saved at a path, before hours are spent on training it. Nothing is left there.
 *
 * @param where How an error names the path, as `'--out'`.
 * @param beside Names of files and folders that may stand there too.
 * @returns The folder; whether a model of this package stands there, which saving will replace; and the record of its training.
 * @throws InceptionError `UNSUPPORTED_FORMAT` for a path of another format than tfjs-layers; `INVALID_ARGUMENT` if the folder holds something else than a
 *   model of this package; `WRITE_FAILED` if it cannot be written to.
 */
export async function checkSavePlace(where: string, path: string, beside: readonly string[] = []): Promise<SavePlace> {
  const place = await resolveModelPath(where, path, { access: 'write' });
  if (place.format !== 'tfjs-layers') {
    const advice = 'A checkpoint and records lie beside what is trained: train into a folder, then `inception convert` it.';
    throw expectedGot('UNSUPPORTED_FORMAT', where, 'a folder', path, advice);
  }
  await checkWritable(where, place.folder);
  const { folder } = place;
  const saved = await ownMetadata(place);
  if (saved) return { folder, replaces: true, training: saved.training };
  const names = (await readdir(place.folder).catch((): string[] => [])).filter((name) => !isUnnoticed(name) && !beside.includes(name));
  if (names.length === 0) return { folder, replaces: false };
  const rest = names.length > 1 ? ` and ${names.length - 1} more` : '';
  const got = `${path} with ${names[0]}${rest} in it`;
  throw expectedGot('INVALID_ARGUMENT', where, 'a new or empty folder, or one that a model was saved in', got, 'Choose another path.');
}

/** Hidden files, and the weight files of a save that was killed. */
const isUnnoticed = (name: string): boolean => name.startsWith('.') || isShardName(name);

/** What this package saved with the model that stands there. */
async function ownMetadata({ file }: ModelPath): Promise<{ readonly training?: unknown } | undefined> {
  try {
    const { userDefinedMetadata } = JSON.parse(await readFile(file, 'utf8')) as { userDefinedMetadata?: Record<string, object> };
    return userDefinedMetadata?.[RECORD_KEY];
  } catch {
    return undefined;
  }
}
