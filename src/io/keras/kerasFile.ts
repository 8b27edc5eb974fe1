import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedGot } from '../../errors.js';
import { fileStart, ZIP_START } from '../fileStart.js';
import { openHdf5, type Hdf5File } from '../hdf5/openHdf5.js';
import { decodeRecord, RECORD_KEY, type ModelRecord } from '../modelRecord.js';
import type { DamageCode } from '../randomAccessFile.js';
import { openZip, type ZipFile } from '../zip/openZip.js';
import { asObject, parseJson } from './kerasJson.js';

/** An open file of Keras', whichever of its formats it is in. */
export interface KerasFile {
  readonly file: string;
  readonly hdf5: Hdf5File;
  /** The group that holds the weights; empty of the root. */
  readonly root: string;
  /** JSON, and where it stands; `undefined` of a file of weights only. */
  readonly configuration?: { readonly at: string; readonly text: string };
  /** Of the Keras that wrote it. */
  readonly version?: string;
  readonly record?: ModelRecord;
  close(): Promise<void>;
}

/** A configuration: Inception-ResNet v2's has 0.9 MB. */
const MAX_CONFIGURATION_BYTES = 2 ** 26;

const CONFIGURATION = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/**
 * Opens what Keras saved: `.keras`, or HDF5, by its content. The caller closes it.
 *
 * @throws InceptionError `NOT_FOUND`; `code` if it is damaged.
 */
export async function openKerasFile(where: string, file: string, code: DamageCode): Promise<KerasFile> {
  const isArchive = (await fileStart(where, file, code)) === ZIP_START;
  return isArchive ? openArchive(where, file, code) : openPlain(where, file, code);
}

async function openPlain(where: string, file: string, code: DamageCode): Promise<KerasFile> {
  const hdf5 = await openHdf5(where, file, code);
  const attribute = (group: string, name: string): string | undefined => hdf5.groups.get(group)?.attributes[name]?.[0];
  const root = hdf5.groups.has('model_weights') ? 'model_weights' : '';
  const text = attribute('', 'model_config');
  const record = attribute('', RECORD_KEY);
  return {
    file,
    hdf5,
    root,
    version: attribute('', 'keras_version') ?? attribute(root, 'keras_version'),
    ...(text === undefined ? {} : { configuration: { at: `${file} at model_config`, text } }),
    ...(record === undefined ? {} : { record: decodeRecord(`${file} at ${RECORD_KEY}`, record) }),
    close: async () => {},
  };
}

async function openArchive(where: string, file: string, code: DamageCode): Promise<KerasFile> {
  const zip = await openZip(where, file, code);
  const folder = await mkdtemp(join(tmpdir(), 'tfjs-inception-'));
  const close = async (): Promise<void> => {
    await zip.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const text = async (name: string): Promise<string | undefined> =>
      zip.entries.has(name) ? Buffer.from(await zip.read(name, MAX_CONFIGURATION_BYTES)).toString() : undefined;
    const [configuration, metadata = '{}'] = [await text(CONFIGURATION), await text(METADATA)];
    if (configuration === undefined || !zip.entries.has(WEIGHTS)) {
      throw expectedGot(code, file, `a .keras archive of ${CONFIGURATION} and ${WEIGHTS}`, [...zip.entries.keys()]);
    }
    const at = `${file} at ${METADATA}`;
    const { keras_version: version, [RECORD_KEY]: record } = asObject(at, parseJson(at, metadata));
    const hdf5 = await unpackWeights(where, zip, { file, code, target: join(folder, WEIGHTS) });
    return {
      file,
      hdf5,
      root: '',
      ...(typeof version === 'string' ? { version } : {}),
      configuration: { at: `${file} at ${CONFIGURATION}`, text: configuration },
      ...(record === undefined ? {} : { record: decodeRecord(`${at}: ${RECORD_KEY}`, JSON.stringify(record)) }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** HDF5 reads files, here and there: the archive's is written to one that nobody else may read. */
async function unpackWeights(
  where: string,
  zip: ZipFile,
  { file, code, target }: { readonly file: string; readonly code: DamageCode; readonly target: string },
): Promise<Hdf5File> {
  const handle = await open(target, 'wx', 0o600);
  try {
    for await (const piece of zip.stream(WEIGHTS)) await handle.writeFile(piece);
  } finally {
    await handle.close();
  }
  return openHdf5(where, target, { code, name: `${file}: ${WEIGHTS}` });
}
