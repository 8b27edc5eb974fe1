import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import type { InceptionErrorCode } from '../../src/errors.js';
import { loadModel } from '../../src/io/loadModel.js';
import { documentChecksum, withChecksum } from '../../src/io/tfjs/modelMetadata.js';
import { RECORD_KEY } from '../../src/io/modelRecord.js';
import { saveModel } from '../../src/io/saveModel.js';
import { expectFailure } from './failure.js';
import { tinyGoogLeNet, withFolder } from './tinyModels.js';

/** A model.json as any JSON, to be damaged. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

let saved: { folder: string; shard: string };

beforeAll(async () => {
  await ensureBackend();
  const folder = await mkdtemp(join(tmpdir(), 'inception-load-'));
  const model = tinyGoogLeNet();
  await saveModel(model, folder);
  model.dispose();
  saved = { folder, shard: (await readdir(folder)).find((name) => name.startsWith('weights-'))! };
});
afterAll(() => rm(saved.folder, { recursive: true }));

/** A copy of the saved model with one thing wrong. */
async function damaged<T>(damage: (folder: string, shard: string) => Promise<void>, test: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    await cp(saved.folder, folder, { recursive: true });
    await damage(folder, join(folder, saved.shard));
    return test(folder);
  });
}

const editJson =
  (edit: (json: Json) => void, { resealed = false } = {}) =>
  async (folder: string): Promise<void> => {
    const file = join(folder, 'model.json');
    const json: Json = JSON.parse(await readFile(file, 'utf8'));
    edit(json);
    await writeFile(file, JSON.stringify(resealed ? withChecksum(json, documentChecksum(json)) : json));
  };

const resealed = (edit: (json: Json) => void) => editJson(edit, { resealed: true });
const manifestOf = (json: Json): Json => json.weightsManifest[0];

