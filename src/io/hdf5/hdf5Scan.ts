import { shapeSize } from '../shapeSize.js';
import type { Hdf5Handle, Hdf5Module } from './hdf5Library.js';
import { Hdf5Problem } from './hdf5Library.js';
import type { Hdf5Contents, Hdf5DatasetInfo, Hdf5GroupInfo, Hdf5Type } from './hdf5Task.js';

type Metadata = ReturnType<Hdf5Module['get_dataset_metadata']>;

/** Groups and datasets of one file. Inception-ResNet v2, the largest of the family, has 4,500; a cycle of groups has no end. */
const MAX_OBJECTS = 50_000;

/** Groups within groups. A model within a model takes two or three levels; nobody nests ten. */
const MAX_DEPTH = 32;

/** Keras splits lists at 64 KB; a model's configuration, one text, has some hundred KB. */
const MAX_ATTRIBUTE_BYTES = 2 ** 26;

/** A dataset, unpacked. The largest of a published network, VGG's first dense layer, has 411 MB; HDF5's memory here ends at 2 GiB. */
export const MAX_DATASET_BYTES = 2 ** 30;

/** Deflate packs 1,032 bytes into one at best: a dataset beyond that holds nothing that was stored. */
const MAX_EXPANSION = 1032;

const INTEGER = 0;
const FLOAT = 1;
const TEXT = 3;
const OPAQUE = 5;
const ENUMERATION = 8;

const FLOATS: Readonly<Record<number, Hdf5Type>> = { 2: 'float16', 4: 'float32', 8: 'float64' };
const SIGNED: Readonly<Record<number, Hdf5Type>> = { 1: 'int8', 2: 'int16', 4: 'int32', 8: 'int64' };
const UNSIGNED: Readonly<Record<number, Hdf5Type>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32', 8: 'uint64' };

/** Lists everything in an open file. */
export function scan(handle: Hdf5Handle): Hdf5Contents {
  const groups: Hdf5GroupInfo[] = [];
  const datasets: Hdf5DatasetInfo[] = [];
  const waiting = [{ path: '', depth: 0 }];
  let count = 0;
  for (let group = waiting.pop(); group; group = waiting.pop()) {
    const { path, depth } = group;
    if (depth > MAX_DEPTH) throw new Hdf5Problem(`groups more than ${MAX_DEPTH} deep`);
    groups.push({ path, attributes: readAttributes(handle, path) });
    const names = handle.hdf5.get_names(handle.id, `/${path}`, false);
    handle.check();
    count += names.length;
    if (count > MAX_OBJECTS) throw new Hdf5Problem(`more than ${MAX_OBJECTS} groups and datasets`);
    for (const name of names) {
      const child = childPath(path, name);
      if (isGroup(handle, child)) waiting.push({ path: child, depth: depth + 1 });
      else datasets.push(describeDataset(handle, child));
    }
  }
  return { groups, datasets };
}

function childPath(parent: string, name: string): string {
  if (name === '' || name === '.' || name.includes('/')) throw new Hdf5Problem(`a name that no group may hold, '${name.slice(0, 80)}'`);
  return parent === '' ? name : `${parent}/${name}`;
}

/** Keras refuses links as well: what it writes holds none, and a link may lead anywhere. */
function isGroup({ hdf5, id, check }: Hdf5Handle, path: string): boolean {
  const at = `/${path}`;
  const external = hdf5.get_external_link(id, at);
  if (hdf5.get_symbolic_link(id, at) !== null || Object.keys(external).length > 0)
    throw new Hdf5Problem(`a link at '${at}', which is not followed`);
  const type = hdf5.get_type(id, at);
  check();
  if (type === hdf5.H5G_GROUP) return true;
  if (type !== hdf5.H5G_DATASET) throw new Hdf5Problem(`something at '${at}' that is neither group nor dataset`);
  return false;
}

function describeDataset(handle: Hdf5Handle, path: string): Hdf5DatasetInfo {
  const metadata = handle.hdf5.get_dataset_metadata(handle.id, `/${path}`);
  handle.check();
  if (metadata.virtual_sources) throw new Hdf5Problem(`a virtual dataset at '/${path}', which is not followed`);
  const shape = metadata.shape ?? [0];
  const bytes = shapeSize(shape) * metadata.size;
  const limit = Math.min(MAX_DATASET_BYTES, handle.fileBytes * MAX_EXPANSION);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || !(bytes <= limit)) {
    throw new Hdf5Problem(`[${shape.join(', ')}] values of ${metadata.size} bytes at '/${path}', beyond the ${limit} bytes that are read`);
  }
  return { path, shape, dtype: typeOf(handle, path, metadata), chunks: metadata.chunks };
}

function typeOf(handle: Hdf5Handle, path: string, { type, size, signed }: Metadata): Hdf5Type {
  if (type === FLOAT) return FLOATS[size] ?? 'other';
  if (type === INTEGER || type === ENUMERATION) return (signed ? SIGNED : UNSIGNED)[size] ?? 'other';
  // Keras marks what numpy, and so HDF5, has no name for.
  if (type === OPAQUE && size === 2 && readAttributes(handle, path).dtype?.[0] === 'bfloat16') return 'bfloat16';
  return 'other';
}

function readAttributes(handle: Hdf5Handle, path: string): Record<string, readonly string[]> {
  const names = handle.hdf5.get_attribute_names(handle.id, `/${path}`);
  handle.check();
  const texts = names.map((name): [string, readonly string[]] => [name, readTexts(handle, `/${path}`, name)]);
  return Object.fromEntries(texts);
}

/** An attribute's texts; of one that holds none, or something else, an empty list: so Keras writes an empty list, too. */
function readTexts({ hdf5, id, check }: Hdf5Handle, path: string, name: string): readonly string[] {
  const { type, size, vlen, total_size: count, shape } = hdf5.get_attribute_metadata(id, path, name);
  check();
  if (type !== TEXT || !shape || count === 0) return [];
  const bytes = size * count;
  if (!(bytes > 0 && bytes <= MAX_ATTRIBUTE_BYTES)) throw new Hdf5Problem(`an attribute '${name}' at '${path}' of ${bytes} bytes`);
  const address = hdf5._malloc(bytes);
  if (address === 0) throw new Hdf5Problem(`an attribute '${name}' at '${path}' for which there is no memory`);
  try {
    hdf5.HEAPU8.fill(0, address, address + bytes);
    hdf5.get_attribute_data(id, path, name, BigInt(address));
    check();
    const texts = Array.from({ length: count }, (_, index) => textAt(hdf5, address + index * size, vlen ? undefined : size));
    if (vlen) hdf5.reclaim_vlen_memory(id, path, name, BigInt(address));
    return texts;
  } finally {
    hdf5._free(address);
  }
}

/** @param size Of a text of fixed length; others lie where a pointer says. */
function textAt(hdf5: Hdf5Module, address: number, size: number | undefined): string {
  const heap = Buffer.from(hdf5.HEAPU8.buffer);
  const start = size === undefined ? heap.readUInt32LE(address) : address;
  if (start === 0) return '';
  const limit = Math.min(heap.length, start + (size ?? MAX_ATTRIBUTE_BYTES));
  const zero = heap.indexOf(0, start);
  return heap.toString('utf8', start, zero === -1 ? limit : Math.min(zero, limit));
}
