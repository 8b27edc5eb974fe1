/**
 * The parts of an HDF5 file that describe: superblock, object headers and their messages, global heap collections.
 *
 * @see HDF5 File Format Specification Version 3.0, https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, whose sections are named below.
 */
import { lookup3 } from './lookup3.js';

/** What stands where an address or length is not given. */
const UNDEFINED = 2n ** 64n - 1n;

/** A text within a global heap: variable-length strings lie there, and attributes point at them. */
export interface HeapText {
  readonly text: Buffer;
  /** Of the collection. */
  readonly address: number;
  /** Within the collection, from 1. */
  readonly index: number;
}

/** The bytes of a superblock. */
export const SUPERBLOCK_BYTES = 48;

/** Section II.B, version 2: what every HDF5 library since 1.8 (2008) reads. */
export function superblock(rootAddress: number, fileBytes: number): Buffer {
  const sizes = uint8(2, 8, 8, 0);
  return withChecksum([
    Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'),
    sizes,
    uint64(0),
    uint64(UNDEFINED),
    uint64(fileBytes),
    uint64(rootAddress),
  ]);
}

/** Section IV.A.1.b: a version 2 object header of one chunk, its length in four bytes. */
export function objectHeader(messages: readonly Buffer[]): Buffer {
  const body = Buffer.concat(messages);
  return withChecksum([Buffer.from('OHDR'), uint8(2, 2), uint32(body.length), body]);
}

/** The messages that make an object a group whose links are all in its header. */
export function groupMessages(): Buffer[] {
  const linkInfo = Buffer.concat([uint8(0, 0), uint64(UNDEFINED), uint64(UNDEFINED)]);
  return [message(0x02, linkInfo), message(0x0a, uint8(0, 0))];
}

/** Section IV.A.2.g: a hard link, its name in UTF-8 with a length of two bytes. */
export function linkMessage(name: string, address: number): Buffer {
  const text = Buffer.from(name);
  return message(0x06, Buffer.concat([uint8(1, 0x11, 1), uint16(text.length), text, uint64(address)]));
}

/** The messages of a dataset of little-endian float32 in one piece. */
export function datasetMessages(shape: readonly number[], address: number, bytes: number): Buffer[] {
  // Bits 4–5 of the first: the leading bit of the mantissa is implied; then the place of the sign, and where exponent and mantissa lie.
  const float32 = Buffer.concat([uint8(0x11, 0x20, 31, 0), uint32(4), uint16(0), uint16(32), uint8(23, 8, 0, 23), uint32(127)]);
  // Space is allocated late, fill values are written if they are set, and they are not.
  const fillValue = uint8(3, 0x0a);
  const layout = Buffer.concat([uint8(3, 1), uint64(bytes === 0 ? UNDEFINED : address), uint64(bytes)]);
  return [message(0x01, dataspace(shape)), message(0x03, float32), message(0x05, fillValue), message(0x08, layout)];
}

/** Section IV.A.2.m: a scalar of one text, or a list of them, as variable-length UTF-8. */
export function attributeMessage(name: string, texts: readonly HeapText[], { isList }: { readonly isList: boolean }): Buffer {
  const key = Buffer.from(`${name}\0`);
  const character = Buffer.concat([uint8(0x10, 0, 0, 0), uint32(1), uint16(0), uint16(8)]);
  const string = Buffer.concat([uint8(0x19, 0x01, 0x01, 0), uint32(16), character]);
  const space = dataspace(isList ? [texts.length] : []);
  const pointers = texts.map(({ text, address, index }) => Buffer.concat([uint32(text.length), uint64(address), uint32(index)]));
  const head = [uint8(3, 0), uint16(key.length), uint16(string.length), uint16(space.length), uint8(1)];
  return message(0x0c, Buffer.concat([...head, key, string, space, ...pointers]));
}

/** Section III.E: a collection of at least 4096 bytes, what is left of it marked as free. */
export function heapCollection(texts: readonly Buffer[]): Buffer {
  const objects = texts.map((text, index) => {
    const padding = Buffer.alloc(-text.length & 7);
    return Buffer.concat([uint16(index + 1), uint16(0), uint32(0), uint64(text.length), text, padding]);
  });
  const used = 16 + objects.reduce((sum, object) => sum + object.length, 0);
  const size = Math.max(4096, used + 16);
  const free = Buffer.concat([uint16(0), uint16(0), uint32(0), uint64(size - used), Buffer.alloc(size - used - 16)]);
  return Buffer.concat([Buffer.from('GCOL'), uint8(1, 0, 0, 0), uint64(size), ...objects, free]);
}

function dataspace(shape: readonly number[]): Buffer {
  return Buffer.concat([uint8(2, shape.length, 0, shape.length === 0 ? 0 : 1), ...shape.map(uint64)]);
}

function message(type: number, data: Buffer): Buffer {
  return Buffer.concat([uint8(type), uint16(data.length), uint8(0), data]);
}

function withChecksum(pieces: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(pieces);
  return Buffer.concat([bytes, uint32(lookup3(bytes))]);
}

function uint8(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
