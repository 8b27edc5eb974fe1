import { expectedGot } from '../../errors.js';
import type { NumberType } from '../numberType.js';
import { PickleGlobal, PickleIgnored } from './pickleMachine.js';
import { SAVE_STATE_DICT } from './readPickle.js';
import { checkTensor, TorchStorage, TorchTensor } from './torchTensor.js';

/** A kind of storage, or a kind of numbers, by its name in PyTorch. */
export class TorchNumberType extends PickleGlobal {
  constructor(
    name: string,
    /** `undefined` for bytes that only their tensors know how to read. */
    readonly type: NumberType | undefined,
  ) {
    super(name);
  }
}

const STORAGES: Readonly<Record<string, NumberType | undefined>> = {
  'torch.FloatStorage': 'float32',
  'torch.DoubleStorage': 'float64',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
  'torch.storage.UntypedStorage': undefined,
};

const NUMBERS: Readonly<Record<string, NumberType>> = {
  'torch.float32': 'float32',
  'torch.float64': 'float64',
  'torch.float16': 'float16',
  'torch.bfloat16': 'bfloat16',
  'torch.int64': 'int64',
  'torch.int32': 'int32',
  'torch.int16': 'int16',
  'torch.int8': 'int8',
  'torch.uint8': 'uint8',
  'torch.bool': 'bool',
  'torch.uint16': 'uint16',
  'torch.uint32': 'uint32',
  'torch.uint64': 'uint64',
};

/** Values beside the weights of a training checkpoint: a device, a memory layout, a best accuracy that was kept as NumPy's own number. */
const IGNORED = [
  'torch.device',
  'torch.serialization._get_layout',
  'numpy.dtype',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
] as const;

/** What to do with tensors that are none of ours, by how their names begin. */
const ADVICE: Readonly<Record<string, string>> = {
  'torch._utils._rebuild_qtensor': 'Quantised tensors have no values of their own here; save the network as it was before quantisation.',
  'torch.Q': 'Quantised tensors have no values of their own here; save the network as it was before quantisation.',
  'torch._utils._rebuild_sparse': 'Sparse tensors are not read; call to_dense() on them before saving.',
  'torch.Complex': 'Complex numbers are not read.',
  'torch.float8': 'Eight-bit floats are not read; convert the tensors to float16 before saving.',
};

/**
 * Every name that a PyTorch file may use, and what stands for it here. The list is closed.
 *
 * @param file What errors call it.
 */
export function torchGlobals(file: string): (name: string) => PickleGlobal {
  const rebuild = (args: readonly unknown[]): TorchTensor => checkTensor(file, describeTensor(file, args));
  const first = ([value]: readonly unknown[]): unknown => value;
  const callable: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    'collections.OrderedDict': ([items = []]) => new Map(pairs(file, items)),
    'collections.defaultdict': () => new Map(),
    'torch.Size': ([sizes = []]) => sizes,
    '__builtin__.set': ([items = []]) => items,
    'builtins.set': ([items = []]) => items,
    '_codecs.encode': ([text]) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : new PickleIgnored()),
    'torch._utils._rebuild_tensor_v2': rebuild,
    'torch._utils._rebuild_tensor_v3': rebuild,
    'torch._utils._rebuild_parameter': first,
    'torch._utils._rebuild_parameter_with_state': first,
    ...Object.fromEntries(IGNORED.map((name) => [name, () => new PickleIgnored()])),
  };
  const plain = ['__builtin__.dict', 'builtins.dict', '__builtin__.list', 'builtins.list', 'torch.strided'];
  const globals = new Map<string, PickleGlobal>([
    ...Object.entries(callable).map(([name, call]): [string, PickleGlobal] => [name, new PickleGlobal(name, call)]),
    ...Object.entries({ ...STORAGES, ...NUMBERS }).map(([name, type]): [string, PickleGlobal] => [name, new TorchNumberType(name, type)]),
    ...plain.map((name): [string, PickleGlobal] => [name, new PickleGlobal(name)]),
  ]);
  return (name) => {
    const known = globals.get(name);
    if (known) return known;
    const advice = Object.entries(ADVICE).find(([start]) => name.startsWith(start))?.[1] ?? SAVE_STATE_DICT;
    throw expectedGot('UNSUPPORTED_FORMAT', file, 'tensors and plain values', name, advice);
  };
}

function pairs(file: string, items: unknown): [unknown, unknown][] {
  if (Array.isArray(items) && items.every((item): item is [unknown, unknown] => Array.isArray(item) && item.length === 2)) return items;
  throw expectedGot('CORRUPT_WEIGHTS', `${file}: an OrderedDict`, 'a list of pairs', items);
}

/** @param args Storage, offset, shape, strides, requires_grad, backward_hooks; in version 3 then the kind of numbers. */
function describeTensor(file: string, [storage, offset, shape, strides, , , numbers]: readonly unknown[]): TorchTensor {
  const isList = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every((item) => typeof item === 'number');
  if (!(storage instanceof TorchStorage && typeof offset === 'number' && isList(shape) && isList(strides))) {
    throw expectedGot('CORRUPT_WEIGHTS', `${file}: a tensor`, 'a storage, an offset, a shape and strides', [
      storage,
      offset,
      shape,
      strides,
    ]);
  }
  const type = numbers instanceof TorchNumberType ? numbers.type : storage.type;
  if (type === undefined) throw expectedGot('CORRUPT_WEIGHTS', `${file}: a tensor`, 'a kind of numbers', numbers);
  return new TorchTensor(storage, type, offset, [...shape], [...strides]);
}

/**
 * The storage that a persistent identifier means: `('storage', type, key, location, count)`. Where it lay in PyTorch's memory means nothing here.
 *
 * @throws InceptionError `CORRUPT_WEIGHTS` if it is no such thing; `UNSUPPORTED_FORMAT` for a view of another storage, which PyTorch wrote until 0.4.
 */
export function torchStorage(file: string, identifier: unknown): TorchStorage {
  const [kind, type, key, , count, view = null] = Array.isArray(identifier) ? (identifier as readonly unknown[]) : [];
  const isStorage = kind === 'storage' && type instanceof TorchNumberType && typeof key === 'string';
  if (!isStorage || typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
    throw expectedGot('CORRUPT_WEIGHTS', `${file}: a persistent identifier`, "('storage', type, key, location, count)", identifier);
  }
  if (view !== null)
    throw expectedGot('UNSUPPORTED_FORMAT', `${file}: storage '${key}'`, 'numbers of its own', 'a view of another storage');
  return new TorchStorage(key, type.type, count);
}
