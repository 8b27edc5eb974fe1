import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InceptionError } from '../../src/errors.js';
import { loadModel } from '../../src/io/loadModel.js';
import { encodeSafetensors } from '../../src/io/safetensors/safetensors.js';
import { saveModel } from '../../src/io/saveModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { expectFailure } from './failure.js';
import { SINGLE_FILE_FORMATS, savedPath } from './savedFormats.js';
import { withFolder } from './tinyModels.js';

beforeAll(() => useBackendUnderTest('cpu'));

const build = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [4, 4, 3], filters: 2, kernelSize: 3, name: 'c' }),
      tf.layers.flatten({ name: 'f' }),
      tf.layers.dense({ units: 2, name: 'd' }),
    ],
  });

/** How loading a file ends: `'loaded'` with the right shapes, or the code of our error. Any other error is thrown. */
async function outcome(path: string, shapes: unknown): Promise<string> {
  try {
    const model = await loadModel(path);
    expect(model.weights.map((weight) => weight.shape)).toEqual(shapes);
    model.dispose();
    return 'loaded';
  } catch (error) {
    if (error instanceof InceptionError) return error.code;
    throw error;
  }
}

describe.each(SINGLE_FILE_FORMATS)('a damaged %s file', (format) => {
  it('is refused where it is cut, and refused or of the right shapes where a byte is altered: 20 cuts, 60 bytes, no tensor stays', async () => {
    await withFolder(async (folder) => {
      const model = build();
      const path = savedPath(folder, format);
      await saveModel(model, path);
      const bytes = await readFile(path);
      const shapes = model.weights.map((weight) => weight.shape);
      const before = tf.memory().numTensors;
      const place = fc.nat(bytes.length - 1);
      for (const cut of fc.sample(place, { numRuns: 20, seed: 1 })) {
        await writeFile(path, bytes.subarray(0, cut));
        expect([cut, await outcome(path, shapes)]).toEqual([
          cut,
          expect.stringMatching(/^(CORRUPT_MODEL|CORRUPT_WEIGHTS|UNSUPPORTED_FORMAT)$/),
        ]);
      }
      const altered = fc.tuple(place, fc.integer({ min: 1, max: 255 }));
      const outcomes: string[] = [];
      for (const [at, change] of fc.sample(altered, { numRuns: 60, seed: 2 })) {
        const other = Buffer.from(bytes);
        other[at] ^= change;
        await writeFile(path, other);
        outcomes.push(await outcome(path, shapes));
      }
      expect(new Set(outcomes).size).toBeGreaterThan(1);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  });
});

it.each([
  {
    what: 'weights of no network that is known',
    bytes: Buffer.concat(encodeSafetensors([{ name: 'x', dtype: 'F32', shape: [1], data: new Uint8Array(4) }])),
    message: /model\.bin: expected .*loadWeights\(model, path\)/,
  },
  {
    what: 'text',
    bytes: Buffer.from('no model at all, but long enough'),
    message: /model\.bin: expected .*As Caffe's it does not read/,
  },
  { what: 'nothing', bytes: Buffer.alloc(0), message: /model\.bin: expected .*got 'an empty file'\. Take it from where it was saved/ },
])('a file of $what is refused, with what to do', async ({ bytes, message }) => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.bin');
    await writeFile(path, bytes);
    await expectFailure(loadModel(path), 'UNSUPPORTED_FORMAT', message);
  });
});
