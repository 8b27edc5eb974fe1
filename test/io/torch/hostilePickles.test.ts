import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InceptionErrorCode } from '../../../src/errors.js';
import { openTorchWeights } from '../../../src/io/torch/openTorchWeights.js';
import { expectFailure } from '../failure.js';
import { withFile } from '../openAll.js';
import { computingMs } from '../../computingMs.js';
import { dictOf, legacyFile, legacyHead, op, pickle, storage, tensorOf, tupleOf } from './assemblePickle.js';

const open = (path: string) => openTorchWeights('loadWeights', path);

/** No refusal takes longer, however loaded the machine. */
const MAX_MS = 5000;

async function refuses(bytes: Uint8Array, code: InceptionErrorCode, message: RegExp): Promise<void> {
  const start = computingMs();
  await withFile(bytes, (path) => expectFailure(open(path), code, message));
  expect(computingMs() - start).toBeLessThan(MAX_MS);
}

const call = (parent: string, name: string, ...args: Buffer[]) => Buffer.concat([op.global(parent, name), tupleOf(...args), op.reduce]);

describe('the pickles that these tests make by hand are good ones', () => {
  it('a dictionary of one tensor is read: [[0, 1, 2], [3, 4, 5]]', async () => {
    await withFile(legacyFile(dictOf('weight', tensorOf())), async (path) => {
      const { tensors } = await open(path);
      expect(tensors.get('weight')).toMatchObject({ shape: [2, 3], dtype: 'float32' });
      expect(await tensors.get('weight')!.read()).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    });
  });
});

describe('pickles that call things are refused by the name of the thing, and nothing is called', () => {
  const proof = join(tmpdir(), `pickle-was-here-${process.pid}`);
  const command = op.text(`touch ${proof}`);
  const eight = (byte: number) => Buffer.concat([Buffer.of(byte), Buffer.of(2, 0, 0, 0, 0, 0, 0, 0), Buffer.from('os')]);

  it.each([
    { by: 'REDUCE', value: call('os', 'system', command), name: "'os.system'" },
    { by: 'REDUCE of posix', value: call('posix', 'system', command), name: "'posix.system'" },
    { by: 'REDUCE of builtins', value: call('builtins', 'eval', command), name: "'builtins.eval'" },
    { by: 'REDUCE of __builtin__', value: call('__builtin__', 'exec', command), name: "'__builtin__.exec'" },
    { by: 'REDUCE of subprocess', value: call('subprocess', 'Popen', command), name: "'subprocess.Popen'" },
    { by: 'a name within a name', value: call('torch', 'storage.os.system', command), name: "'torch.storage.os.system'" },
    { by: 'a name of every object', value: call('torch', '__proto__'), name: "'torch.__proto__'" },
    { by: 'constructor', value: call('', 'constructor'), name: "'.constructor'" },
    {
      by: 'STACK_GLOBAL',
      value: Buffer.concat([op.text('os'), op.text('system'), op.raw(0x93), tupleOf(command), op.reduce]),
      name: "'os.system'",
    },
    { by: 'STACK_GLOBAL of long strings', value: Buffer.concat([eight(0x8d), op.text('system'), op.raw(0x93)]), name: "'os.system'" },
    { by: 'INST', value: Buffer.concat([op.mark, command, Buffer.from('ios\nsystem\n')]), name: 'INST' },
    { by: 'OBJ', value: Buffer.concat([op.mark, op.global('torch', 'Size'), command, Buffer.from('o')]), name: 'OBJ' },
    { by: 'NEWOBJ', value: Buffer.concat([op.global('torch', 'Size'), tupleOf(command), op.raw(0x81)]), name: 'NEWOBJ' },
    {
      by: 'NEWOBJ_EX',
      value: Buffer.concat([op.global('torch', 'Size'), tupleOf(command), op.emptyDict, op.raw(0x92)]),
      name: 'NEWOBJ_EX',
    },
    { by: 'EXT1', value: op.raw(0x82, 1), name: 'EXT1' },
    { by: 'EXT2', value: op.raw(0x83, 1, 0), name: 'EXT2' },
    { by: 'EXT4', value: op.raw(0x84, 1, 0, 0, 0), name: 'EXT4' },
    { by: 'PERSID', value: Buffer.from('Pstorage\n'), name: 'PERSID' },
    { by: 'NEXT_BUFFER', value: op.raw(0x97), name: 'NEXT_BUFFER' },
  ])('$by', async ({ value, name }) => {
    const pattern = new RegExp(`got .*${name.replaceAll('.', '\\.')}.*torch\\.save\\(model\\.state_dict\\(\\)`);
    await refuses(legacyFile(value), 'UNSUPPORTED_FORMAT', pattern);
    expect(existsSync(proof)).toBe(false);
  });

  it.each([
    { what: 'a text', value: Buffer.concat([op.text('os.system'), tupleOf(command), op.reduce]) },
    { what: 'a storage', value: Buffer.concat([storage(), tupleOf(), op.reduce]) },
    { what: 'a kind of storage', value: call('torch', 'FloatStorage', op.int(1)) },
    { what: 'a function with no tuple', value: Buffer.concat([op.global('torch', 'Size'), op.int(1), op.reduce]) },
  ])('calling $what is refused', async ({ value }) => {
    await refuses(legacyFile(value), 'CORRUPT_WEIGHTS', /something to be called/);
  });

  it('setting attributes of a tensor is refused; of a dictionary it does nothing', async () => {
    await refuses(legacyFile(tensorOf(), dictOf('__class__', op.int(1)), op.build), 'CORRUPT_WEIGHTS', /a dictionary to set attributes of/);
    await withFile(legacyFile(dictOf('weight', tensorOf()), dictOf('get', op.int(1)), op.build), async (path) => {
      expect([...(await open(path)).tensors.keys()]).toEqual(['weight']);
    });
  });
});

