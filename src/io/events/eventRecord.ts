import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c } from './crc32c.js';

/** One entry of a TensorBoard event file. */
export type TensorBoardEvent =
  /** The first of every file. */
  | { readonly kind: 'version' }
  /** A process begins; whatever was written before it for this step or a later one, in this file or an older one, no longer counts. */
  | { readonly kind: 'start'; readonly step: number }
  /** Numbers by tag, kept as float32. */
  | { readonly kind: 'scalars'; readonly step: number; readonly scalars: Readonly<Record<string, number>> };

/** From this version on a start says which steps no longer count; before it a reader guesses from steps that go back. */
const FILE_VERSION = 'brain.Event:2';

/** Field numbers of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SESSION_LOG = { status: 1 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** `SessionLog.SessionStatus.START` */
const START = 1;

/** What TensorFlow adds to a checksum, so that one of data that itself holds checksums stays telling. */
const MASK_DELTA = 0xa282ead8;

/**
 * An event as its file holds it: length and data, each followed by its checksum.
 *
 * @param wallTimeSeconds Since 1970.
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function eventRecord(event: TensorBoardEvent, wallTimeSeconds: number): Uint8Array {
  const data = encodeEvent(event, wallTimeSeconds);
  const record = Buffer.alloc(data.length + 16);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), 12 + data.length);
  return record;
}

function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + MASK_DELTA) >>> 0;
}

function encodeEvent(event: TensorBoardEvent, wallTimeSeconds: number): Uint8Array {
  const writer = new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(wallTimeSeconds);
  if (event.kind === 'version') return writer.tag(EVENT.fileVersion, WireType.LengthDelimited).string(FILE_VERSION).finish();
  writer.tag(EVENT.step, WireType.Varint).int64(event.step);
  if (event.kind === 'start') {
    writer.tag(EVENT.sessionLog, WireType.LengthDelimited).fork();
    return writer.tag(SESSION_LOG.status, WireType.Varint).int32(START).join().finish();
  }
  writer.tag(EVENT.summary, WireType.LengthDelimited).fork();
  for (const [tag, value] of Object.entries(event.scalars)) {
    writer.tag(SUMMARY.value, WireType.LengthDelimited).fork();
    writer.tag(VALUE.tag, WireType.LengthDelimited).string(tag);
    writer.tag(VALUE.simpleValue, WireType.Bit32).float(Math.fround(value)).join();
  }
  return writer.join().finish();
}
