import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRecord, RECORD_KEY, type ModelRecord } from '../../../src/io/modelRecord.js';
import { openSafetensors } from '../../../src/io/safetensors/openSafetensors.js';
import { encodeSafetensors } from '../../../src/io/safetensors/safetensors.js';
import { expectFailure } from '../failure.js';
import { expectAsDescribed, goldenWeights } from '../goldenWeights.js';
import { flips, openAll, truncations, withFile } from '../openAll.js';

const FOLDER = join(__dirname, '..', 'golden');
const GOLDEN = goldenWeights(join(FOLDER, 'safetensors'));
const open = (path: string) => openSafetensors('loadWeights', path);
const encode = (...args: Parameters<typeof encodeSafetensors>): Buffer => Buffer.concat(encodeSafetensors(...args));
const one = { name: 'a', dtype: 'F32', shape: [1], data: new Uint8Array(4) } as const;

describe('openSafetensors', () => {
  it('2 golden files are there; python scripts/golden/writeTorchFiles.py writes them anew', () => {
    expect(GOLDEN.map(({ name }) => name)).toEqual(['numpy.safetensors', 'torch.safetensors']);
  });

  it.each(GOLDEN)('$name: every name, shape, kind and value, bit by bit', async (golden) => {
    const opened = await open(golden.path);
    await expectAsDescribed(opened, golden, false);
    expect(opened.record).toBeUndefined();
    await opened.close();
    await opened.close();
  });

  it('the record that this package keeps in its files comes with the weights', async () => {
    const record: ModelRecord = { version: 1, labels: ['cat', 'dog'] };
    await withFile(encode([one], { [RECORD_KEY]: encodeRecord(record) }), async (path) => {
      expect((await open(path)).record).toEqual(record);
    });
  });

  it('a record that is none is refused, one that is newer too', async () => {
    await withFile(encode([one], { [RECORD_KEY]: '{"labels":[1]}' }), (path) =>
      expectFailure(open(path), 'CORRUPT_MODEL', /tfjs-inception/),
    );
    await withFile(encode([one], { [RECORD_KEY]: '{"version":2}' }), (path) =>
      expectFailure(open(path), 'UNSUPPORTED_FORMAT', /at most 1, got 2/),
    );
  });

  it('complex numbers and eight-bit floats are refused by tensor and type', async () => {
    await expectFailure(
      open(join(FOLDER, 'numpy.safetensors')),
      'UNSUPPORTED_FORMAT',
      /tensor 'typed\/complex64': expected a type among BOOL.*got 'C64'/,
    );
    const tensor = { name: 'w', dtype: 'F8_E4M3', shape: [2], data: new Uint8Array(2) } as const;
    await withFile(encode([tensor]), (path) =>
      expectFailure(open(path), 'UNSUPPORTED_FORMAT', /tensor 'w'.*got 'F8_E4M3'\. Convert it to F16/),
    );
  });

  it('a false length of 2^63 bytes is refused before anything is read', async () => {
    const bytes = Buffer.from(readFileSync(GOLDEN[0].path));
    bytes.writeBigUInt64LE(2n ** 63n);
    await withFile(bytes, (path) =>
      expectFailure(open(path), 'CORRUPT_WEIGHTS', /the header: expected at most 1030 bytes, got 9223372036854775808n/),
    );
  });

  it('a file that is not there is NOT_FOUND', async () => {
    await expectFailure(open(join(FOLDER, 'absent.safetensors')), 'NOT_FOUND', /no such file/);
  });

  it('every truncation is refused; with any one byte flipped the file is refused or every shape is right', async () => {
    const bytes = readFileSync(GOLDEN[0].path);
    expect(await openAll(openSafetensors, truncations(bytes))).toEqual({ CORRUPT_WEIGHTS: bytes.length });
    const { read = 0, CORRUPT_WEIGHTS = 0, UNSUPPORTED_FORMAT = 0, ...others } = await openAll(openSafetensors, flips(bytes));
    expect(others).toEqual({});
    expect(read + CORRUPT_WEIGHTS + UNSUPPORTED_FORMAT).toBe(bytes.length);
    expect(CORRUPT_WEIGHTS).toBeGreaterThan(700);
  });
});
