import { expectedGot } from '../../errors.js';
import { NUMBER_BYTES, type NumberType } from '../numberType.js';
import { shapeSize } from '../shapeSize.js';
import { toFloat32 } from '../toFloat32.js';

/** Numbers that lie together in a file; tensors are views of it. */
export class TorchStorage {
  constructor(
    readonly key: string,
    /** `undefined` if only its tensors know. */
    readonly type: NumberType | undefined,
    /** Of numbers; of bytes where the type is unknown. */
    readonly count: number,
  ) {}

  get bytes(): number {
    return this.count * (this.type === undefined ? 1 : NUMBER_BYTES[this.type]);
  }
}

/** A strided view of a storage, as a pickle describes it; checked to lie within. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly type: NumberType,
    /** Of its first number in the storage, in numbers. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** In numbers. */
    readonly strides: readonly number[],
  ) {}

  get size(): number {
    // A hostile shape's product may be infinite, and infinity times nothing is no number.
    return this.shape.includes(0) ? 0 : shapeSize(this.shape);
  }

  /** From its first number to its last, whatever lies between. */
  get span(): number {
    return this.size === 0 ? 0 : this.shape.reduce((span, size, axis) => span + (size - 1) * this.strides[axis], 1);
  }
}

/** Reads bytes of a storage, from an offset. */
export type StorageReader = (storage: TorchStorage, offset: number, bytes: number) => Promise<Uint8Array<ArrayBuffer>>;

/** A tensor may show the same numbers over and over. Beyond what its storage holds, no more than this: a hundredth of a kilobyte could claim gigabytes. */
const MAX_REPEATED = 2 ** 24;

/** No more axes than PyTorch's own kernels take. */
const MAX_RANK = 64;

/**
 * Refuses a view whose numbers are not all in its storage.
 *
 * @throws InceptionError `CORRUPT_WEIGHTS` with the value and its bound.
 */
export function checkTensor(file: string, tensor: TorchTensor): TorchTensor {
  const { storage, type, offset, shape, strides, size, span } = tensor;
  const where = `${file}: a tensor of storage '${storage.key}'`;
  const refuse = (expected: string, actual: unknown) => expectedGot('CORRUPT_WEIGHTS', where, expected, actual);
  if (![offset, ...shape, ...strides].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw refuse('whole numbers for offset, shape and strides', { offset, shape, strides });
  }
  if (shape.length !== strides.length || shape.length > MAX_RANK)
    throw refuse(`a stride for each of at most ${MAX_RANK} axes`, { shape, strides });
  const count = Math.floor(storage.bytes / NUMBER_BYTES[type]);
  if (offset + span > count) throw refuse(`numbers among the ${count} of its storage`, { offset, shape, strides });
  if (size > Math.max(count, MAX_REPEATED)) throw refuse(`at most ${MAX_REPEATED} numbers of a storage of ${count}`, size);
  return tensor;
}

/** A tensor's values in row-major order, however they lie. */
export async function readTensor(tensor: TorchTensor, read: StorageReader): Promise<Float32Array> {
  const { storage, type, offset, size, span } = tensor;
  const width = NUMBER_BYTES[type];
  const values = toFloat32(type, await read(storage, offset * width, span * width));
  return isRowMajor(tensor) ? values : gather(values, tensor, size);
}

function isRowMajor({ shape, strides }: TorchTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

function gather(values: Float32Array, { shape, strides }: TorchTensor, size: number): Float32Array {
  const gathered = new Float32Array(size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < size; to++) {
    gathered[to] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return gathered;
}
