import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import type { InceptionError } from '../../src/errors.js';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { SHARD_BYTES, cutShards } from '../../src/io/tfjs/shards.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import { expectFailure } from './failure.js';
import { tinyGoogLeNet, withFolder } from './tinyModels.js';

beforeAll(ensureBackend);

const PICTURES = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, index) => Math.sin(index * index));

/** Every output's values for the same two pictures. */
function predict(model: tf.LayersModel): number[][][] {
  return tf.tidy(() => [model.predict(tf.tensor4d(PICTURES, [2, 64, 64, 3]))].flat().map((output) => output.arraySync() as number[][]));
}

/** Everything of a model that a save must keep. */
function contentOf(model: tf.LayersModel): unknown {
  return model.weights.map((weight) => [weight.originalName, weight.shape, weight.trainable, [...weight.read().dataSync()]]);
}

const shardsIn = async (folder: string): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('weights-'));

/** Sets every weight to the same number. */
function fill(model: tf.LayersModel, value: number): void {
  for (const weight of model.weights) tf.tidy(() => void weight.write(tf.fill(weight.shape as number[], value)));
}

describe('a saved InceptionModel comes back bit for bit, with its spec, labels, preprocessing and name', () => {
  it.each([
    { variant: 'batchnorm', auxiliaryHeads: false },
    { variant: 'paper', auxiliaryHeads: false },
    { variant: 'paper', auxiliaryHeads: true, inputShape: [80, 80, 3] },
    { variant: 'caffe', auxiliaryHeads: false },
    { variant: 'torchvision', auxiliaryHeads: false },
    { variant: 'slim', auxiliaryHeads: false },
    { variant: 'batchnorm', classes: undefined, includeTop: false, pooling: 'avg' },
  ] as const)('$variant, heads $auxiliaryHeads, top $includeTop', async (options) => {
    const { inputShape = [64, 64, 3] } = options as { inputShape?: [number, number, number] };
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet({ ...options, inputShape, name: 'pets' });
      await saveModel(model, folder);
      const reloaded = (await loadModel(folder)) as InceptionModel;
      expect(reloaded).toBeInstanceOf(InceptionModel);
      expect(contentOf(reloaded)).toEqual(contentOf(model));
      const { spec, labels, preprocessing, name, outputNames } = reloaded;
      expect({ spec, labels, preprocessing, name, outputNames }).toEqual({
        spec: model.spec,
        labels: model.labels,
        preprocessing: model.preprocessing,
        name: 'pets',
        outputNames: model.outputNames,
      });
      expect(Object.keys(reloaded.heads)).toEqual(Object.keys(model.heads));
      if (inputShape[0] === 64) expect(predict(reloaded)).toEqual(predict(model));
      model.dispose();
      reloaded.dispose();
    });
  });

  it('and its frozen layers stay frozen', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      const frozen = ['inception_3a_1x1_conv', 'main_logits'].map((name) => model.getLayer(name));
      for (const layer of frozen) layer.trainable = false;
      await saveModel(model, folder);
      const reloaded = await loadModel(folder);
      const frozenIn = (built: tf.LayersModel): string[] => built.layers.filter((layer) => !layer.trainable).map((layer) => layer.name);
      expect(frozenIn(reloaded)).toEqual(frozenIn(model));
      expect(frozenIn(reloaded)).toEqual(expect.arrayContaining(frozen.map((layer) => layer.name)));
      expect(reloaded.trainableWeights.length).toBe(model.trainableWeights.length);
      model.dispose();
      reloaded.dispose();
    });
  });

  it('with the training record that was passed', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, folder, { training: { epochs: 3, loss: [1, 0.5, NaN], note: undefined } });
      const reloaded = await loadModel(folder);
      expect(reloaded.getUserDefinedMetadata()).toMatchObject({ 'tfjs-inception': { training: { epochs: 3, loss: [1, 0.5, null] } } });
      model.dispose();
      reloaded.dispose();
    });
  });

  it('leaving the number of tensors unchanged on a second save, and after a load disposed of', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, folder);
      const before = tf.memory().numTensors;
      await saveModel(model, folder);
      expect(tf.memory().numTensors).toBe(before);
      (await loadModel(folder)).dispose();
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  });
});

