import * as tf from '@tensorflow/tfjs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { EVERY_VARIANT, narrowNetwork } from '../networks/everyNetwork.js';
import { expectFailure } from './failure.js';
import { SAVED_FORMATS, SINGLE_FILE_FORMATS, savedPath } from './savedFormats.js';
import { tinyGoogLeNet, withFolder } from './tinyModels.js';

beforeAll(() => useBackendUnderTest());

/** Every weight: name, shape, whether it is trained, and its bits. */
function contentOf(model: tf.LayersModel): unknown {
  return model.weights.map((weight) => [
    weight.originalName,
    weight.shape,
    weight.trainable,
    Buffer.from(new Float32Array(weight.read().dataSync()).buffer).toString('base64'),
  ]);
}

/** Saves a model and loads it again; disposes of what it loaded. */
async function roundTrip(
  model: tf.LayersModel,
  format: (typeof SAVED_FORMATS)[number],
  check: (loaded: tf.LayersModel) => void,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = savedPath(folder, format);
    await saveModel(model, path, { training: { epochs: 3, cropFraction: 0.875 } });
    const before = tf.memory().numTensors;
    const loaded = await loadModel(path);
    check(loaded);
    // Not by the model, which keeps the weights of a layer that is called twice.
    for (const weight of loaded.weights) weight.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
}

/** Puts other numbers than initial ones into every weight, not a number and infinity among them. */
function scramble(model: tf.LayersModel): void {
  for (const [index, weight] of model.weights.entries()) {
    const values = Float32Array.from({ length: tf.util.sizeFromShape(weight.shape as number[]) }, (_, at) =>
      Math.sin(at * 12.9898 + index),
    );
    values.set([NaN, Infinity, -0, 1e-42].slice(0, values.length));
    tf.tidy(() => void weight.write(tf.tensor(values, weight.shape as number[])));
  }
}

