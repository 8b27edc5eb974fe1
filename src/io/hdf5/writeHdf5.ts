/**
 * HDF5 as a stream of bytes, written by this package itself.
 *
 * The HDF5 library (h5wasm) reads such files well and is not asked to write them: it reports no failed write. On a full disk it leaves a
 * file of full length whose tensors are zeros, and closes it as if nothing had happened. What is needed here is small, known before the
 * first byte, and so can go out in order, a tensor at a time, into a file or an archive, its errors being those of the stream it goes into.
 */
import { shapeSize } from '../shapeSize.js';
import {
  attributeMessage,
  datasetMessages,
  groupMessages,
  heapCollection,
  linkMessage,
  objectHeader,
  superblock,
  SUPERBLOCK_BYTES,
} from './objectHeader.js';
import type { HeapText } from './objectHeader.js';

/** A tensor of float32. */
export interface Hdf5Dataset {
  readonly shape: readonly number[];
  /** The values in row-major order; called once, and the result is let go of before the next is read. */
  read(): Promise<Float32Array>;
}

/** A group that is to be written; names within it must hold no `/`. */
export class Hdf5Group {
  /** A text, or a list of at most {@link LIST_ATTRIBUTE_LIMIT}. */
  readonly attributes = new Map<string, string | readonly string[]>();
  readonly members = new Map<string, Hdf5Group | Hdf5Dataset>();

  /** The group at a path of names joined by `/`, made where it does not exist. */
  group(path: string): Hdf5Group {
    const [name, ...rest] = path.split('/');
    let group = this.members.get(name);
    if (!(group instanceof Hdf5Group)) this.members.set(name, (group = new Hdf5Group()));
    return rest.length === 0 ? group : group.group(rest.join('/'));
  }
}

/** A list's texts are pointed at with 16 bytes each from a message that holds less than 64 KiB. */
export const LIST_ATTRIBUTE_LIMIT = 4000;

/** A heap collection numbers its objects in two bytes. */
const COLLECTION_TEXTS = 65_000;

/** A file that is laid out: its length is known, its values have not been read. */
export interface Hdf5File {
  readonly bytes: number;
  /** The file from first to last; each piece is asked for when the one before has been written. */
  pieces(): AsyncGenerator<Uint8Array>;
}

type Hdf5Object = Hdf5Group | Hdf5Dataset;

/** Where everything lies that is pointed at. What has no place yet is at 0: addresses are of one width, so that lengths are right all the same. */
interface Places {
  readonly headers: Map<Hdf5Object, number>;
  readonly values: Map<Hdf5Object, number>;
  readonly texts: Map<string, HeapText>;
}

/**
 * Lays out an HDF5 file: descriptions first, then every dataset in one piece, in the order of the groups' members. The same content gives
 * the same bytes.
 */
export function layOutHdf5(root: Hdf5Group): Hdf5File {
  const objects = reachable(root);
  const places: Places = { headers: new Map(), values: new Map(), texts: new Map() };
  const collections = cutTexts(new Set(objects.flatMap(textsOf)));
  placeTexts(places, collections, 0);
  let at = SUPERBLOCK_BYTES;
  for (const object of objects) {
    places.headers.set(object, at);
    at += headerOf(object, places).length;
  }
  at += placeTexts(places, collections, at);
  for (const object of objects) {
    if (object instanceof Hdf5Group) continue;
    places.values.set(object, at);
    at += aligned(bytesOf(object));
  }
  const headers = objects.map((object) => headerOf(object, places));
  const description = Buffer.concat([superblock(SUPERBLOCK_BYTES, at), ...headers, ...collections.map(heapCollection)]);
  return { bytes: at, pieces: () => writePieces(description, objects) };
}

async function* writePieces(description: Buffer, objects: readonly Hdf5Object[]): AsyncGenerator<Uint8Array> {
  yield description;
  for (const object of objects) {
    if (object instanceof Hdf5Group) continue;
    const values = await object.read();
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    yield Buffer.alloc(aligned(values.byteLength) - values.byteLength);
  }
}

/** An object and all below it, the object first. */
function reachable(object: Hdf5Object): Hdf5Object[] {
  return object instanceof Hdf5Group ? [object, ...[...object.members.values()].flatMap(reachable)] : [object];
}

function headerOf(object: Hdf5Object, { headers, values, texts }: Places): Buffer {
  if (!(object instanceof Hdf5Group)) return objectHeader(datasetMessages(object.shape, values.get(object) ?? 0, bytesOf(object)));
  const links = [...object.members].map(([name, member]) => linkMessage(name, headers.get(member) ?? 0));
  const attributes = [...object.attributes].map(([name, value]) => {
    const list = typeof value === 'string' ? [value] : value;
    return attributeMessage(
      name,
      list.map((text) => texts.get(text) ?? NO_TEXT),
      { isList: typeof value !== 'string' },
    );
  });
  return objectHeader([...groupMessages(), ...links, ...attributes]);
}

/** The empty text has no place in a heap. */
const NO_TEXT: HeapText = { text: Buffer.alloc(0), address: 0, index: 0 };

function textsOf(object: Hdf5Object): string[] {
  return object instanceof Hdf5Group ? [...object.attributes.values()].flat().filter((text) => text !== '') : [];
}

function cutTexts(texts: ReadonlySet<string>): Buffer[][] {
  const encoded = [...texts].map((text) => Buffer.from(text));
  const collections: Buffer[][] = [];
  for (let from = 0; from < encoded.length; from += COLLECTION_TEXTS) collections.push(encoded.slice(from, from + COLLECTION_TEXTS));
  return collections;
}

/** @returns How many bytes the collections take. */
function placeTexts({ texts }: Places, collections: readonly (readonly Buffer[])[], start: number): number {
  let address = start;
  for (const collection of collections) {
    for (const [index, text] of collection.entries()) texts.set(text.toString(), { text, address, index: index + 1 });
    address += heapCollection(collection).length;
  }
  return address - start;
}

function bytesOf({ shape }: Hdf5Dataset): number {
  return shapeSize(shape) * Float32Array.BYTES_PER_ELEMENT;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
