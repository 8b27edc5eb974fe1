import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { z } from 'zod';
import { expectedGot, type InceptionError, invalidArgument } from '../errors.js';
import { parseCsv } from './csvManifest.js';
import { datasetManifestSchema, type DatasetManifest, type ManifestPicture } from './datasetManifest.js';

/** `pictures[17].label`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((at, key) => (typeof key === 'number' ? `${at}[${key}]` : `${at && `${at}.`}${String(key)}`), '');

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** The first thing that is wrong in a manifest, named by where it stands. */
function manifestError(where: string, value: unknown, { issues }: z.ZodError): InceptionError {
  const [issue] = issues;
  const at = placeOf(issue.path);
  const place = at === '' ? where : `${where}: ${at}`;
  const more = issues.length > 1 ? `${(issues.length - 1).toLocaleString('en-US')} more places are not as they should be.` : '';
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? 'version, classes, pictures' : 'path, label, split, sha256';
    return invalidArgument(place, `keys among ${known}`, issue.keys[0], more);
  }
  return invalidArgument(place, issue.message, valueAt(value, issue.path), more);
}

/** A manifest, and how a message names its parts. */
export interface ReadManifest {
  /** The file. */
  readonly path: string;
  readonly manifest: DatasetManifest;
  /** Where a field of a picture stands: `photos.json: pictures[17].label`, or `photos.csv, line 19: label`. */
  readonly placeOf: (picture: number, field: keyof ManifestPicture) => string;
}

/**
 * Reads a `manifest.json`, or a CSV of the columns path, label, and as one likes split and sha256.
 *
 * @throws InceptionError `NOT_FOUND` if it cannot be read, `INVALID_ARGUMENT` naming the place (`pictures[17].label`, or the line of a CSV)
 * if it is none.
 */
export async function readManifest(path: string): Promise<ReadManifest> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw expectedGot('NOT_FOUND', path, 'a manifest that can be read', cause.code ?? cause.message, 'Check the path.', cause);
  });
  if (extname(path).toLowerCase() === '.csv') {
    const { pictures, lines } = parseCsv(path, text);
    return { path, manifest: { version: 1, pictures }, placeOf: (picture, field) => `${path}, line ${lines[picture]}: ${field}` };
  }
  const value = parseJson(path, text);
  const { success, data, error } = datasetManifestSchema.safeParse(value);
  if (!success) throw manifestError(path, value, error);
  return { path, manifest: data, placeOf: (picture, field) => `${path}: pictures[${picture}].${field}` };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const advice = 'A manifest is { "version": 1, "pictures": [{ "path": …, "label": … }] }.';
    throw expectedGot(
      'INVALID_ARGUMENT',
      path,
      'JSON',
      `${text.length} characters that are none (${(cause as Error).message})`,
      advice,
      cause,
    );
  }
}
