import { expectedGot } from '../../errors.js';
import type { WeightFile } from '../modelFile.js';
import { decodeRecord, RECORD_KEY } from '../modelRecord.js';
import type { NumberType } from '../numberType.js';
import { openRandomAccess, type RandomAccessFile } from '../randomAccessFile.js';
import { decodeHeader, headerLength, LENGTH_BYTES, type TensorInfo } from './safetensorsHeader.js';
import type { SafetensorsType } from './safetensorsType.js';
import type { StoredTensor } from '../storedTensor.js';
import { toFloat32 } from '../toFloat32.js';

/** The types whose values are read. The others (complex numbers, floats of a byte and less) are refused by name. */
const NUMBER_TYPES: Readonly<Partial<Record<SafetensorsType, NumberType>>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  U16: 'uint16',
  I16: 'int16',
  F16: 'float16',
  BF16: 'bfloat16',
  U32: 'uint32',
  I32: 'int32',
  F32: 'float32',
  U64: 'uint64',
  I64: 'int64',
  F64: 'float64',
};

/**
 * Opens a `.safetensors` file of weights: its header is read and checked, a tensor's values when they are asked for.
 *
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_WEIGHTS` naming the tensor, the value and its bound; `UNSUPPORTED_FORMAT` for a tensor of complex
 *   numbers or of floats of a byte and less; of the record that this package keeps in its own files what `decodeRecord` throws.
 * @see https://github.com/huggingface/safetensors#format
 */
export async function openSafetensors(where: string, file: string): Promise<WeightFile> {
  const source = await openRandomAccess(where, file, 'CORRUPT_WEIGHTS');
  try {
    const start = await source.read(0, Math.min(LENGTH_BYTES, source.bytes));
    const length = headerLength(file, start, source.bytes);
    const dataFrom = LENGTH_BYTES + length;
    const { infos, metadata } = decodeHeader(file, await source.read(LENGTH_BYTES, length), source.bytes - dataFrom);
    const tensors = infos.map(([name, info]): [string, StoredTensor] => [name, storedTensor(source, dataFrom, name, info)]);
    const text = Object.hasOwn(metadata, RECORD_KEY) ? metadata[RECORD_KEY] : undefined;
    const record = text === undefined ? {} : { record: decodeRecord(`${file}: ${RECORD_KEY}`, text) };
    return { file, tensors: new Map(tensors), ...record, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function storedTensor(
  source: RandomAccessFile,
  dataFrom: number,
  name: string,
  { dtype, shape, data_offsets: offsets }: TensorInfo,
): StoredTensor {
  const type = NUMBER_TYPES[dtype];
  if (type === undefined) {
    const expected = `a type among ${Object.keys(NUMBER_TYPES).join(', ')}`;
    throw expectedGot('UNSUPPORTED_FORMAT', `${source.file}: tensor '${name}'`, expected, dtype, 'Convert it to F16 or F32 before saving.');
  }
  const [begin, end] = offsets;
  return { name, shape, dtype: type, read: async () => toFloat32(type, await source.read(dataFrom + begin, end - begin)) };
}
