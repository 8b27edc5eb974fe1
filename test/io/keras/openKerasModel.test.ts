import { readdir, readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { openKerasModel } from '../../../src/io/keras/openKerasModel.js';
import { loadModel } from '../../../src/io/loadModel.js';
import { saveModel } from '../../../src/io/saveModel.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { expectFailure } from '../failure.js';
import { tinyGoogLeNet, withFolder } from '../tinyModels.js';
import { differences, golden, models, tolerance } from './goldenModels.js';

const WHOLE_MODELS = ['sequential', 'every_layer', 'nested', 'operations', 'residual'].flatMap((name) => [
  { name, file: `${name}.keras` },
  { name, file: `${name}.h5` },
]);

describe('models of Keras 3.15.1 (scripts/golden/writeKerasModels.py)', () => {
  beforeAll(() => useBackendUnderTest('cpu'));

  it.each([...WHOLE_MODELS, { name: 'keras2', file: 'keras2.h5' }])(
    "$file gives Keras' outputs within 1e-4 of the largest",
    async ({ name, file }) => {
      const before = tf.memory().numTensors;
      const model = await loadModel(golden(file));
      for (const difference of differences(model, models[name])) expect(difference).toBeLessThan(tolerance);
      // tfjs' own dispose spares whatever is called twice.
      for (const weight of model.weights) (weight as unknown as { dispose(): void }).dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('a layer whose second call can be made before its first keeps its calls apart', async () => {
    // The file counts the call that waits first; tfjs makes, and counts, the other one first.
    const file = await openKerasModel('test', golden('nested.keras'));
    await file.close();
    const { layers } = file.topology.config as { layers: { name: string; inbound_nodes: unknown[] }[] };
    const calls = (name: string): unknown[] => layers.find((layer) => layer.name === name)!.inbound_nodes;
    expect(calls('shared')).toEqual([[['picture', 0, 0, {}]], [[expect.any(String), expect.any(Number), 0, {}]]]);
    expect(calls('sum')).toEqual([
      [
        ['shared', 1, 0, {}],
        ['shared', 0, 0, {}],
        ['chain', expect.any(Number), 0, {}],
      ],
    ]);
  });
});

describe('openKerasModel', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keras-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('leaves nothing unpacked, neither when it is closed nor when it fails', async () => {
    const unpacked = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('tfjs-inception-'));
    const before = await unpacked();
    const file = await openKerasModel('test', golden('residual.keras'));
    expect((await unpacked()).length).toBeGreaterThan(before.length);
    await file.close();
    await file.close();
    const whole = await readFile(golden('residual.keras'));
    const damaged = join(folder, 'damaged.keras');
    await writeFile(
      damaged,
      Buffer.from(
        whole.toString('latin1').replace('layer_names', 'layer_name5').replaceAll('FRHP', 'XXXX').replaceAll('TREE', 'XXXX'),
        'latin1',
      ),
    );
    await expectFailure(openKerasModel('test', damaged), 'CORRUPT_MODEL', /damaged\.keras/);
    expect(await unpacked()).toEqual(before);
  });

  it('refuses weights without a model, and says what to do', async () => {
    const advice = /expected a whole model, got 'weights only'\. Build the network, and fill it with loadWeights\./;
    await expectFailure(openKerasModel('test', golden('every_layer.weights.h5')), 'UNSUPPORTED_FORMAT', advice);
  });

  it('refuses what is not there, and what Keras did not write', async () => {
    await expectFailure(openKerasModel('test', join(folder, 'none.keras')), 'NOT_FOUND', /got no such file/);
    await expectFailure(openKerasModel('test', __filename), 'CORRUPT_MODEL', /an HDF5 file that can be read/);
  });
});

describe('the record that this package keeps in its own files', () => {
  /** Makes the first label, `"cat"`, a number of the same length. */
  const mislabelled = (text: string): string => text.replace('"labels":["cat"', '"labels":[12345');
  const FORMATS = [
    {
      extension: '.keras',
      damage: (file: Buffer): Uint8Array => {
        const { 'metadata.json': metadata, ...entries } = unzipSync(file);
        return zipSync({ 'metadata.json': strToU8(mislabelled(strFromU8(metadata))), ...entries });
      },
      message: /model\.keras at metadata\.json: tfjs-inception\.labels.*got 12345/,
    },
    {
      extension: '.h5',
      damage: (file: Buffer): Uint8Array => Buffer.from(mislabelled(file.toString('latin1')), 'latin1'),
      message: /model\.h5 at tfjs-inception\.labels.*got 12345/,
    },
  ];

  it.each(FORMATS)('$extension: is read back as it was, and refused where a label is a number', async ({ extension, damage, message }) => {
    await withFolder(async (folder) => {
      const path = join(folder, `model${extension}`);
      const model = tinyGoogLeNet();
      const { labels, preprocessing } = model;
      await saveModel(model, path, { training: { epochs: 3 } });
      const opened = await openKerasModel('test', path);
      await opened.close();
      expect(opened.record).toMatchObject({ version: 1, labels, preprocessing, spec: { name: 'googlenet' }, training: { epochs: 3 } });
      await writeFile(path, damage(await readFile(path)));
      await expectFailure(openKerasModel('test', path), 'CORRUPT_MODEL', message);
      model.dispose();
    });
  });
});
