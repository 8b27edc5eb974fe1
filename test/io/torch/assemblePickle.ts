/** A number of so many bytes, lowest first. */
const whole = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
};

/** A pickle's opcodes, to be put together by hand: also such as no pickler would write. */
export const op = {
  raw: (...bytes: number[]) => Buffer.from(bytes),
  text: (value: string) => Buffer.concat([Buffer.from('X'), whole(Buffer.byteLength(value), 4), Buffer.from(value)]),
  int: (value: number) => Buffer.concat([Buffer.from('J'), whole(value, 4)]),
  long: (value: number) => Buffer.concat([Buffer.of(0x8a, 7), whole(value, 7)]),
  float: (value: number) => {
    const buffer = Buffer.alloc(9, 'G');
    buffer.writeDoubleBE(value, 1);
    return buffer;
  },
  global: (parent: string, name: string) => Buffer.from(`c${parent}\n${name}\n`),
  none: Buffer.from('N'),
  false: Buffer.of(0x89),
  mark: Buffer.from('('),
  tuple: Buffer.from('t'),
  emptyTuple: Buffer.from(')'),
  emptyDict: Buffer.from('}'),
  emptyList: Buffer.from(']'),
  setItem: Buffer.from('s'),
  append: Buffer.from('a'),
  reduce: Buffer.from('R'),
  build: Buffer.from('b'),
  put: (index: number) => Buffer.of(0x71, index),
  get: (index: number) => Buffer.of(0x68, index),
  persistent: Buffer.from('Q'),
  stop: Buffer.from('.'),
} as const;

/** A tuple of what the parts push. */
export const tupleOf = (...parts: Buffer[]): Buffer => Buffer.concat([op.mark, ...parts, op.tuple]);

/** A dictionary of one item. */
export const dictOf = (key: string, value: Buffer): Buffer => Buffer.concat([op.emptyDict, op.text(key), value, op.setItem]);

/** Storage '0'. */
export const storage = ({ type = 'FloatStorage', count = op.int(6), key = '0' } = {}): Buffer =>
  Buffer.concat([tupleOf(op.text('storage'), op.global('torch', type), op.text(key), op.text('cpu'), count), op.persistent]);

/** A tensor, by the function that PyTorch's files name. */
export const tensorOf = (parts: { storage?: Buffer; offset?: Buffer; shape?: Buffer[]; strides?: Buffer[] } = {}): Buffer => {
  const { storage: of = storage(), offset = op.int(0), shape = [op.int(2), op.int(3)], strides = [op.int(3), op.int(1)] } = parts;
  const args = tupleOf(of, offset, tupleOf(...shape), tupleOf(...strides), op.false, op.none);
  return Buffer.concat([op.global('torch._utils', '_rebuild_tensor_v2'), args, op.reduce]);
};

const PROTOCOL_2 = Buffer.of(0x80, 2);

/** A whole pickle. */
export const pickle = (...parts: Buffer[]): Buffer => Buffer.concat([PROTOCOL_2, ...parts, op.stop]);

/** The first three pickles of a file in the old layout: the magic number, the version, the machine. */
export const legacyHead = Buffer.concat([
  pickle(Buffer.of(0x8a, 10), Buffer.from('6cfc9c46f9206aa85019', 'hex')),
  pickle(op.int(1001)),
  pickle(op.emptyDict, op.text('little_endian'), Buffer.of(0x88), op.setItem),
]);

/** A file in the old layout that holds a value, and six numbers (0 to 5) in storage '0'. */
export const legacyFile = (...value: Buffer[]): Buffer => {
  const keys = pickle(op.emptyList, op.text('0'), op.append);
  return Buffer.concat([legacyHead, pickle(...value), keys, whole(6, 8), Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)]);
};