describe('tensors that do not lie in their storage of 6 numbers are refused', () => {
  const int = (...values: number[]) => values.map(op.int);
  it.each([
    { with: 'an offset past the end', tensor: tensorOf({ offset: op.int(1) }), message: /numbers among the 6/ },
    { with: 'an offset below zero', tensor: tensorOf({ offset: op.int(-1) }), message: /whole numbers for offset/ },
    { with: 'an offset of 2^54', tensor: tensorOf({ offset: op.long(2 ** 54) }), message: /a storage, an offset|whole numbers/ },
    { with: 'a stride below zero', tensor: tensorOf({ strides: int(-3, 1) }), message: /whole numbers for offset/ },
    { with: 'a stride past the end', tensor: tensorOf({ strides: int(4, 1) }), message: /numbers among the 6/ },
    { with: 'a size below zero', tensor: tensorOf({ shape: int(-2, -3) }), message: /whole numbers for offset/ },
    { with: 'a size that is no number', tensor: tensorOf({ shape: [op.float(NaN), op.int(3)] }), message: /whole numbers for offset/ },
    { with: 'an infinite size', tensor: tensorOf({ shape: [op.float(Infinity), op.int(3)] }), message: /whole numbers for offset/ },
    { with: 'half a size', tensor: tensorOf({ shape: [op.float(1.5), op.int(3)] }), message: /whole numbers for offset/ },
    { with: 'a size that is a text', tensor: tensorOf({ shape: [op.text('2'), op.int(3)] }), message: /a storage, an offset, a shape/ },
    { with: 'more axes than strides', tensor: tensorOf({ shape: int(2, 3, 1) }), message: /a stride for each/ },
    {
      with: '65 axes',
      tensor: tensorOf({ shape: int(...Array<number>(65).fill(1)), strides: int(...Array<number>(65).fill(1)) }),
      message: /at most 64 axes/,
    },
    {
      with: 'a number shown 2^60 times',
      tensor: tensorOf({ shape: int(2 ** 30, 2 ** 30), strides: int(0, 0) }),
      message: /at most 16777216 numbers/,
    },
    {
      with: 'sizes whose product overflows',
      tensor: tensorOf({ shape: int(...Array<number>(64).fill(2 ** 30)), strides: int(...Array<number>(64).fill(0)) }),
      message: /at most 16777216/,
    },
    { with: 'no storage', tensor: tensorOf({ storage: op.none }), message: /a storage, an offset/ },
    {
      with: 'a storage longer than the file',
      tensor: tensorOf({ storage: storage({ count: op.long(2 ** 40) }) }),
      message: /a count of 1099511627776/,
    },
    { with: 'a storage of -1 numbers', tensor: tensorOf({ storage: storage({ count: op.int(-1) }) }), message: /a persistent identifier/ },
    { with: 'a storage under another key', tensor: tensorOf({ storage: storage({ key: '../../etc/passwd' }) }), message: /keys among 1/ },
    { with: 'a storage of another type', tensor: tensorOf({ storage: storage({ type: 'LongStorage' }) }), message: /48 bytes/ },
  ])('$with', async ({ tensor, message }) => {
    await refuses(legacyFile(dictOf('weight', tensor)), 'CORRUPT_WEIGHTS', message);
  });

  it('a tensor without numbers may have sizes whose product would be infinite', async () => {
    const sizes = [0, ...Array<number>(40).fill(2 ** 30)];
    const tensor = tensorOf({ shape: sizes.map(op.int), strides: sizes.map(() => op.int(0)) });
    await withFile(legacyFile(dictOf('weight', tensor)), async (path) => {
      expect(await (await open(path)).tensors.get('weight')!.read()).toEqual(new Float32Array());
    });
  });
});