describe('any other LayersModel comes back as it was', () => {
  it('a Sequential with a frozen layer and metadata of its own', async () => {
    await withFolder(async (folder) => {
      const model = tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: 'c', trainable: false }),
          tf.layers.flatten({ name: 'f' }),
          tf.layers.dense({ units: 2, activation: 'softmax', name: 'd' }),
        ],
      });
      model.setUserDefinedMetadata({ mine: { answer: 42 } });
      await saveModel(model, folder);
      const reloaded = await loadModel(folder);
      expect(reloaded).not.toBeInstanceOf(InceptionModel);
      expect(contentOf(reloaded)).toEqual(contentOf(model));
      expect(reloaded.getUserDefinedMetadata()).toMatchObject({ mine: { answer: 42 }, 'tfjs-inception': { version: 1, labels: [] } });
      model.dispose();
      reloaded.dispose();
    });
  });

  it('a model without any weight, in no weight file', async () => {
    await withFolder(async (folder) => {
      const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2], name: 'flat' })] });
      await saveModel(model, folder);
      expect(await readdir(folder)).toEqual(['model.json']);
      const reloaded = await loadModel(folder);
      expect(reloaded.outputs[0].shape).toEqual([null, 4]);
    });
  });

  it('a model that plain tfjs saved, with 8-bit quantized weights', async () => {
    await withFolder(async (folder) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 2, name: 'd' })] });
      const weights = [
        { name: 'd/kernel', shape: [2, 2], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
        { name: 'd/bias', shape: [2], dtype: 'float32' },
      ];
      const json = { modelTopology: model.toJSON(undefined, false), weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }] };
      await writeFile(join(folder, 'model.json'), JSON.stringify(json));
      const bytes = Buffer.concat([Buffer.from([0, 1, 2, 3]), Buffer.from(new Float32Array([7, 8]).buffer)]);
      await writeFile(join(folder, 'group1-shard1of1.bin'), bytes);
      const reloaded = await loadModel(folder);
      expect(reloaded.getWeights().map((weight) => [...weight.dataSync()])).toEqual([
        [-1, -0.5, 0, 0.5],
        [7, 8],
      ]);
      await writeFile(join(folder, 'group1-shard1of1.bin'), bytes.subarray(1));
      await expectFailure(loadModel(folder), 'CORRUPT_WEIGHTS', /group1-shard1of1\.bin: expected 12 bytes, got 11/);
      model.dispose();
      reloaded.dispose();
    });
  });
});

