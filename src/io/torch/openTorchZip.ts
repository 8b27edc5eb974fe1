import { expectedGot } from '../../errors.js';
import { DAMAGED } from '../randomAccessFile.js';
import { openZip, type ZipFile } from '../zip/openZip.js';
import { PickleBytes, PickleGoesOn } from './pickleBytes.js';
import { readPickle } from './readPickle.js';
import { torchContext, type TorchContents } from './torchContents.js';
import type { StorageReader } from './torchTensor.js';

/** The one pickle of the archive. The largest published checkpoint's is under a megabyte: it holds no values, only how they lie. */
export const MAX_PICKLE_BYTES = 2 ** 25;

const PICKLE = '/data.pkl';

/**
 * Opens a file as `torch.save` has written it since version 1.6: a zip archive of one folder, which holds a pickle and a file for each storage.
 *
 * @throws InceptionError as `openTorchWeights`.
 */
export async function openTorchZip(where: string, file: string): Promise<TorchContents> {
  const zip = await openZip(where, file, 'CORRUPT_WEIGHTS');
  try {
    const folder = findFolder(file, zip);
    await checkByteOrder(file, zip, folder);
    const bytes = new PickleBytes(`${file}: data.pkl`, await zip.read(folder + PICKLE, MAX_PICKLE_BYTES));
    const context = torchContext(file, ({ key, bytes: needed }) => {
      const held = zip.entries.get(entryOf(folder, key))?.bytes ?? 'none';
      if (held === 'none' || held < needed)
        throw expectedGot('CORRUPT_WEIGHTS', `${file}: storage '${key}'`, `${needed} bytes`, held, DAMAGED);
    });
    return { value: readWhole(bytes, () => readPickle(bytes, context)), readStorage: storageReader(zip, folder), close: () => zip.close() };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

const entryOf = (folder: string, key: string): string => `${folder}/data/${key}`;

function findFolder(file: string, { entries }: ZipFile): string {
  const pickles = [...entries.keys()].filter((name) => name.endsWith(PICKLE));
  if (pickles.length !== 1) throw expectedGot('CORRUPT_WEIGHTS', file, 'one data.pkl, as torch.save writes it', pickles);
  const folder = pickles[0].slice(0, -PICKLE.length);
  if (entries.has(`${folder}/constants.pkl`)) {
    const advice = "Save the weights alone in PyTorch: torch.save(torch.jit.load(path).state_dict(), 'weights.pth').";
    throw expectedGot('UNSUPPORTED_FORMAT', file, 'weights', 'a TorchScript program', advice);
  }
  return folder;
}

/** Files without this entry are from before 2.1, which wrote the machine's own order: little-endian on all but a few. */
async function checkByteOrder(file: string, zip: ZipFile, folder: string): Promise<void> {
  const name = `${folder}/byteorder`;
  if (!zip.entries.has(name)) return;
  const order = Buffer.from(await zip.read(name, 16)).toString('latin1');
  if (order !== 'little') throw expectedGot('UNSUPPORTED_FORMAT', `${file}: byteorder`, "'little'", order);
}

/** Reads a pickle that must end where its bytes do, or before. */
function readWhole<T>(bytes: PickleBytes, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PickleGoesOn)) throw cause;
    throw bytes.corrupt('a whole pickle', 'its first part');
  }
}

function storageReader(zip: ZipFile, folder: string): StorageReader {
  /** Entries whose checksum has been found right: many views of one storage verify it once. */
  const verified = new Set<string>();
  return async ({ key }, offset, bytes) => {
    const name = entryOf(folder, key);
    const total = zip.entries.get(name)!.bytes;
    const section = await zip.section(name);
    if (section === undefined || bytes === total) {
      const data = await zip.read(name, total);
      return bytes === total ? data : data.slice(offset, offset + bytes);
    }
    if (!verified.has(name)) await drain(zip.stream(name));
    verified.add(name);
    return zip.source.read(section.offset + offset, bytes);
  };
}

/** Reading an entry to its end is what verifies its checksum. */
async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
