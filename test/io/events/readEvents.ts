import { BinaryReader } from '@bufbuild/protobuf/wire';
import { crc32c } from '../../../src/io/events/crc32c.js';

/** What a test wants to know of an event. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  status?: number;
  scalars?: Record<string, number>;
}

const unmasked = (masked: number): number => {
  const turned = (masked - 0xa282ead8) >>> 0;
  return ((turned << 15) | (turned >>> 17)) >>> 0;
};

/** The data of every whole record, their checksums verified; a last one that is cut short is passed over, as TensorBoard does. */
export function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at + 12 <= file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const end = at + 12 + length;
    if (end + 4 > file.length) break;
    const data = file.subarray(at + 12, end);
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(file.readUInt32LE(end))).toBe(crc32c(data));
    records.push(data);
    at = end + 4;
  }
  return records;
}

/** Calls `take` for every field of a message; it reads the field and says true, or leaves it. */
function readFields(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) take(reader.tag()[0], reader);
}

function readScalar(bytes: Uint8Array): [tag: string, value: number] {
  let tag = '';
  let value = NaN;
  readFields(bytes, (field, reader) => {
    if (field === 1) tag = reader.string();
    else if (field === 2) value = reader.float();
    else throw new Error(`unexpected field ${field} of a value`);
  });
  return [tag, value];
}

/** An event, every field of which must be one that this package writes. */
export function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: NaN, step: 0 };
  const fields: Record<number, (reader: BinaryReader) => void> = {
    1: (reader) => (event.wallTime = reader.double()),
    2: (reader) => (event.step = Number(reader.int64())),
    3: (reader) => (event.fileVersion = reader.string()),
    5: (reader) => {
      const scalars: [string, number][] = [];
      readFields(reader.bytes(), (_, values) => scalars.push(readScalar(values.bytes())));
      event.scalars = Object.fromEntries(scalars);
    },
    7: (reader) => readFields(reader.bytes(), (_, log) => (event.status = log.int32())),
  };
  readFields(bytes, (field, reader) => fields[field](reader));
  return event;
}
