import { expectedGot } from '../../errors.js';
import { writeFileAtomically } from '../atomicFile.js';
import { RECORD_KEY, encodeRecord, type ModelRecord } from '../modelRecord.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import type { ModelWriter } from '../modelWriters.js';
import { stateDict, type StateDictTensor } from '../names/stateDict.js';
import { layOutSafetensors } from './safetensorsLayout.js';
import type { SafetensorsType } from './safetensorsType.js';
import { snapshotBytes, weightLength } from './snapshotBytes.js';

/** A tensor to be written, made when it is its turn. */
interface PendingTensor {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  /** The values in row-major order, little-endian. */
  bytes(): AsyncIterable<Uint8Array>;
}

const TYPES: Readonly<Record<string, SafetensorsType | undefined>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** What safetensors' own writer for torch says, and some readers ask for. */
const OF_TORCH = { format: 'pt' };

/**
 * Writes a model as one safetensors file, tensor by tensor: its weights, and in the metadata what makes a model of them, as the record that
 * every format has. In another library's names it is a state dict for that library, weights alone.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export const writeSafetensors: ModelWriter = async (where, snapshot, { file }, { names = 'tfjs-inception' }) => {
  const isOwn = names === 'tfjs-inception';
  const record: ModelRecord = { ...snapshot.record, topology: snapshot.topology as ModelRecord['topology'] };
  const tensors = isOwn ? ownTensors(where, snapshot) : stateDict(where, snapshot, names).map(pending);
  const { header, sorted } = layOutSafetensors(tensors, isOwn ? { [RECORD_KEY]: encodeRecord(record) } : OF_TORCH);
  await writeFileAtomically(where, file, pieces(header, sorted));
};

function pending(tensor: StateDictTensor): PendingTensor {
  const { name, dtype, shape } = tensor;
  return { name, dtype, shape, bytes: () => bytesOf(tensor) };
}

async function* bytesOf(tensor: StateDictTensor): AsyncGenerator<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await tensor.read();
  yield new Uint8Array(buffer, byteOffset, byteLength);
}

function ownTensors(where: string, { weights }: ModelSnapshot): PendingTensor[] {
  return weights.map((weight) => {
    const { name, tensor } = weight;
    const dtype = TYPES[tensor.dtype];
    if (!dtype) throw expectedGot('UNSUPPORTED_FORMAT', `${where}.model: weight '${name}'`, Object.keys(TYPES).join(', '), tensor.dtype);
    return { name, dtype, shape: tensor.shape, bytes: () => snapshotBytes([weight], 0, weightLength(weight)) };
  });
}

async function* pieces(header: Uint8Array, tensors: readonly PendingTensor[]): AsyncGenerator<Uint8Array> {
  yield header;
  for (const tensor of tensors) yield* tensor.bytes();
}
