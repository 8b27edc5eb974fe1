import { invalidArgument } from '../../errors.js';
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_NAME } from './safetensorsHeader.js';
import { SAFETENSORS_TYPES, tensorBytes, type SafetensorsType } from './safetensorsType.js';

/** The widest value: the data starts at a multiple of it, so that a reader may map it as numbers. */
const ALIGNMENT_BYTES = 8;

/** What a file's header says of a tensor. */
interface DescribedTensor {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
}

/**
 * The header of a safetensors file, and its tensors in the order in which their data follows it.
 *
 * Tensors lie widest values first, of equals by name, as the reference implementation lays them: each is aligned to its values.
 *
 * @param metadata Texts by name, for readers of the file.
 * @throws InceptionError `INVALID_ARGUMENT` if a name is there twice, reserved or no Unicode, or a shape or type is none.
 * @see https://github.com/huggingface/safetensors#format
 */
export function layOutSafetensors<T extends DescribedTensor>(
  tensors: readonly T[],
  metadata: Readonly<Record<string, string>>,
): { readonly header: Uint8Array; readonly sorted: readonly T[] } {
  checkTensors(tensors);
  for (const text of Object.entries(metadata).flat()) checkText('encodeSafetensors: metadata', text);
  const sorted = [...tensors].sort(
    (a, b) =>
      SAFETENSORS_TYPES.indexOf(b.dtype) - SAFETENSORS_TYPES.indexOf(a.dtype) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  let end = 0;
  const infos = sorted.map(({ name, dtype, shape }) => {
    const begin = end;
    end += tensorBytes(dtype, shape);
    return [name, { dtype, shape: [...shape], data_offsets: [begin, end] }] as const;
  });
  const described = Object.keys(metadata).length > 0 ? [[METADATA_NAME, metadata] as const] : [];
  return { header: encodeHeader([...described, ...infos]), sorted };
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

function checkTensors(tensors: readonly DescribedTensor[]): void {
  const names = new Set<string>();
  for (const { name, dtype, shape } of tensors) {
    const where = `encodeSafetensors: tensor '${name}'`;
    if (names.has(name)) throw invalidArgument(where, 'every name once', name);
    names.add(name);
    if (name === METADATA_NAME) throw invalidArgument(where, 'a name that the format has not reserved', name);
    checkText(where, name);
    if (!SAFETENSORS_TYPES.includes(dtype)) throw invalidArgument(where, `a type among ${SAFETENSORS_TYPES.join(', ')}`, dtype);
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) throw invalidArgument(where, 'a shape of whole numbers', shape);
  }
}

/** Half a surrogate pair has no UTF-8: other readers refuse the whole file. */
function checkText(where: string, text: string): void {
  if (typeof text !== 'string' || Buffer.from(text).toString() !== text) throw invalidArgument(where, 'whole Unicode characters', text);
}
