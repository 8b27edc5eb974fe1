import * as tf from '@tensorflow/tfjs';
import { writeFile, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { writeKeras } from '../../../src/io/keras/writeKeras.js';
import { takeSnapshot } from '../../../src/io/modelSnapshot.js';
import { saveModel } from '../../../src/io/saveModel.js';
import { EVERY_VARIANT, narrowNetwork } from '../../networks/everyNetwork.js';
import { expectFailure } from '../failure.js';
import { tinyGoogLeNet, withFolder } from '../tinyModels.js';
import { savedKeras, type KerasFile } from './kerasFile.js';

beforeAll(() => ensureBackend());

/** The tensors under `vars` of the group of a layer's name. */
function variablesOf({ weights }: KerasFile, layer: string) {
  const [group] = [...weights].find(([, { attributes }]) => attributes.name === layer) ?? [];
  return [...weights].filter(([path, { values }]) => values && path.startsWith(`${group}/`)).map(([path, found]) => ({ path, ...found }));
}

/** A tensor as a written configuration refers to it. */
function keras(shape: readonly (number | null)[], layer: string, call: number): unknown {
  return { class_name: '__keras_tensor__', config: { shape, dtype: 'float32', keras_history: [layer, call, 0] } };
}

/** The shapes of all tensors within a list of calls, in order. */
function shapesIn(calls: unknown): unknown[] {
  const args = (calls as { readonly args: readonly unknown[] }[]).flatMap((call) => call.args.flat());
  return (args as { readonly config: { readonly shape: unknown } }[]).map(({ config }) => config.shape);
}

describe('writeKeras', () => {
  it("writes Keras 3's three files, our record in the first, and nothing else", async () => {
    const model = tinyGoogLeNet();
    const file = await savedKeras(model);
    expect(file.entries).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
    expect(file.metadata).toMatchObject({ keras_version: '3.4.1', date_saved: expect.stringMatching(/^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/) });
    expect(file.record).toMatchObject({ version: 1, labels: ['cat', 'dog', 'größer'], spec: { name: model.spec.name } });
    model.dispose();
  });

  it.each(EVERY_VARIANT)(
    'stores every weight of $name $variant once, at its shape, under its layer, and knows what each layer takes',
    async ({ name, variant }) => {
      const model = narrowNetwork({ name, variant });
      const file = await savedKeras(model);
      for (const layer of model.layers) {
        // tfjs lists a batch normalization's weights in Keras' order; a frozen or separable one's too.
        expect(variablesOf(file, layer.name).map(({ shape }) => shape)).toEqual(layer.weights.map(({ shape }) => shape));
      }
      expect([...file.weights.values()].filter(({ values }) => values)).toHaveLength(model.weights.length);
      expect(file.model.config.layers.map((layer) => [layer.name, shapesIn(layer.inbound_nodes)])).toEqual(
        model.layers.map((layer) => [
          layer.name,
          layer.getClassName() === 'InputLayer' ? [] : [layer.input].flat().map(({ shape }) => shape),
        ]),
      );
      model.dispose();
    },
  );

  it('numbers layers by class in the order of the network, and keeps every bit', async () => {
    const model = tinyGoogLeNet();
    const file = await savedKeras(model);
    const convolutions = model.layers.filter((layer) => layer.getClassName() === 'Conv2D');
    expect(convolutions).toHaveLength(57);
    for (const [index, layer] of convolutions.entries()) {
      const place = index === 0 ? 'layers/conv2d' : `layers/conv2d_${index}`;
      expect(file.weights.get(`${place}/vars`)?.attributes).toEqual({ name: layer.name });
      expect(file.weights.get(`${place}/vars/0`)?.values).toEqual(Array.from(layer.weights[0].read().dataSync()));
    }
    model.dispose();
  });

  it("describes layers in Keras 3's own terms", async () => {
    const model = narrowNetwork({ name: 'googlenet', variant: 'torchvision' });
    model.getLayer('conv1_conv').trainable = false;
    const { layers, input_layers, output_layers } = (await savedKeras(model)).model.config;
    const layer = (name: string) => layers.find((each) => each.name === name);
    expect(layer('input')).toEqual({
      module: 'keras.layers',
      class_name: 'InputLayer',
      config: { batch_shape: [null, 32, 32, 3], dtype: 'float32', name: 'input' },
      registered_name: null,
      name: 'input',
      inbound_nodes: [],
    });
    expect(layer('conv1_conv')).toMatchObject({
      module: 'keras.layers',
      config: { trainable: false, dtype: 'float32', data_format: 'channels_last' },
    });
    expect(layer('conv1_bn')).toMatchObject({
      class_name: 'BatchNormalization',
      registered_name: null,
      inbound_nodes: [{ args: [keras([null, 32, 32, 8], 'conv1_conv', 0)], kwargs: {} }],
    });
    expect(layer('conv1_bn')?.config.gamma_initializer).toEqual({
      module: 'keras.initializers',
      class_name: 'Ones',
      config: {},
      registered_name: null,
    });
    expect(layer('auxiliary_4a_pool')).toMatchObject({ class_name: 'AdaptiveAveragePooling2D', config: { output_size: [4, 4] } });
    expect(input_layers).toEqual(['input', 0, 0]);
    expect(output_layers).toEqual([
      ['main', 0, 0],
      ['auxiliary_4a', 0, 0],
      ['auxiliary_4d', 0, 0],
    ]);
    model.dispose();
  });

  it('names our package for local response normalization alone', async () => {
    const model = narrowNetwork({ name: 'googlenet', variant: 'paper' });
    const foreign = (await savedKeras(model)).model.config.layers.filter((layer) => layer.module !== 'keras.layers');
    expect(foreign.map(({ name }) => name)).toEqual(['norm1', 'norm2']);
    expect(foreign[0]).toMatchObject({ module: 'tfjs_inception', registered_name: 'tfjs_inception>LocalResponseNormalization' });
    model.dispose();
  });

  it("writes tfjs' normal distribution as the truncated one that it draws, and a model of one output with one", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], name: 'd' })], name: 'plain' });
    const { model: written, weights } = await savedKeras(model);
    expect(written).toMatchObject({ module: 'keras', class_name: 'Sequential' });
    const [input, dense] = written.config.layers;
    expect(input.config).toEqual({ batch_shape: [null, 3], dtype: 'float32', name: 'plain_input' });
    expect(dense.config).not.toHaveProperty('batch_input_shape');
    expect(dense.config.kernel_initializer).toMatchObject({ class_name: 'VarianceScaling', config: { distribution: 'truncated_normal' } });
    expect([...weights.keys()].filter((path) => path.includes('input'))).toEqual([]);
    model.dispose();
  });

  it('counts the calls of a nested model from 0 where it is an input, and from 1 where it is an output, as Keras 3 does', async () => {
    const x = tf.input({ shape: [4], name: 'x' });
    const inner = tf.model({ name: 'inner', inputs: x, outputs: tf.layers.dense({ units: 4, name: 'd' }).apply(x) as tf.SymbolicTensor });
    const a = tf.input({ shape: [4], name: 'a' });
    const once = inner.apply(a) as tf.SymbolicTensor;
    const model = tf.model({ inputs: a, outputs: [inner.apply(once) as tf.SymbolicTensor, once], name: 'outer' });
    const { model: written, weights } = await savedKeras(model);
    const nested = written.config.layers.find(({ name }) => name === 'inner');
    expect(nested?.inbound_nodes).toEqual([
      { args: [keras([null, 4], 'a', 0)], kwargs: {} },
      { args: [keras([null, 4], 'inner', 0)], kwargs: {} },
    ]);
    expect(written.config.output_layers).toEqual([
      ['inner', 2, 0],
      ['inner', 1, 0],
    ]);
    expect(weights.get('layers/functional/layers/dense/vars/0')?.shape).toEqual([4, 4]);
    model.dispose();
  });

  it.each([
    { what: 'LSTM', layer: () => tf.layers.lstm({ units: 2, inputShape: [3, 2], name: 'memory' }), message: /got 'memory' \(LSTM\)/ },
    {
      what: 'hard sigmoids, whose slope Keras 3 has changed,',
      layer: () => tf.layers.dense({ units: 2, inputShape: [3], activation: 'hardSigmoid', name: 'd' }),
      message: /got 'd' \(activation hard_sigmoid\)/,
    },
    {
      what: 'a depthwise convolution with gaps, which tfjs overlooks,',
      layer: () => tf.layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2, inputShape: [4, 4, 1], name: 'gaps' }),
      message: /got 'gaps' \(dilation_rate\)/,
    },
    {
      what: "names with '/', which Keras 3 refuses,",
      layer: () => tf.layers.dense({ units: 2, inputShape: [3], name: 'a/b' }),
      message: /got 'a\/b' \(a name with '\/'\)/,
    },
  ])('refuses $what by the name of the layer', async ({ layer, message }) => {
    await withFolder(async (folder) => {
      const model = tf.sequential({ layers: [layer()] });
      await expectFailure(saveModel(model, join(folder, 'a.keras')), 'UNSUPPORTED_FORMAT', message);
      await expectFailure(saveModel(model, join(folder, 'a.h5')), 'UNSUPPORTED_FORMAT', message);
      expect(await readdir(folder)).toEqual([]);
      model.dispose();
    });
  });

  it('refuses a Sequential without layers, as ONNX does', async () => {
    const message = /model 'sequential_\d+': expected one layer at least, got 'none'/;
    for (const name of ['a.keras', 'a.h5', 'a.onnx']) await expectFailure(saveModel(tf.sequential(), name), 'UNSUPPORTED_FORMAT', message);
  });

  it('leaves what stood there, and nothing beside it, when a tensor cannot be read half way', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      const file = join(folder, 'a.keras');
      await writeFile(file, 'before');
      const snapshot = takeSnapshot('test', model, { version: 1, labels: [] });
      jest.spyOn(snapshot.weights[100].tensor, 'data').mockRejectedValue(new Error('the device is gone'));
      await expectFailure(writeKeras('saveModel', snapshot, { format: 'keras', folder, file }, {}), 'WRITE_FAILED', /the device is gone/);
      expect(await readFile(file, 'utf8')).toBe('before');
      expect(await readdir(folder)).toEqual(['a.keras']);
      tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
      model.dispose();
    });
  });

  it('leaves the tensor count as it found it', async () => {
    const model = tinyGoogLeNet();
    await savedKeras(model);
    const before = tf.memory().numTensors;
    await savedKeras(model);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
