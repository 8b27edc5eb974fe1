import { z } from 'zod';
import { expectedGot, invalidArgument, type InceptionError } from '../errors.js';
import { duplicateKey } from './duplicateKey.js';
import { SAFETENSORS_TYPES, tensorBytes, type SafetensorsType } from './safetensorsType.js';
import { schemaIssue } from './schemaIssue.js';

/** A tensor as a safetensors file holds it. */
export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: SafetensorsType;
  /** A scalar's is empty. */
  readonly shape: readonly number[];
  /** The values in row-major order, little-endian. */
  readonly data: Uint8Array;
}

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order in which the data lies. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation's own limit. It is a million tensors' worth, and keeps a false length from asking for gigabytes of JSON. */
const MAX_HEADER_BYTES = 100_000_000;

/** Eight bytes at the start: the header's length, little-endian. */
const LENGTH_BYTES = 8;

/** The header's one key that is no tensor. */
const METADATA_NAME = '__metadata__';

/** The widest value: the data starts at a multiple of it, so that a reader may map it as numbers. */
const ALIGNMENT_BYTES = 8;

const DAMAGED = 'The file is truncated or altered; take it from where it was saved once more.';

const tensorInfo = z.strictObject({
  dtype: z.enum(SAFETENSORS_TYPES),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

type TensorInfo = z.infer<typeof tensorInfo>;

/**
 * A safetensors file in pieces to be written one after the other: the header, then each tensor's own bytes, uncopied.
 *
 * Tensors lie widest values first, of equals by name, as the reference implementation lays them: each is aligned to its values.
 *
 * @param metadata Texts by name, for readers of the file.
 * @throws InceptionError `INVALID_ARGUMENT` if a name is there twice, reserved or no Unicode, or data is not of the length that its shape has.
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  checkTensors(tensors);
  for (const text of Object.entries(metadata).flat()) checkText('encodeSafetensors: metadata', text);
  const sorted = [...tensors].sort(
    (a, b) =>
      SAFETENSORS_TYPES.indexOf(b.dtype) - SAFETENSORS_TYPES.indexOf(a.dtype) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  let end = 0;
  const infos = sorted.map(({ name, dtype, shape, data }): [string, TensorInfo] => {
    const begin = end;
    end += data.length;
    return [name, { dtype, shape: [...shape], data_offsets: [begin, end] }];
  });
  const described = Object.keys(metadata).length > 0 ? [[METADATA_NAME, metadata] as const] : [];
  return [encodeHeader([...described, ...infos]), ...sorted.map(({ data }) => data)];
}

/** @param entries Joined by hand: an object would move names that look like whole numbers to its front. */
function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
  const text = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const json = Buffer.from(text);
  const paddedBytes = Math.ceil(json.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  if (paddedBytes > MAX_HEADER_BYTES) {
    throw invalidArgument('encodeSafetensors', `names, shapes and metadata of at most ${MAX_HEADER_BYTES} bytes`, paddedBytes);
  }
  const header = Buffer.alloc(LENGTH_BYTES + paddedBytes, ' ');
  header.writeBigUInt64LE(BigInt(paddedBytes));
  json.copy(header, LENGTH_BYTES);
  return header;
}

function checkTensors(tensors: readonly SafetensorsTensor[]): void {
  const names = new Set<string>();
  for (const { name, dtype, shape, data } of tensors) {
    const where = `encodeSafetensors: tensor '${name}'`;
    if (names.has(name)) throw invalidArgument(where, 'every name once', name);
    names.add(name);
    if (name === METADATA_NAME) throw invalidArgument(where, 'a name that the format has not reserved', name);
    checkText(where, name);
    if (!SAFETENSORS_TYPES.includes(dtype)) throw invalidArgument(where, `a type among ${SAFETENSORS_TYPES.join(', ')}`, dtype);
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) throw invalidArgument(where, 'a shape of whole numbers', shape);
    const bytes = tensorBytes(dtype, shape);
    if (data.length !== bytes) throw invalidArgument(where, `${bytes} bytes for ${dtype} [${shape.join(', ')}]`, data.length);
  }
}

/** Half a surrogate pair has no UTF-8: other readers refuse the whole file. */
function checkText(where: string, text: string): void {
  if (typeof text !== 'string' || Buffer.from(text).toString() !== text) throw invalidArgument(where, 'whole Unicode characters', text);
}

/**
 * What a safetensors file holds. Nothing in the file is trusted: every length, offset, shape and name is checked before a tensor is given out.
 *
 * @param file What an error calls it.
 * @param bytes The whole file.
 * @returns Views of `bytes`, uncopied.
 * @throws InceptionError `CORRUPT_WEIGHTS` naming the file, the tensor, the value and its bound.
 * @see https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(file: string, bytes: Uint8Array): SafetensorsFile {
  const { header, dataFrom } = readHeader(file, bytes);
  const infos: [string, TensorInfo][] = [];
  let metadata = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_NAME) metadata = checkMetadata(file, value);
    else infos.push([name, checkTensorInfo(file, name, value)]);
  }
  infos.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  checkOffsets(file, infos, bytes.length - dataFrom);
  const tensors = infos.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]): [string, SafetensorsTensor] => [name, { name, dtype, shape, data: bytes.subarray(dataFrom + begin, dataFrom + end) }],
  );
  return { tensors: new Map(tensors), metadata };
}

function readHeader(file: string, bytes: Uint8Array): { header: Record<string, unknown>; dataFrom: number } {
  if (bytes.length < LENGTH_BYTES) throw corrupt(file, `at least ${LENGTH_BYTES} bytes`, bytes.length);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const available = Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > available) throw corrupt(`${file}: the header`, `at most ${available} bytes`, length);
  const dataFrom = LENGTH_BYTES + Number(length);
  const text = decodeText(file, bytes.subarray(LENGTH_BYTES, dataFrom));
  const header = parseObject(file, text);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw corrupt(`${file}: the header`, 'every name once', twice);
  return { header, dataFrom };
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