describe('the folder that saveModel writes', () => {
  it('holds model.json and weight files named by the first 16 digits of their SHA-256, and nothing else', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, join(folder, 'new', 'folder', 'model.json'));
      const names = await readdir(join(folder, 'new', 'folder'));
      expect(names).toEqual(['model.json', expect.stringMatching(/^weights-/)]);
      const digest = createHash('sha256')
        .update(await readFile(join(folder, 'new', 'folder', names[1])))
        .digest('hex');
      expect(names[1]).toBe(`weights-${digest.slice(0, 16)}.bin`);
      model.dispose();
    });
  });

  it('loses the weight files of the model before, plain tfjs ones too, and keeps every file of another name', async () => {
    await withFolder(async (folder) => {
      const foreign = ['notes.txt', 'weights-of-mine.bin', 'weights-0123456789abcdef.bin', '.hidden.tmp'];
      for (const name of foreign) await writeFile(join(folder, name), name);
      await mkdir(join(folder, 'pictures'));
      const paths = ['group1-shard1of1.bin', 'notes.txt'];
      await writeFile(join(folder, paths[0]), 'old');
      await writeFile(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [{ paths, weights: [] }] }));
      const model = tinyGoogLeNet();
      await saveModel(model, folder);
      const [first] = (await shardsIn(folder)).filter((name) => !foreign.includes(name));
      fill(model, 0.5);
      await saveModel(model, folder);
      const names = await readdir(folder);
      expect(names).not.toContain(first);
      expect(names).not.toContain('group1-shard1of1.bin');
      expect(names).toEqual(expect.arrayContaining([...foreign, 'pictures']));
      expect(names).toHaveLength(foreign.length + 1 + 2);
      model.dispose();
    });
  });

  it('cuts 40 MiB into 16 + 16 + 8, and equal parts share a file', async () => {
    const tensor = tf.zeros([(2.5 * SHARD_BYTES) / 4]);
    const shards = await cutShards([{ name: 'd/kernel', tensor }]);
    expect(shards.map((shard) => shard.bytes / 2 ** 20)).toEqual([16, 16, 8]);
    expect(shards[0].name).toBe(shards[1].name);
    tensor.dispose();
  });

  it('loads again where equal parts share a file: 40 MiB of ones', async () => {
    await withFolder(async (folder) => {
      const units = (2.5 * SHARD_BYTES) / 4;
      const model = tf.sequential({
        layers: [tf.layers.dense({ inputShape: [1], units, useBias: false, kernelInitializer: 'ones', name: 'd' })],
      });
      await saveModel(model, folder);
      expect(await shardsIn(folder)).toHaveLength(2);
      const reloaded = await loadModel(folder);
      expect(tf.tidy(() => tf.sum(reloaded.getWeights()[0], undefined).dataSync()[0])).toBe(units);
      model.dispose();
      reloaded.dispose();
    });
  });
});

describe('saves at the same time', () => {
  it('to one folder, twelve of three contents: every load meanwhile and after finds one of them, whole', async () => {
    await withFolder(async (folder) => {
      const models = [1, 2, 3].map((value) => {
        const model = tinyGoogLeNet();
        fill(model, value);
        return model;
      });
      await saveModel(models[0], folder);
      let saving = true;
      const saves = fc.sample(fc.integer({ min: 0, max: 2 }), { numRuns: 12, seed: 3 }).map((which) => saveModel(models[which], folder));
      const done = Promise.all(saves).finally(() => (saving = false));
      const seen: number[] = [];
      do {
        const model = await loadModel(folder);
        const values = new Set(model.weights.flatMap((weight) => [...weight.read().dataSync()]));
        expect(values.size).toBe(1);
        seen.push(...values);
        model.dispose();
      } while (saving);
      await done;
      (await loadModel(folder)).dispose();
      expect(seen.every((value) => [1, 2, 3].includes(value))).toBe(true);
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      tf.dispose(models.map((model) => model.getWeights()));
    });
  });

  it('as training: what is saved are the weights of the moment of the call', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      fill(model, 1);
      const saving = saveModel(model, folder);
      await Promise.resolve();
      for (let step = 2; step < 6; step++) {
        fill(model, step);
        await new Promise((next) => setImmediate(next));
      }
      await saving;
      const reloaded = await loadModel(folder);
      expect(new Set(reloaded.weights.flatMap((weight) => [...weight.read().dataSync()]))).toEqual(new Set([1]));
      model.dispose();
      reloaded.dispose();
    });
  });
});

it('takes a path that is an extension and nothing else for a file of that format, and .model for a folder', async () => {
  await withFolder(async (folder) => {
    const model = tinyGoogLeNet();
    for (const name of ['.keras', '.model']) await saveModel(model, join(folder, name));
    model.dispose();
    expect((await stat(join(folder, '.keras'))).isFile()).toBe(true);
    expect(await readdir(join(folder, '.model'))).toContain('model.json');
  });
});

