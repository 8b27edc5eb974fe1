import { unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTorchWeights } from '../../../src/io/torch/openTorchWeights.js';
import { expectFailure } from '../failure.js';
import { expectAsDescribed, goldenWeights } from '../goldenWeights.js';
import { flips, openAll, truncations, withFile } from '../openAll.js';
import { dictOf, legacyFile, op, pickle, tensorOf, tupleOf } from './assemblePickle.js';

const FOLDER = join(__dirname, '..', 'golden', 'torch');
const GOLDEN = goldenWeights(FOLDER);
const open = (path: string) => openTorchWeights('loadWeights', path);

describe('openTorchWeights: what PyTorch wrote is read, bit by bit', () => {
  it('11 golden files are there; python scripts/golden/writeTorchFiles.py writes them anew', () => {
    expect(GOLDEN).toHaveLength(11);
  });

  it.each(GOLDEN)('$name: every name, shape, kind and value, in PyTorch’s order', async (golden) => {
    const opened = await open(golden.path);
    await expectAsDescribed(opened, golden);
    await opened.close();
    await opened.close();
  });

  it('a tensor that is read twice is memory of its own both times', async () => {
    const opened = await open(join(FOLDER, 'views-zip.pth'));
    const tensor = opened.tensors.get('base')!;
    const [first, second] = [await tensor.read(), await tensor.read()];
    first.fill(7);
    expect(second[23]).toBe(23);
    await opened.close();
  });

  it('a file that is not there is NOT_FOUND, and so is a folder', async () => {
    await expectFailure(open(join(FOLDER, 'absent.pth')), 'NOT_FOUND', /expected a file at .*absent\.pth, got no such file/);
    await expectFailure(open(FOLDER), 'NOT_FOUND', /something that is not a file/);
  });
});

describe('openTorchWeights: checkpoints', () => {
  it.each(['state_dict', 'model_state_dict', 'model', 'model_ema', 'state_dict_ema'])('the state dict is found under %s', async (key) => {
    await withFile(legacyFile(dictOf(key, dictOf('fc.weight', tensorOf()))), async (path) => {
      const { tensors } = await open(path);
      expect(await tensors.get('fc.weight')!.read()).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    });
  });

  it.each(['module.', '_orig_mod.', 'module._orig_mod.'])('%s before all names is left out', async (wrapper) => {
    await withFile(legacyFile(dictOf('state_dict', dictOf(`${wrapper}fc.weight`, tensorOf()))), async (path) => {
      expect([...(await open(path)).tensors.keys()]).toEqual(['fc.weight']);
    });
  });

  it('module. before one name of two stays', async () => {
    const value = [op.emptyDict, op.text('module.a'), tensorOf(), op.setItem, op.text('b'), tensorOf(), op.setItem];
    await withFile(legacyFile(...value), async (path) => {
      expect([...(await open(path)).tensors.keys()]).toEqual(['module.a', 'b']);
    });
  });

  it('a file without tensors is refused, and the message lists what it holds', async () => {
    const refused = (path: string) =>
      expectFailure(open(path), 'UNSUPPORTED_FORMAT', /tensors by name, or such under state_dict.*got \[ 'epoch' \]/);
    await withFile(
      legacyFile(
        dictOf('epoch', op.int(3)),
        Buffer.from('0'),
        dictOf('epoch', tensorOf()),
        op.put(1),
        Buffer.from('0'),
        dictOf('epoch', op.int(3)),
      ),
      refused,
    );
  });
});

describe('openTorchWeights: what PyTorch writes that is no plain tensor is refused by name', () => {
  it.each([
    { file: 'refused-module.pth', message: /got 'torch\.nn\.modules\.container\.Sequential'.*torch\.save\(model\.state_dict\(\), path\)/ },
    { file: 'refused-namespace.pth', message: /got 'argparse\.Namespace'/ },
    { file: 'refused-quantised.pth', message: /got 'torch\.(_utils\._rebuild_qtensor|QInt8Storage)'\. Quantised/ },
    { file: 'refused-sparse.pth', message: /got 'torch\._utils\._rebuild_sparse_tensor'\. Sparse/ },
    { file: 'refused-script.pth', message: /a TorchScript program.*torch\.jit\.load/ },
  ])('$file', async ({ file, message }) => {
    await expectFailure(open(join(FOLDER, file)), 'UNSUPPORTED_FORMAT', message);
  });
});