const FAULTS: readonly {
  fault: string;
  damage: (folder: string, shard: string) => Promise<void>;
  code: InceptionErrorCode;
  message: RegExp;
}[] = [
  {
    fault: 'a shard cut by one byte',
    damage: async (_, shard) => truncate(shard, (await readFile(shard)).length - 1),
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: expected \d+ bytes, got \d+\./,
  },
  {
    fault: 'an empty shard',
    damage: (_, shard) => truncate(shard, 0),
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: expected \d+ bytes, got 0\./,
  },
  {
    fault: 'a shard with one byte more',
    damage: (_, shard) => writeFile(shard, Buffer.from([0]), { flag: 'a' }),
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: expected \d+ bytes, got \d+\./,
  },
  {
    fault: 'a shard with one bit altered',
    damage: async (_, shard) => {
      const bytes = await readFile(shard);
      bytes[bytes.length >> 1] ^= 1;
      await writeFile(shard, bytes);
    },
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: expected SHA-256 \w{64}, got '\w{64}'\. It was altered/,
  },
  {
    fault: 'a missing shard',
    damage: (_, shard) => rm(shard),
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: expected a weight file of \d+ bytes, got no such file\./,
  },
  {
    fault: 'a folder in place of a shard',
    damage: async (_, shard) => void (await rm(shard), await mkdir(shard)),
    code: 'CORRUPT_WEIGHTS',
    message: /weights-\w{16}\.bin: .*not a file/,
  },
  {
    fault: 'no model.json',
    damage: (folder) => rm(join(folder, 'model.json')),
    code: 'NOT_FOUND',
    message: /^loadModel: expected a model at .*model\.json, got no such file\./,
  },
  {
    fault: 'an empty model.json',
    damage: (folder) => truncate(join(folder, 'model.json'), 0),
    code: 'CORRUPT_MODEL',
    message: /model\.json: expected JSON, got 0 characters/,
  },
  {
    fault: 'a truncated model.json',
    damage: (folder) => truncate(join(folder, 'model.json'), 5000),
    code: 'CORRUPT_MODEL',
    message: /model\.json: expected JSON, got 5000 characters/,
  },
  {
    fault: 'a model.json that is another JSON',
    damage: (folder) => writeFile(join(folder, 'model.json'), '[1]'),
    code: 'CORRUPT_MODEL',
    message: /model\.json: expected object, got \[ 1 \]/,
  },
  {
    fault: 'a model.json that is null',
    damage: (folder) => writeFile(join(folder, 'model.json'), 'null'),
    code: 'CORRUPT_MODEL',
    message: /model\.json: expected object, got null/,
  },
  {
    fault: 'an altered label',
    damage: editJson((json) => (json.userDefinedMetadata[RECORD_KEY].labels[0] = 'cow')),
    code: 'CORRUPT_MODEL',
    message: /model\.json: expected the checksum \w{64}, got '\w{64}'\. It was altered/,
  },
  {
    fault: 'an altered epsilon in the spec',
    damage: editJson((json) => (json.userDefinedMetadata[RECORD_KEY].spec.convolution.batchNormalization.epsilon = 0.01)),
    code: 'CORRUPT_MODEL',
    message: /expected the checksum/,
  },
  {
    fault: 'a shard name that climbs out',
    damage: resealed((json) => (manifestOf(json).paths = ['../../x'])),
    code: 'CORRUPT_MODEL',
    message: /model\.json at weightsManifest\[0\]\.paths\[0\]: expected a plain file name, .*, got '\.\.\/\.\.\/x'/,
  },
  {
    fault: 'an absolute shard name',
    damage: resealed((json) => (manifestOf(json).paths = ['/etc/hosts'])),
    code: 'CORRUPT_MODEL',
    message: /paths\[0\]: expected a plain file name, .*, got '\/etc\/hosts'/,
  },
  {
    fault: "a shard name of Windows' climbing out",
    damage: resealed((json) => (manifestOf(json).paths = ['..\\x'])),
    code: 'CORRUPT_MODEL',
    message: /paths\[0\]: expected a plain file name, or one in a folder beside the description/,
  },
  {
    fault: 'a shard named ..',
    damage: resealed((json) => (manifestOf(json).paths = ['..'])),
    code: 'CORRUPT_MODEL',
    message: /paths\[0\]: expected a plain file name, .*, got '\.\.'/,
  },
  {
    fault: 'a shard without a checksum',
    damage: resealed((json) => manifestOf(json).paths.push('more.bin')),
    code: 'CORRUPT_MODEL',
    message: /expected a checksum for every weight file, got 'none for more\.bin'/,
  },
  {
    fault: 'a manifest of larger shapes',
    damage: resealed((json) => (manifestOf(json).weights[0].shape[3] += 1)),
    code: 'CORRUPT_MODEL',
    message: /model\.json at weightsManifest: expected shapes of \d+ bytes, as its weight files hold, got \d+/,
  },
  {
    fault: 'a manifest of negative shapes',
    damage: resealed((json) => (manifestOf(json).weights[0].shape[3] = -1)),
    code: 'CORRUPT_MODEL',
    message: /weights\[0\]\.shape\[3\]: .*got -1/,
  },
  {
    fault: 'a manifest of 2⁶⁰ values',
    damage: resealed((json) => (manifestOf(json).weights[0].shape = [2 ** 30, 2 ** 30])),
    code: 'CORRUPT_MODEL',
    message: /expected at most 2147483648 bytes of weights/,
  },
  {
    fault: 'a manifest of too many values for a number',
    damage: resealed((json) => (manifestOf(json).weights[0].shape = Array(6).fill(Number.MAX_SAFE_INTEGER))),
    code: 'CORRUPT_MODEL',
    message: /expected at most 2147483648 bytes/,
  },
  {
    fault: 'an unknown dtype',
    damage: resealed((json) => (manifestOf(json).weights[0].dtype = 'float64')),
    code: 'CORRUPT_MODEL',
    message: /weights\[0\]\.dtype: .*"float32"\|"int32"\|"bool".*got 'float64'/,
  },
  {
    fault: 'a weight named twice',
    damage: resealed((json) => (manifestOf(json).weights[1].name = manifestOf(json).weights[0].name)),
    code: 'CORRUPT_MODEL',
    message: /expected every weight once, got '[\w/]+'/,
  },
  {
    fault: 'no manifest',
    damage: resealed((json) => delete json.weightsManifest),
    code: 'CORRUPT_MODEL',
    message: /model\.json at weightsManifest: expected array, got undefined/,
  },
  {
    fault: 'no topology',
    damage: resealed((json) => delete json.modelTopology),
    code: 'CORRUPT_MODEL',
    message: /model\.json at modelTopology: expected record, got undefined/,
  },
  {
    fault: 'a spec that is none',
    damage: resealed((json) => (json.userDefinedMetadata[RECORD_KEY].spec.classes = 'three')),
    code: 'CORRUPT_MODEL',
    message: /model\.json at tfjs-inception\.spec: expected a network that can be built/,
  },
  {
    fault: 'labels that are not text',
    damage: resealed((json) => (json.userDefinedMetadata[RECORD_KEY].labels = [1, 2, 3])),
    code: 'CORRUPT_MODEL',
    message: /userDefinedMetadata\.tfjs-inception\.labels\[0\]: expected string, got 1/,
  },
  {
    fault: 'labels of another number',
    damage: resealed((json) => json.userDefinedMetadata[RECORD_KEY].labels.pop()),
    code: 'CORRUPT_MODEL',
    message: /labels: expected 3 labels, one a class, or none, got 2/,
  },
  {
    fault: 'a newer layout',
    damage: resealed((json) => (json.userDefinedMetadata[RECORD_KEY].version = 2)),
    code: 'UNSUPPORTED_FORMAT',
    message: /version: expected at most 1, got 2\. Update tfjs-inception/,
  },
  {
    fault: 'a graph model',
    damage: editJson((json) => (json.format = 'graph-model')),
    code: 'UNSUPPORTED_FORMAT',
    message: /at format: expected 'layers-model', got 'graph-model'/,
  },
  {
    fault: 'weights of other names',
    damage: resealed((json) => {
      for (const weight of manifestOf(json).weights) if (weight.name.startsWith('main_logits/')) weight.name = `x${weight.name}`;
    }),
    code: 'WEIGHTS_MISMATCH',
    message:
      /got 4 differences .*\n- main_logits\/bias \[3\]\n- main_logits\/kernel \[128, 3\]\n\+ xmain_logits\/bias \[3\]\n\+ xmain_logits\/kernel \[128, 3\]$/,
  },
];

