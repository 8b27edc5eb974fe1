import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InceptionError } from '../../../src/errors.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '../../../src/io/safetensors/safetensors.js';
import { SAFETENSORS_TYPES, tensorBytes } from '../../../src/io/safetensors/safetensorsType.js';
import { typedView } from '../../../src/io/typedView.js';

const GOLDEN = readFileSync(join(__dirname, '..', 'golden', 'numpy.safetensors'));

const encode = (tensors: readonly SafetensorsTensor[], metadata?: Record<string, string>): Buffer =>
  Buffer.concat(encodeSafetensors(tensors, metadata));

const float32 = (name: string, values: number[], shape: number[] = [values.length]): SafetensorsTensor => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(Float32Array.from(values).buffer),
});

/** A file with a header of one's own making, and so many bytes of zeros for data. */
function fileOf(header: string | Uint8Array, dataBytes: number, declared?: bigint): Uint8Array {
  const text = Buffer.from(header as string);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(declared ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

/** The message with which a file is refused. */
function refusal(bytes: Uint8Array): string {
  try {
    decodeSafetensors('f.safetensors', bytes);
  } catch (error) {
    if (error instanceof InceptionError && error.code === 'CORRUPT_WEIGHTS') return error.message;
    throw error;
  }
  throw new Error('expected CORRUPT_WEIGHTS, got a file that is read');
}

const anyTensors = fc.uniqueArray(
  fc.tuple(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(...SAFETENSORS_TYPES),
    fc.array(fc.nat(4), { maxLength: 4 }),
    fc.integer(),
  ),
  { selector: ([name]) => name, maxLength: 8 },
);

describe('safetensors', () => {
  it('what is written is read: 300 random files of every type, shape and name', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyTensors, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), (drawn, metadata) => {
        const tensors = drawn
          .filter(([name, dtype, shape]) => name !== '__metadata__' && Number.isInteger(tensorBytes(dtype, shape)))
          .map(([name, dtype, shape, seed]) => {
            seen.add(dtype);
            return { name, dtype, shape, data: Uint8Array.from({ length: tensorBytes(dtype, shape) }, (_, at) => seed + at * 7) };
          });
        const read = decodeSafetensors('f', encode(tensors, metadata));
        expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
        expect(read.tensors.size).toBe(tensors.length);
        for (const tensor of tensors) {
          const back = read.tensors.get(tensor.name);
          expect({ ...back, data: [...(back?.data ?? [])] }).toEqual({ ...tensor, data: [...tensor.data] });
        }
      }),
      { seed: 4, numRuns: 300 },
    );
    expect(seen.size).toBe(22);
  });

  it('a file of the reference implementation (safetensors 0.8.0) is read with all 19 tensors, and written again byte for byte', () => {
    const { tensors, metadata } = decodeSafetensors('numpy.safetensors', GOLDEN);
    expect(metadata).toEqual({ origin: 'python scripts/golden/writeSafetensors.py, safetensors 0.8.0, numpy 2.4.6' });
    expect(tensors.size).toBe(19);
    const numbers = (name: string): number[] => [...typedView(Float32Array, tensors.get(name)!.data)];
    expect(numbers('typed/float32')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbers('scalar')).toEqual([Math.fround(0.1)]);
    expect(numbers('9')).toEqual([Infinity, -Infinity, -0]);
    expect(tensors.get('empty')).toMatchObject({ dtype: 'F32', shape: [0, 4] });
    expect([...typedView(Int32Array, tensors.get('Größe "½" 😀 ﹏')!.data)]).toEqual([2 ** 31 - 1, -(2 ** 31)]);
    expect([...tensors.get('three bytes')!.data]).toEqual([1, 2, 255]);
    expect(encode([...tensors.values()].reverse(), metadata).equals(GOLDEN)).toBe(true);
  });

  it('the pieces are the header and the very memory of every tensor, uncopied', () => {
    const [first, second] = [float32('b', [1]), float32('a', [2, 3])];
    const [header, ...data] = encodeSafetensors([first, second]);
    expect(header.length % 8).toBe(0);
    expect(data[0]).toBe(second.data);
    expect(data[1]).toBe(first.data);
  });

  it('cut at any of its bytes, or with one more, a file is refused', () => {
    const whole = encode([float32('weights', [1, 2]), float32('bias', [3], [])], { note: 'ä' });
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^f\.safetensors(: .*)?: expected .*, got .*\. The file is truncated or altered/);
    }
    expect(refusal(Buffer.concat([whole, Buffer.of(0)]))).toBe(
      'f.safetensors: expected 12 bytes of data, as its tensors hold, got 13. ' +
        'The file is truncated or altered; take it from where it was saved once more.',
    );
  });

  const info = (dtype: unknown, shape: unknown, offsets: unknown): string => JSON.stringify({ dtype, shape, data_offsets: offsets });
  it.each([
    { lie: 'nothing at all', file: new Uint8Array(), says: 'f.safetensors: expected at least 8 bytes, got 0' },
    { lie: 'a header longer than the file', file: fileOf('{}', 0, 3n), says: 'the header: expected at most 2 bytes, got 3n' },
    { lie: 'a header of 2^64 - 1 bytes', file: fileOf('{}', 0, 2n ** 64n - 1n), says: 'at most 2 bytes, got 18446744073709551615n' },
    {
      lie: 'a header of 100,000,001 bytes',
      file: fileOf('', 100_000_001, 100_000_001n),
      says: 'the header: expected at most 100000000 bytes, got 100000001n',
    },
    { lie: 'no text', file: fileOf(Uint8Array.of(0x7b, 0xff, 0x7d), 0), says: 'the header: expected UTF-8 text, got' },
    { lie: 'no JSON', file: fileOf('{"a":', 0), says: 'the header: expected JSON, got' },
    { lie: 'white space first', file: fileOf(' {}', 0), says: "the header: expected JSON that starts with '{', got ' {}'" },
    { lie: 'a byte order mark', file: fileOf('\ufeff{}', 0), says: "expected JSON that starts with '{'" },
    { lie: 'a list', file: fileOf('[]', 0), says: "expected JSON that starts with '{', got '[]'" },
    { lie: 'a tensor that is null', file: fileOf('{"a":null}', 0), says: "tensor 'a': expected object, got null" },
    {
      lie: 'a name twice, with the same place',
      file: fileOf(`{"a":${info('F32', [], [0, 4])},"\\u0061":${info('F32', [], [0, 4])}}`, 4),
      says: "the header: expected every name once, got 'a'",
    },
    {
      lie: 'a field twice',
      file: fileOf('{"a":{"dtype":"F32","dtype":"I32","shape":[],"data_offsets":[0,4]}}', 4),
      says: "the header: expected every name once, got 'dtype'",
    },
    { lie: 'an unknown type', file: fileOf(`{"a":${info('F31', [], [0, 4])}}`, 4), says: "tensor 'a' at dtype: expected one of" },
    { lie: 'no type', file: fileOf(`{"a":${info(undefined, [], [0, 4])}}`, 4), says: "tensor 'a' at dtype: expected one of" },
    { lie: 'another field', file: fileOf('{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"b":1}}', 1), says: "tensor 'a': expected" },
    { lie: 'a negative size', file: fileOf(`{"a":${info('F32', [-1], [0, 4])}}`, 4), says: "tensor 'a' at shape[0]: expected" },
    { lie: 'half a size', file: fileOf(`{"a":${info('F32', [0.5], [0, 2])}}`, 2), says: "tensor 'a' at shape[0]: expected int" },
    { lie: 'a size of 10^400', file: fileOf(`{"a":{"dtype":"U8","shape":[1e400],"data_offsets":[0,1]}}`, 1), says: "'a' at shape[0]" },
    { lie: 'a text for a size', file: fileOf(`{"a":${info('F32', ['1'], [0, 4])}}`, 4), says: "tensor 'a' at shape[0]: expected number" },
    {
      lie: 'too few values',
      file: fileOf(`{"a":${info('F32', [2], [0, 4])}}`, 4),
      says: "tensor 'a': expected 8 bytes for F32 [2], got 4",
    },
    {
      lie: 'too many values',
      file: fileOf(`{"a":${info('F16', [1], [0, 4])}}`, 4),
      says: "tensor 'a': expected 2 bytes for F16 [1], got 4",
    },
    { lie: 'half a byte', file: fileOf(`{"a":${info('F4', [3], [0, 1])}}`, 1), says: "tensor 'a': expected 1.5 bytes for F4 [3], got 1" },
    {
      lie: 'sizes whose product overflows',
      file: fileOf(`{"a":${info('F32', [2 ** 40, 2 ** 40, 2 ** 40], [0, 4])}}`, 4),
      says: `tensor 'a': expected ${2 ** 122} bytes for F32`,
    },
    { lie: 'one offset', file: fileOf(`{"a":${info('F32', [], [0])}}`, 4), says: "tensor 'a' at data_offsets" },
    { lie: 'offsets backwards', file: fileOf(`{"a":${info('U8', [], [1, 0])}}`, 1), says: "tensor 'a': expected data from offset 0" },
    {
      lie: 'data beyond the end',
      file: fileOf(`{"a":${info('F32', [], [0, 4])}}`, 3),
      says: "tensor 'a': expected data within the 3 bytes that the file holds, got 4",
    },
    {
      lie: 'overlapping data',
      file: fileOf(`{"a":${info('F32', [], [0, 4])},"b":${info('F32', [], [2, 6])}}`, 6),
      says: "tensor 'b': expected data from offset 4, where the tensor before it ends, got 2",
    },
    {
      lie: 'a hole',
      file: fileOf(`{"b":${info('F32', [], [5, 9])},"a":${info('F32', [], [0, 4])}}`, 9),
      says: "tensor 'b': expected data from offset 4, where the tensor before it ends, got 5",
    },
    { lie: 'data that belongs to none', file: fileOf('{}', 1), says: 'expected 0 bytes of data, as its tensors hold, got 1' },
    { lie: 'metadata of numbers', file: fileOf('{"__metadata__":{"a":1}}', 0), says: '__metadata__: expected texts by name, got { a: 1 }' },
    { lie: 'metadata in a list', file: fileOf('{"__metadata__":["a"]}', 0), says: '__metadata__: expected texts by name' },
    { lie: 'no metadata', file: fileOf('{"__metadata__":null}', 0), says: '__metadata__: expected texts by name, got null' },
  ])('a file that holds $lie is refused', ({ file, says }) => {
    expect(refusal(file)).toContain(says);
  });

  it("names of the language's own are names like any other: __proto__, constructor, 10", () => {
    const names = ['__proto__', 'constructor', 'toString', '10', '9', ''];
    const metadata = JSON.parse('{"__proto__":"text"}') as Record<string, string>;
    const read = decodeSafetensors(
      'f',
      encode(
        names.map((name, at) => float32(name, [at])),
        metadata,
      ),
    );
    expect([...read.tensors.keys()]).toEqual([...names].sort());
    expect(Object.entries(read.metadata)).toEqual([['__proto__', 'text']]);
    expect(Object.getPrototypeOf(read.metadata)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  it.each([
    { fault: 'a name twice', tensors: [float32('a', [1]), float32('a', [2])], says: "tensor 'a': expected every name once, got 'a'" },
    { fault: 'the reserved name', tensors: [float32('__metadata__', [1])], says: 'a name that the format has not reserved' },
    { fault: 'half a character for a name', tensors: [float32('\ud800', [1])], says: 'whole Unicode characters' },
    { fault: 'data too short for its shape', tensors: [float32('a', [1], [2])], says: "tensor 'a': expected 8 bytes for F32 [2], got 4" },
    {
      fault: 'sizes below zero',
      tensors: [float32('a', [1], [-1, -1])],
      says: "tensor 'a': expected a shape of whole numbers, got [ -1, -1 ]",
    },
    {
      fault: 'a type of another library',
      tensors: [{ ...float32('a', [1]), dtype: 'float32' as 'F32' }],
      says: 'expected a type among BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2',
    },
  ])('writing $fault is refused', ({ tensors, says }) => {
    const error = (() => {
      try {
        return encodeSafetensors(tensors);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(says) });
  });
});

describe('typedView', () => {
  it('shares memory that lies on a boundary of four bytes, and copies what lies beside one', () => {
    const bytes = Buffer.from(new Uint8Array(12).buffer);
    bytes.writeFloatLE(1.5, 4);
    const shared = typedView(Float32Array, bytes.subarray(4, 8));
    expect([...shared]).toEqual([1.5]);
    expect(shared.buffer).toBe(bytes.buffer);
    bytes.writeFloatLE(2.5, 1);
    const copied = typedView(Float32Array, bytes.subarray(1, 5));
    expect([...copied]).toEqual([2.5]);
    expect(copied.buffer).not.toBe(bytes.buffer);
  });
});