describe('saveModel refuses', () => {
  const model = (): InceptionModel => tinyGoogLeNet();
  it.each([
    {
      path: 'model.pth',
      code: 'UNSUPPORTED_FORMAT',
      message: /^saveModel\.path: expected a folder or a path ending in model\.json \(tfjs-layers\), \.keras, .*, got 'model\.pth'/,
    },
    {
      path: 'model.weights.h5',
      code: 'UNSUPPORTED_FORMAT',
      message: /^saveModel\.path: expected \.keras or \.h5, got 'model\.weights\.h5'\. Keras looks for weights alone under a name/,
    },
    { path: 'a/student.json', code: 'UNSUPPORTED_FORMAT', message: /got 'a\/student\.json'/ },
    { path: '', code: 'INVALID_ARGUMENT', message: /^saveModel\.path: expected a path, got ''/ },
    { path: undefined, code: 'INVALID_ARGUMENT', message: /got undefined/ },
  ])('the path $path: $code', async ({ path, code, message }) => {
    const saved = model();
    await expectFailure(saveModel(saved, path as string), code as InceptionError['code'], message);
    saved.dispose();
  });

  it('labels of another number than the classes, before anything is written', async () => {
    await withFolder(async (folder) => {
      const saved = model();
      saved.labels = ['cat'];
      await expectFailure(
        saveModel(saved, folder),
        'INVALID_ARGUMENT',
        /^saveModel\.model\.labels: expected 3 labels, one a class, or none, got 1\.$/,
      );
      saved.labels = [1, 2, 3] as unknown as string[];
      await expectFailure(
        saveModel(saved, folder),
        'INVALID_ARGUMENT',
        /model\.labels: expected an array of class names, got \[ 1, 2, 3 \]/,
      );
      expect(await readdir(folder)).toEqual([]);
      saved.dispose();
    });
  });

  it('what is no model, a format that is none, a record that is none', async () => {
    const saved = model();
    await expectFailure(saveModel({} as tf.LayersModel, 'x'), 'INVALID_ARGUMENT', /^saveModel\.model: expected a tf\.LayersModel, got {}/);
    await expectFailure(
      saveModel(saved, 'x', { format: 'pickle' as 'onnx' }),
      'INVALID_ARGUMENT',
      /format: expected 'tfjs-layers', 'keras', 'h5', 'onnx', 'safetensors', got 'pickle'/,
    );
    const circular: { self?: object } = {};
    circular.self = circular;
    await expectFailure(saveModel(saved, 'x', { training: circular }), 'INVALID_ARGUMENT', /training: expected a JSON object, got <ref/);
    await expectFailure(saveModel(saved, 'x', { training: [1] }), 'INVALID_ARGUMENT', /training: expected a JSON object, got \[ 1 \]/);
    saved.dispose();
  });

  it('an option of another format by name, and a value that the option does not have; nothing is written', async () => {
    await withFolder(async (folder) => {
      const saved = model();
      const refused =
        /^saveModel\.names: expected no such option for 'tfjs-layers', got 'timm'\. Leave it out, or save in another format\.$/;
      await expectFailure(saveModel(saved, join(folder, 'x'), { names: 'timm' }), 'INVALID_ARGUMENT', refused);
      const path = join(folder, 'x.safetensors');
      const unknown = /^saveModel\.names: expected 'tfjs-inception' or 'torchvision' or 'timm', got 'keras'\.$/;
      await expectFailure(saveModel(saved, path, { names: 'keras' as 'timm' }), 'INVALID_ARGUMENT', unknown);
      const folds = /^saveModel\.foldBatchNormalization: expected no such option for 'safetensors', got false/;
      await expectFailure(saveModel(saved, path, { foldBatchNormalization: false }), 'INVALID_ARGUMENT', folds);
      expect(await readdir(folder)).toEqual([]);
      saved.dispose();
    });
  });
});
