import { z } from 'zod';
import { expectedGot, type InceptionError } from '../../errors.js';
import { duplicateKey } from '../duplicateKey.js';
import { DAMAGED } from '../randomAccessFile.js';
import { SAFETENSORS_TYPES, tensorBytes } from './safetensorsType.js';
import { schemaIssue } from '../schemaIssue.js';

/** The reference implementation's own limit. It is a million tensors' worth, and keeps a false length from asking for gigabytes of JSON. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Eight bytes at the start: the header's length, little-endian. */
export const LENGTH_BYTES = 8;

/** The header's one key that is no tensor. */
export const METADATA_NAME = '__metadata__';

const tensorInfo = z.strictObject({
  dtype: z.enum(SAFETENSORS_TYPES),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/** What the header says of one tensor; the offsets count from the header's end. */
export type TensorInfo = z.infer<typeof tensorInfo>;

/** A safetensors file but for its data. */
export interface SafetensorsHeader {
  /** By name, in the order in which the data lies. */
  readonly infos: readonly (readonly [string, TensorInfo])[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * How long the header is.
 *
 * @param start The file's first {@link LENGTH_BYTES} bytes, or fewer if it has no more.
 * @param fileBytes The whole file's length.
 * @throws InceptionError `CORRUPT_WEIGHTS` if the file cannot hold it.
 */
export function headerLength(file: string, start: Uint8Array, fileBytes: number): number {
  if (start.length < LENGTH_BYTES) throw corrupt(file, `at least ${LENGTH_BYTES} bytes`, start.length);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  const available = Math.min(fileBytes - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > available) throw corrupt(`${file}: the header`, `at most ${available} bytes`, length);
  return Number(length);
}

/**
 * Reads a header, trusting nothing in it: every offset, shape and name is checked.
 *
 * @param bytes The header alone.
 * @param dataBytes What follows it.
 * @throws InceptionError `CORRUPT_WEIGHTS` naming the file, the tensor, the value and its bound.
 */
export function decodeHeader(file: string, bytes: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeText(file, bytes);
  const header = parseObject(file, text);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw corrupt(`${file}: the header`, 'every name once', twice);
  const infos: [string, TensorInfo][] = [];
  let metadata = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_NAME) metadata = checkMetadata(file, value);
    else infos.push([name, checkTensorInfo(file, name, value)]);
  }
  infos.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  checkOffsets(file, infos, dataBytes);
  return { infos, metadata };
}

function decodeText(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw corrupt(`${file}: the header`, 'UTF-8 text', bytes.subarray(0, 8), cause);
  }
}

function parseObject(file: string, text: string): Record<string, unknown> {
  // Nothing but an object starts so, as the format demands: white space before it, a list or a bare value never passes.
  if (!text.startsWith('{')) throw corrupt(`${file}: the header`, "JSON that starts with '{'", text.slice(0, 16));
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw corrupt(`${file}: the header`, 'JSON', `${(cause as Error).message}`, cause);
  }
}

function checkTensorInfo(file: string, name: string, value: unknown): TensorInfo {
  const parsed = tensorInfo.safeParse(value);
  if (parsed.success) return parsed.data;
  const { at, expected, actual } = schemaIssue(value, parsed.error);
  throw corrupt(`${file}: tensor '${name}'${at && ` at ${at}`}`, expected, actual, parsed.error);
}

function checkMetadata(file: string, value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw corrupt(`${file}: ${METADATA_NAME}`, 'texts by name', value);
  }
  return Object.fromEntries(entries);
}

/** @param infos By rising offset. */
function checkOffsets(file: string, infos: readonly (readonly [string, TensorInfo])[], dataBytes: number): void {
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of infos) {
    const where = `${file}: tensor '${name}'`;
    if (offsets[0] !== end) throw corrupt(where, `data from offset ${end}, where the tensor before it ends`, offsets[0]);
    if (offsets[1] > dataBytes) throw corrupt(where, `data within the ${dataBytes} bytes that the file holds`, offsets[1]);
    const bytes = tensorBytes(dtype, shape);
    if (offsets[1] - end !== bytes) throw corrupt(where, `${bytes} bytes for ${dtype} [${shape.join(', ')}]`, offsets[1] - end);
    end = offsets[1];
  }
  if (end !== dataBytes) throw corrupt(file, `${end} bytes of data, as its tensors hold`, dataBytes);
}

function corrupt(where: string, expected: string, actual: unknown, cause?: unknown): InceptionError {
  return expectedGot('CORRUPT_WEIGHTS', where, expected, actual, DAMAGED, cause);
}
