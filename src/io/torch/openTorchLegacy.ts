import { expectedGot } from '../../errors.js';
import { DAMAGED, openRandomAccess, type RandomAccessFile } from '../randomAccessFile.js';
import { MAX_PICKLE_BYTES } from './openTorchZip.js';
import { PickleBytes, PickleGoesOn } from './pickleBytes.js';
import { readPickle } from './readPickle.js';
import { torchContext, type TorchContents } from './torchContents.js';
import type { TorchStorage } from './torchTensor.js';

/** The first pickle of every such file. */
const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;

/** The second. */
const PROTOCOL = 1001;

/** The five pickles of nearly every file lie in its first so many bytes; where they do not, four times as many are read. */
const FIRST_BYTES = 2 ** 18;

/** Before a storage's numbers stands how many they are. */
const COUNT_BYTES = 8;

interface Pickles {
  readonly value: unknown;
  /** By key, in the order in which they follow. */
  readonly storages: readonly TorchStorage[];
  /** Where the pickles end. */
  readonly end: number;
}

/**
 * Opens a file as `torch.save` wrote it until version 1.5, and still does when told so: five pickles (a magic number, a version, the writing
 * machine, what was saved, the order of the storages), then each storage's count and numbers.
 *
 * @throws InceptionError as `openTorchWeights`.
 */
export async function openTorchLegacy(where: string, file: string): Promise<TorchContents> {
  const source = await openRandomAccess(where, file, 'CORRUPT_WEIGHTS');
  try {
    const { value, storages, end } = await readPickles(source);
    const offsets = await findStorages(source, storages, end);
    return {
      value,
      readStorage: ({ key }, offset, bytes) => source.read(offsets.get(key)! + offset, bytes),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readPickles(source: RandomAccessFile): Promise<Pickles> {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const window = Math.min(length, source.bytes, MAX_PICKLE_BYTES);
    const bytes = new PickleBytes(source.file, await source.read(0, window));
    try {
      return parsePickles(bytes);
    } catch (cause) {
      if (!(cause instanceof PickleGoesOn)) throw cause;
      if (window < length)
        throw expectedGot('CORRUPT_WEIGHTS', source.file, `whole pickles in its first ${window} bytes`, 'longer ones', DAMAGED);
    }
  }
}

function parsePickles(bytes: PickleBytes): Pickles {
  const { file } = bytes;
  const storages = new Map<string, TorchStorage>();
  const context = torchContext(file, (storage) => {
    const known = storages.get(storage.key) ?? storage;
    const isSame = known.type === storage.type && known.count === storage.count;
    if (!isSame) throw expectedGot('CORRUPT_WEIGHTS', `${file}: storage '${storage.key}'`, `${known.count} of ${known.type}`, storage);
    storages.set(storage.key, storage);
  });
  const magic = readPickle(bytes, context);
  if (magic !== MAGIC_NUMBER) throw notTorch(file, magic);
  const protocol = readPickle(bytes, context);
  if (protocol !== PROTOCOL) throw expectedGot('UNSUPPORTED_FORMAT', `${file}: its protocol`, String(PROTOCOL), protocol);
  const machine = readPickle(bytes, context);
  const isLittleEndian = machine instanceof Map && machine.get('little_endian') === true;
  if (!isLittleEndian) throw expectedGot('UNSUPPORTED_FORMAT', `${file}: the machine that wrote it`, 'a little-endian one', machine);
  const value = readPickle(bytes, context);
  const keys: unknown = readPickle(bytes, context);
  if (!isList(keys) || new Set(keys).size !== keys.length || keys.length !== storages.size) {
    throw expectedGot('CORRUPT_WEIGHTS', `${file}: the order of the storages`, `${storages.size} keys`, keys, DAMAGED);
  }
  return { value, storages: keys.map((key) => storageOf(file, storages, key)), end: bytes.position };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** That a file is none of PyTorch's. */
export function notTorch(file: string, actual: unknown): Error {
  const advice = 'Save the weights in PyTorch: torch.save(model.state_dict(), path).';
  return expectedGot('CORRUPT_WEIGHTS', file, 'a file of torch.save', actual, advice);
}

function storageOf(file: string, storages: ReadonlyMap<unknown, TorchStorage>, key: unknown): TorchStorage {
  const storage = storages.get(key);
  if (!storage) throw expectedGot('CORRUPT_WEIGHTS', `${file}: the order of the storages`, `keys among ${storages.size}`, key, DAMAGED);
  return storage;
}

/** Where each storage's numbers begin. */
async function findStorages(source: RandomAccessFile, storages: readonly TorchStorage[], from: number): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  let position = from;
  for (const { key, count, bytes } of storages) {
    const stored = Buffer.from(await source.read(position, COUNT_BYTES)).readBigInt64LE();
    const where = `${source.file}: storage '${key}'`;
    if (stored !== BigInt(count)) throw expectedGot('CORRUPT_WEIGHTS', where, `a count of ${count}`, stored, DAMAGED);
    position += COUNT_BYTES;
    offsets.set(key, position);
    position += bytes;
    if (position > source.bytes)
      throw expectedGot('CORRUPT_WEIGHTS', where, `${bytes} bytes`, `a file that ends ${position - source.bytes} earlier`, DAMAGED);
  }
  return offsets;
}