describe('openTorchWeights: archives that other tools made, or damaged', () => {
  const archive = unzipSync(readFileSync(join(FOLDER, 'tiny-zip.pth')));
  const refuses = (files: Record<string, Uint8Array>, code: 'CORRUPT_WEIGHTS' | 'UNSUPPORTED_FORMAT', message: RegExp) =>
    withFile(zipSync(files), (path) => expectFailure(open(path), code, message));

  it('one that was unpacked and packed anew, compressed, is read the same', async () => {
    const golden = GOLDEN.find(({ name }) => name === 'views-zip.pth')!;
    await withFile(zipSync(unzipSync(readFileSync(golden.path)), { level: 9 }), async (path) => {
      const opened = await open(path);
      await expectAsDescribed(opened, golden);
      await opened.close();
    });
  });

  it('numbers that only the tensor knows how to read, as PyTorch 2 keeps uint16: [[1, 65535]]', async () => {
    const bytes = Buffer.concat([
      tupleOf(op.text('storage'), op.global('torch.storage', 'UntypedStorage'), op.text('0'), op.text('cpu'), op.int(4)),
      op.persistent,
    ]);
    const numbers = op.global('torch', 'uint16');
    const args = tupleOf(bytes, op.int(0), tupleOf(op.int(1), op.int(2)), tupleOf(op.int(2), op.int(1)), op.false, op.emptyDict, numbers);
    const value = dictOf('weight', Buffer.concat([op.global('torch._utils', '_rebuild_tensor_v3'), args, op.reduce]));
    await withFile(zipSync({ 'a/data.pkl': pickle(value), 'a/data/0': Uint8Array.of(1, 0, 255, 255) }), async (path) => {
      const opened = await open(path);
      expect(opened.tensors.get('weight')).toMatchObject({ shape: [1, 2], dtype: 'uint16' });
      expect(await opened.tensors.get('weight')!.read()).toEqual(Float32Array.of(1, 65_535));
      await opened.close();
    });
  });

  it('without a storage, or with a shorter one, it is refused', async () => {
    const { 'tiny-zip/data/0': first, ...others } = archive;
    await refuses(others, 'CORRUPT_WEIGHTS', /storage '0': expected 8 bytes, got 'none'/);
    await refuses({ ...others, 'tiny-zip/data/0': first.subarray(1) }, 'CORRUPT_WEIGHTS', /storage '0': expected 8 bytes, got 7/);
  });

  it('with no pickle, two pickles or half a pickle it is refused', async () => {
    const { 'tiny-zip/data.pkl': data, ...others } = archive;
    await refuses(others, 'CORRUPT_WEIGHTS', /one data\.pkl, as torch\.save writes it, got \[\]/);
    await refuses({ ...archive, 'other/data.pkl': data }, 'CORRUPT_WEIGHTS', /one data\.pkl.*'other\/data\.pkl'/);
    await refuses({ ...archive, 'tiny-zip/data.pkl': data.subarray(0, 100) }, 'CORRUPT_WEIGHTS', /a whole pickle/);
  });

  it('of a big-endian machine it is refused', async () => {
    await refuses(
      { ...archive, 'tiny-zip/byteorder': Buffer.from('big') },
      'UNSUPPORTED_FORMAT',
      /byteorder: expected 'little', got 'big'/,
    );
  });
});

describe('openTorchWeights: damaged files', () => {
  it.each(['tiny-zip.pth', 'tiny-legacy.pth'])('%s: every truncation is refused as CORRUPT_WEIGHTS', async (name) => {
    const bytes = readFileSync(join(FOLDER, name));
    expect(await openAll(openTorchWeights, truncations(bytes))).toEqual({ CORRUPT_WEIGHTS: bytes.length });
  });

  it.each(['tiny-zip.pth', 'tiny-legacy.pth'])('%s: with any one byte flipped it is refused, or every shape is right', async (name) => {
    const bytes = readFileSync(join(FOLDER, name));
    const { read = 0, CORRUPT_WEIGHTS = 0, UNSUPPORTED_FORMAT = 0, ...others } = await openAll(openTorchWeights, flips(bytes));
    expect(others).toEqual({});
    expect(read + CORRUPT_WEIGHTS + UNSUPPORTED_FORMAT).toBe(bytes.length);
    expect(CORRUPT_WEIGHTS + UNSUPPORTED_FORMAT).toBeGreaterThan(bytes.length / 5);
  });
});