describe.each(SAVED_FORMATS)('saved as %s and loaded again, a model is what it was, bit for bit', (format) => {
  it.each(EVERY_VARIANT)('$name ($variant), with all heads, labels, preprocessing and the record of its training', async (network) => {
    const model = narrowNetwork(network);
    model.labels = ['cat', 'dog', 'größer 🐈'];
    scramble(model);
    await roundTrip(model, format, (loaded) => {
      if (!(loaded instanceof InceptionModel)) throw new Error(`expected an InceptionModel, got ${loaded.getClassName()}`);
      expect(contentOf(loaded)).toEqual(contentOf(model));
      const { spec, labels, preprocessing, name, outputNames, inputs } = loaded;
      expect({ spec, labels, preprocessing, name, outputNames, shape: inputs[0].shape }).toEqual({
        spec: model.spec,
        labels: model.labels,
        preprocessing: model.preprocessing,
        name: model.name,
        outputNames: model.outputNames,
        shape: model.inputs[0].shape,
      });
      expect(Object.keys(loaded.heads)).toEqual(Object.keys(model.heads));
      expect(loaded.getUserDefinedMetadata()).toMatchObject({ 'tfjs-inception': { training: { epochs: 3, cropFraction: 0.875 } } });
    });
    model.dispose();
  });

  it('with its name, its frozen layers, and predictions to the bit', async () => {
    const model = tinyGoogLeNet({ name: 'pets' });
    for (const name of ['inception_3a_1x1_conv', 'inception_3a_1x1_bn', 'main_logits']) model.getLayer(name).trainable = false;
    const x = tf.randomUniform<tf.Rank.R4>([2, 64, 64, 3], -1, 1, 'float32', 7);
    const predict = (each: tf.LayersModel): number[] => tf.tidy(() => [...(each.predict(x) as tf.Tensor).dataSync()]);
    await roundTrip(model, format, (loaded) => {
      expect(loaded.name).toBe('pets');
      const frozenIn = (each: tf.LayersModel): string[] => each.layers.filter((layer) => !layer.trainable).map((layer) => layer.name);
      expect(frozenIn(loaded)).toEqual(['input', 'inception_3a_1x1_conv', 'inception_3a_1x1_bn', 'main_logits']);
      expect(predict(loaded)).toEqual(predict(model));
    });
    x.dispose();
    model.dispose();
  });

  it('a Sequential of other layers, one of them frozen, is no InceptionModel afterwards either', async () => {
    const model = tf.sequential({
      name: 'plain',
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: 'c', trainable: false }),
        tf.layers.batchNormalization({ name: 'bn', scale: false }),
        tf.layers.separableConv2d({ filters: 3, kernelSize: 2, name: 's' }),
        tf.layers.globalAveragePooling2d({ name: 'g' }),
        tf.layers.dropout({ rate: 0.5, name: 'drop' }),
        tf.layers.dense({ units: 2, activation: 'softmax', name: 'd' }),
      ],
    });
    scramble(model);
    await roundTrip(model, format, (loaded) => {
      expect(loaded).toBeInstanceOf(tf.Sequential);
      // Keras' formats name the input of a Sequential as a layer of its own.
      const layersOf = ({ layers }: tf.LayersModel): unknown =>
        layers.map((layer) => [layer.name, layer.getClassName(), layer.trainable]).filter(([, type]) => type !== 'InputLayer');
      expect(layersOf(loaded)).toEqual(layersOf(model));
      expect(contentOf(loaded)).toEqual(contentOf(model));
      expect(loaded.getUserDefinedMetadata()).toMatchObject({ 'tfjs-inception': { labels: [], training: { epochs: 3 } } });
    });
    model.dispose();
  });

  it('a graph of two inputs, a layer called twice, and two outputs', async () => {
    const [a, b] = ['a', 'b'].map((name) => tf.input({ shape: [4], name }));
    const shared = tf.layers.dense({ units: 3, name: 'shared' });
    const [x, y] = [a, b].map((input) => shared.apply(input) as tf.SymbolicTensor);
    const sum = tf.layers.add({ name: 'sum' }).apply([x, y]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: [sum, y], name: 'twice' });
    const inputs = [0, 1].map((seed) => tf.randomUniform([2, 4], -1, 1, 'float32', seed));
    const predict = (each: tf.LayersModel): number[][] =>
      tf.tidy(() => (each.predict(inputs) as tf.Tensor[]).map((output) => [...output.dataSync()]));
    await roundTrip(model, format, (loaded) => expect(predict(loaded)).toEqual(predict(model)));
    tf.dispose(inputs);
    model.dispose();
  });
});

describe.each(SINGLE_FILE_FORMATS)('a %s file', (format) => {
  it('is known by its content under any name, and by no other format than its own', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, join(folder, 'new', 'model'), { format });
      const path = join(folder, 'renamed.bin');
      await rename(join(folder, 'new', 'model'), path);
      (await loadModel(path)).dispose();
      (await loadModel(path, { format })).dispose();
      const other = format === 'h5' ? 'keras' : 'h5';
      const message = new RegExp(`^loadModel\\.format: expected '${format}', as .*renamed\\.bin is, got '${other}'`);
      await expectFailure(loadModel(path, { format: other }), 'INVALID_ARGUMENT', message);
      model.dispose();
    });
  });

  it('leaves the number of tensors unchanged, whether saving succeeds or loading fails', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      const path = savedPath(folder, format);
      await saveModel(model, path);
      const before = tf.memory().numTensors;
      await saveModel(model, path);
      await expectFailure(loadModel(path, { format: 'tfjs-layers' }), 'INVALID_ARGUMENT', /got 'tfjs-layers'/);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  });
});

it('ONNX is written and not read, and loadModel says so before it looks for the file', async () => {
  const message = /^loadModel\.path: expected a format that is read; ONNX is written, not read, got 'no\/model\.onnx'/;
  await expectFailure(loadModel('no/model.onnx'), 'UNSUPPORTED_FORMAT', message);
});