describe('loadModel refuses what is damaged, names the file and leaves no tensor behind', () => {
  it.each(FAULTS)('$fault: $code', async ({ damage, code, message }) => {
    await damaged(damage, async (folder) => {
      const before = tf.memory().numTensors;
      const error = await expectFailure(loadModel(folder), code, message);
      if (code !== 'NOT_FOUND') expect(error.message).toContain(folder);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('every one of 60 single bytes altered anywhere in model.json is noticed', async () => {
    const file = join(saved.folder, 'model.json');
    const text = await readFile(file);
    await withFolder(async (folder) => {
      await copyFile(join(saved.folder, saved.shard), join(folder, saved.shard));
      for (let sample = 0; sample < 60; sample++) {
        const altered = Buffer.from(text);
        const at = Math.floor((sample / 60) * altered.length) + 7;
        altered[at] = altered[at] === 0x31 ? 0x32 : 0x31;
        await writeFile(join(folder, 'model.json'), altered);
        await expectFailure(loadModel(folder), 'CORRUPT_MODEL', /model\.json/);
      }
    });
  });
});

it('40 random cuts, extensions and flipped bits of the weight file are all noticed', async () => {
  const shard = await readFile(join(saved.folder, saved.shard));
  await damaged(
    async () => undefined,
    async (folder) => {
      const file = join(folder, saved.shard);
      const damage = fc.oneof(
        fc.record({ kind: fc.constant('cut' as const), at: fc.nat(shard.length - 1) }),
        fc.record({ kind: fc.constant('extend' as const), at: fc.integer({ min: 1, max: 5000 }) }),
        fc.record({ kind: fc.constant('flip' as const), at: fc.nat(shard.length * 8 - 1) }),
      );
      const kinds = new Set<string>();
      const property = fc.asyncProperty(damage, async ({ kind, at }) => {
        kinds.add(kind);
        let bytes = Buffer.from(shard);
        if (kind === 'cut') bytes = bytes.subarray(0, at);
        else if (kind === 'extend') bytes = Buffer.concat([bytes, Buffer.alloc(at)]);
        else bytes[at >> 3] ^= 1 << (at & 7);
        await writeFile(file, bytes);
        await expectFailure(loadModel(folder), 'CORRUPT_WEIGHTS', /weights-\w{16}\.bin: expected/);
      });
      await fc.assert(property, { numRuns: 40, seed: 11 });
      expect([...kinds].sort()).toEqual(['cut', 'extend', 'flip']);
    },
  );
});

describe('loadModel takes a path', () => {
  it('of the folder or of the file in it, under any name ending in .json', async () => {
    await damaged(
      async (folder) => copyFile(join(folder, 'model.json'), join(folder, 'student.json')),
      async (folder) => {
        for (const path of [folder, `${folder}/`, join(folder, 'model.json'), join(folder, 'student.json')]) {
          const model = await loadModel(path);
          expect(model.countParams()).toBeGreaterThan(100_000);
          model.dispose();
        }
      },
    );
  });

  it.each([
    {
      path: 'no/such/model',
      code: 'NOT_FOUND',
      message: /^loadModel: expected a model at no\/such\/model\/model\.json, got no such file\./,
    },
    {
      path: 'no/weights.h5',
      code: 'NOT_FOUND',
      message: /^loadModel: expected a model at no\/weights\.h5, got no such file\./,
    },
    { path: '', code: 'INVALID_ARGUMENT', message: /^loadModel\.path: expected a path, got ''/ },
    { path: 'a\0b', code: 'INVALID_ARGUMENT', message: /^loadModel\.path: expected a path, got 'a\\x00b'/ },
  ])('$path: $code', async ({ path, code, message }) => {
    await expectFailure(loadModel(path), code as InceptionErrorCode, message);
  });
});