describe('pickles that want too much are refused within bounds', () => {
  const nested = (depth: number) =>
    Buffer.concat([...Array<Buffer>(depth).fill(op.emptyList), ...Array<Buffer>(depth - 1).fill(op.append)]);
  const length = (code: number, bytes: number) => Buffer.concat([Buffer.of(code), Buffer.alloc(bytes, 0xff)]);

  it.each([
    { what: 'a text of 2^32 - 1 bytes', value: length(0x58, 4) },
    { what: 'a text of 2^64 - 1 bytes', value: length(0x8d, 8) },
    { what: 'bytes of 2^64 - 1 bytes', value: length(0x8e, 8) },
    { what: 'a bytearray of 2^64 - 1 bytes', value: length(0x96, 8) },
    { what: 'a whole number of 255 bytes that are not there', value: Buffer.of(0x8a, 255) },
  ])('$what', async ({ value }) => {
    await refuses(Buffer.concat([legacyHead, Buffer.of(0x80, 2), value]), 'CORRUPT_WEIGHTS', /whole pickles in its first/);
  });

  it.each([
    { what: 'a whole number of 2^32 - 1 bytes', value: length(0x8b, 4), message: /a whole number of at most 256 bytes/ },
    { what: 'a name of 100,000 bytes', value: Buffer.from(`c${'a'.repeat(100_000)}`), message: /a name of at most 512 bytes/ },
    { what: 'text that is no UTF-8', value: Buffer.from([0x58, 2, 0, 0, 0, 0xff, 0xfe]), message: /UTF-8 text/ },
    { what: '500,001 operations', value: Buffer.alloc(500_001, ']'), message: /a pickle of at most 500000 operations/ },
    { what: 'something memorised that never was', value: op.get(9), message: /something memorised before, got 'number 9'/ },
    { what: 'more from the stack than it holds', value: op.setItem, message: /a value on the stack/ },
    { what: 'values from below a mark', value: Buffer.concat([op.none, op.mark, Buffer.of(0x85)]), message: /a value on the stack/ },
    { what: 'a mark that was not set', value: op.tuple, message: /a mark on the stack/ },
    {
      what: 'a key without its value',
      value: Buffer.concat([op.emptyDict, op.mark, op.none, Buffer.from('u')]),
      message: /keys with their values/,
    },
    {
      what: 'items of a text',
      value: Buffer.concat([op.text('a'), op.none, op.none, op.setItem]),
      message: /a dictionary to set items of/,
    },
    { what: 'appending to a dictionary', value: Buffer.concat([op.emptyDict, op.none, op.append]), message: /a list to append to/ },
    {
      what: 'a persistent identifier that is a text',
      value: Buffer.concat([op.text('storage'), op.persistent]),
      message: /a persistent identifier/,
    },
    { what: 'a byte that is no opcode', value: op.raw(0xff), message: /the opcode 255/ },
  ])('$what', async ({ value, message }) => {
    await refuses(Buffer.concat([legacyHead, Buffer.of(0x80, 2), value]), 'CORRUPT_WEIGHTS', message);
  });

  it('a list within a list, 100,000 deep, beside a tensor does no harm', async () => {
    const value = [op.emptyDict, op.text('deep'), nested(100_000), op.setItem, op.text('weight'), tensorOf(), op.setItem];
    await withFile(legacyFile(...value), async (path) => {
      expect([...(await open(path)).tensors.keys()]).toEqual(['weight']);
    });
  });

  it('a dictionary that holds itself as its state dict is refused, not followed forever', async () => {
    const value = [op.emptyDict, op.put(0), op.text('state_dict'), op.get(0), op.setItem, op.text('weight'), tensorOf(), op.setItem];
    await refuses(legacyFile(...value), 'UNSUPPORTED_FORMAT', /tensors by name/);
  });

  it('a list that holds itself for a tensor’s shape is refused', async () => {
    const loop = Buffer.concat([op.emptyList, op.put(0), op.get(0), op.append]);
    const args = tupleOf(storage(), op.int(0), loop, tupleOf(), op.false, op.none);
    await refuses(legacyFile(op.global('torch._utils', '_rebuild_tensor_v2'), args, op.reduce), 'CORRUPT_WEIGHTS', /a storage, an offset/);
  });

  it('protocol 6 and a file of a big-endian machine are refused', async () => {
    await refuses(Buffer.concat([legacyHead, Buffer.of(0x80, 6)]), 'UNSUPPORTED_FORMAT', /protocol: expected at most 5, got 6/);
    const bytes = Buffer.from(legacyHead);
    bytes[bytes.lastIndexOf(0x88)] = 0x89;
    await refuses(bytes, 'UNSUPPORTED_FORMAT', /a little-endian one/);
  });

  it('a pickle that is none of PyTorch’s is refused with the line that saves one', async () => {
    await refuses(pickle(op.emptyDict), 'CORRUPT_WEIGHTS', /a file of torch\.save, got Map.*torch\.save\(model\.state_dict\(\), path\)/);
    await refuses(Buffer.from('weights'), 'CORRUPT_WEIGHTS', /a file of torch\.save, got 'one that starts with/);
    await refuses(Buffer.alloc(0), 'CORRUPT_WEIGHTS', /a file of torch\.save/);
  });
});
