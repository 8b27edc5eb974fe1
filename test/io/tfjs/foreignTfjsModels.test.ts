import * as tf from '@tensorflow/tfjs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadModel } from '../../../src/io/loadModel.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { expectFailure } from '../failure.js';
import { withFolder } from '../tinyModels.js';

// Folders as the tensorflowjs converter and early tfjs laid them out, written by hand from the documented layout:
// https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-converter/python/tensorflowjs/write_weights.py
// https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-converter/python/tensorflowjs/quantization.py

beforeAll(() => useBackendUnderTest('cpu'));

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly quantization?: object;
  readonly data: Uint8Array | Uint16Array | Float32Array | Int32Array;
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Weight[];
}

/** Writes a folder; a group's bytes are split evenly over its paths, wherever a value may lie. */
async function writeFolder(folder: string, topology: object, groups: readonly Group[], more: object = {}): Promise<void> {
  for (const { paths, weights } of groups) {
    const bytes = Buffer.concat(weights.map(({ data }) => Buffer.from(data.buffer)));
    const each = Math.ceil(bytes.length / paths.length);
    for (const [index, path] of paths.entries()) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes.subarray(index * each, (index + 1) * each));
    }
  }
  const weightsManifest = groups.map(({ paths, weights }) => ({
    paths,
    weights: weights.map(({ name, shape, dtype = 'float32', quantization }) => ({ name, shape, dtype, quantization })),
  }));
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...more, modelTopology: topology, weightsManifest }));
}

const valuesOf = (model: tf.LayersModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

const dense = (name: string, units: number, inputs?: number): object => ({
  class_name: 'Dense',
  config: {
    name,
    trainable: true,
    units,
    activation: 'linear',
    use_bias: true,
    ...(inputs !== undefined && { batch_input_shape: [null, inputs], dtype: 'float32' }),
    kernel_initializer: { class_name: 'VarianceScaling', config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null } },
    bias_initializer: { class_name: 'Zeros', config: {} },
    kernel_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    bias_constraint: null,
  },
});

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

/** A network of the converter for Keras 2.1: the architecture beside Keras' version, every layer's weights in a group of its own, no format. */
describe("what tensorflowjs' converter wrote from Keras 2.1", () => {
  const topology = {
    keras_version: '2.1.4',
    backend: 'tensorflow',
    model_config: {
      class_name: 'Model',
      config: {
        name: 'net_1',
        layers: [
          {
            name: 'input_1',
            class_name: 'InputLayer',
            config: { batch_input_shape: [null, 2, 2, 1], dtype: 'float32', sparse: false, name: 'input_1' },
            inbound_nodes: [],
          },
          {
            name: 'conv_dw_1',
            class_name: 'DepthwiseConv2D',
            config: {
              name: 'conv_dw_1',
              trainable: true,
              kernel_size: [1, 1],
              strides: [1, 1],
              padding: 'same',
              data_format: 'channels_last',
              activation: 'linear',
              use_bias: false,
              bias_initializer: { class_name: 'Zeros', config: {} },
              depth_multiplier: 1,
              depthwise_initializer: {
                class_name: 'VarianceScaling',
                config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null },
              },
              depthwise_regularizer: null,
              depthwise_constraint: null,
            },
            inbound_nodes: [[['input_1', 0, 0, {}]]],
          },
          {
            name: 'conv_dw_1_bn',
            class_name: 'BatchNormalization',
            config: { name: 'conv_dw_1_bn', trainable: true, axis: -1, momentum: 0.99, epsilon: 0, center: true, scale: true },
            inbound_nodes: [[['conv_dw_1', 0, 0, {}]]],
          },
          {
            name: 'flatten_1',
            class_name: 'Flatten',
            config: { name: 'flatten_1', trainable: true },
            inbound_nodes: [[['conv_dw_1_bn', 0, 0, {}]]],
          },
        ],
        input_layers: [['input_1', 0, 0]],
        output_layers: [['flatten_1', 0, 0]],
      },
    },
    training_config: { metrics: ['accuracy'], loss: 'categorical_crossentropy' },
  };
  const groups: readonly Group[] = [
    { paths: ['group1-shard1of1'], weights: [{ name: 'conv_dw_1/depthwise_kernel', shape: [1, 1, 1, 1], data: floats(3) }] },
    {
      paths: ['group2-shard1of2', 'group2-shard2of2'],
      weights: [
        { name: 'conv_dw_1_bn/gamma', shape: [1], data: floats(2) },
        { name: 'conv_dw_1_bn/beta', shape: [1], data: floats(10) },
        { name: 'conv_dw_1_bn/moving_mean', shape: [1], data: floats(1) },
        { name: 'conv_dw_1_bn/moving_variance', shape: [1], data: floats(4) },
      ],
    },
  ];

  it('computes (3x − 1)/2·2 + 10, from three files of two groups', async () => {
    await withFolder(async (folder) => {
      await writeFolder(folder, topology, groups);
      const model = await loadModel(folder);
      const y = tf.tidy(() => [...(model.predict(tf.tensor4d([0, 1, 2, 3], [1, 2, 2, 1])) as tf.Tensor).dataSync()]);
      expect(y).toEqual([9, 12, 15, 18]);
      expect(model.name).toBe('net_1');
      model.dispose();
    });
  });

  it('is refused where layers wait for each other, for none, or for a class that is unknown: within a second, and no tensor stays', async () => {
    await withFolder(async (folder) => {
      const before = tf.memory().numTensors;
      const edited = (edit: (layers: { class_name: string; inbound_nodes: unknown }[]) => void): object => {
        const copy = structuredClone(topology);
        edit(copy.model_config.config.layers);
        return copy;
      };
      const cases: readonly { wrong: object; message: RegExp }[] = [
        {
          wrong: edited((layers) => (layers[1].inbound_nodes = [[['conv_dw_1_bn', 0, 0, {}]]])),
          message: /got 'layers that wait for each other or for none: conv_dw_1, conv_dw_1_bn, flatten_1'/,
        },
        { wrong: edited((layers) => (layers[3].inbound_nodes = [[['nobody', 0, 0, {}]]])), message: /or for none: flatten_1'/ },
        { wrong: edited((layers) => (layers[3].class_name = 'Lambda')), message: /model\.json: the topology: expected layers .*Lambda/ },
        {
          wrong: { class_name: 'Sequential', config: [dense('huge', 2 ** 30, 1)] },
          message: /a weight 'kernel' of \[1, 1073741824\], where the file holds 5 values/,
        },
        { wrong: { class_name: 'toString', config: {} }, message: /a model of class toString/ },
      ];
      for (const { wrong, message } of cases) {
        await writeFolder(folder, wrong, groups);
        await expectFailure(loadModel(folder), 'CORRUPT_MODEL', message);
      }
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('weights that were quantized to save space are what the formula says', () => {
  const topology = { class_name: 'Sequential', config: { name: 's', layers: [dense('d', 2, 2)] } };

  it('uint8: value × scale + min', async () => {
    await withFolder(async (folder) => {
      const quantization = { dtype: 'uint8', scale: 0.007843137718737125, min: -1, original_dtype: 'float32' };
      await writeFolder(
        folder,
        topology,
        [
          {
            paths: ['group1-shard1of1.bin'],
            weights: [
              { name: 'd/kernel', shape: [2, 2], quantization, data: Uint8Array.of(0, 1, 127, 255) },
              { name: 'd/bias', shape: [2], data: floats(7, 8) },
            ],
          },
        ],
        { format: 'layers-model' },
      );
      const model = await loadModel(folder);
      expect(valuesOf(model)).toEqual({
        'd/kernel': [0, 1, 127, 255].map((value) => Math.fround(value * quantization.scale - 1)),
        'd/bias': [7, 8],
      });
      model.dispose();
    });
  });

  it('uint16, cut within a value, in files of a folder below', async () => {
    await withFolder(async (folder) => {
      const quantization = { dtype: 'uint16', scale: 0.001, min: -32 };
      await writeFolder(folder, topology, [
        {
          paths: ['weights/a-of-3', 'weights/b-of-3', 'weights/c-of-3'],
          weights: [
            { name: 'd/kernel', shape: [2, 2], quantization, data: Uint16Array.of(0, 1, 32000, 65535) },
            { name: 'd/bias', shape: [2], quantization, data: Uint16Array.of(5, 6) },
          ],
        },
      ]);
      const model = await loadModel(folder);
      expect(valuesOf(model)).toEqual({
        'd/kernel': [0, 1, 32000, 65535].map((value) => Math.fround(value * 0.001 - 32)),
        'd/bias': [5, 6].map((value) => Math.fround(value * 0.001 - 32)),
      });
      model.dispose();
    });
  });

  it('float16: 1, −2, the smallest number above zero, the largest, infinity', async () => {
    await withFolder(async (folder) => {
      const quantization = { dtype: 'float16', original_dtype: 'float32' };
      await writeFolder(folder, topology, [
        {
          paths: ['group1-shard1of1.bin'],
          weights: [
            { name: 'd/kernel', shape: [2, 2], quantization, data: Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff) },
            { name: 'd/bias', shape: [2], quantization, data: Uint16Array.of(0x7c00, 0x3555) },
          ],
        },
      ]);
      const model = await loadModel(folder);
      expect(valuesOf(model)).toEqual({ 'd/kernel': [1, -2, 2 ** -24, 65504], 'd/bias': [Infinity, 0.333251953125] });
      model.dispose();
    });
  });

  it('without a scale it is refused, as it says nothing', async () => {
    await withFolder(async (folder) => {
      const quantization = { dtype: 'uint8', min: 0 };
      const weights = [{ name: 'd/kernel', shape: [2, 2], quantization, data: Uint8Array.of(0, 1, 2, 3) }];
      await writeFolder(folder, topology, [{ paths: ['group1-shard1of1.bin'], weights }]);
      await expectFailure(loadModel(folder), 'CORRUPT_MODEL', /weights\[0\]\.quantization: expected scale and min/);
    });
  });
});

describe("other tools' names for weights are understood", () => {
  const kernel = floats(1, 2);
  const bias = floats(3);
  const weightsNamed = (first: string, second: string): readonly Group[] => [
    {
      paths: ['group1-shard1of1.bin'],
      weights: [
        { name: first, shape: [2, 1], data: kernel },
        { name: second, shape: [1], data: bias },
      ],
    },
  ];
  it.each([
    { writer: 'tfjs and Keras 2', names: ['dense_1/kernel', 'dense_1/bias'] },
    { writer: 'Keras 1', names: ['dense_1_W', 'dense_1_b'] },
    { writer: 'Keras 1 under scopes', names: ['dense_1/dense_1_W', 'dense_1/dense_1_b'] },
    { writer: 'Keras 2 in a session that had built a dense_1 before', names: ['dense_1_2/kernel', 'dense_1_2/bias'] },
    { writer: 'TensorFlow 2.2 and later, of cells', names: ['dense_1/cell/kernel', 'dense_1/cell/bias'] },
    { writer: "Keras' SavedModel, by order", names: ['dense_1/0', 'dense_1/1'] },
  ])('$writer: $names', async ({ names }) => {
    await withFolder(async (folder) => {
      await writeFolder(folder, { class_name: 'Sequential', config: [dense('dense_1', 1, 2)] }, weightsNamed(names[0], names[1]));
      const model = await loadModel(folder);
      expect(valuesOf(model)).toEqual({ 'dense_1/kernel': [1, 2], 'dense_1/bias': [3] });
      model.dispose();
    });
  });

  it('but a name that the model has is always itself: dense_1 and dense_1_1 are two layers', async () => {
    await withFolder(async (folder) => {
      const topology = { class_name: 'Sequential', config: [dense('dense_1', 1, 2), dense('dense_1_1', 1)] };
      const more = [
        { name: 'dense_1_1/kernel', shape: [1, 1], data: floats(5) },
        { name: 'dense_1_1/bias', shape: [1], data: floats(6) },
      ];
      const [group] = weightsNamed('dense_1/kernel', 'dense_1/bias');
      await writeFolder(folder, topology, [{ ...group, weights: [...more, ...group.weights] }]);
      const model = await loadModel(folder);
      expect(valuesOf(model)).toEqual({ 'dense_1/kernel': [1, 2], 'dense_1/bias': [3], 'dense_1_1/kernel': [5], 'dense_1_1/bias': [6] });
      model.dispose();
    });
  });

  it('nor does a failed load leave a tensor of a layer that is called twice', async () => {
    await withFolder(async (folder) => {
      const entry = (name: string, layer: object, ...from: [string, number][][]): object => ({
        ...layer,
        name,
        inbound_nodes: from.map((node) => node.map(([input, call]) => [input, call, 0, {}])),
      });
      const input = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 2], dtype: 'float32', sparse: false } };
      const layers = [entry('x', input), entry('d', dense('d', 2), [['x', 0]], [['d', 0]])];
      const config = { name: 'twice', layers, input_layers: [['x', 0, 0]], output_layers: [['d', 1, 0]] };
      const [group] = weightsNamed('d/kernel', 'd/bias');
      const before = tf.memory().numTensors;
      await writeFolder(folder, { class_name: 'Model', config }, [group]);
      await expectFailure(loadModel(folder), 'WEIGHTS_MISMATCH', /got 2 differences .*\n≠ d\/bias .*\n≠ d\/kernel/);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('and a name that means nothing is listed with what is missing', async () => {
    await withFolder(async (folder) => {
      await writeFolder(folder, { class_name: 'Sequential', config: [dense('dense_1', 1, 2)] }, weightsNamed('dense_1/kernel', 'other/b'));
      const before = tf.memory().numTensors;
      await expectFailure(loadModel(folder), 'WEIGHTS_MISMATCH', /got 2 differences .*\n- dense_1\/bias \[1\]\n\+ other\/b \[1\]$/);
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

it('a model that was saved with its training settings is ready for model.evaluate', async () => {
  await withFolder(async (folder) => {
    const trainingConfig = {
      loss: 'mean_squared_error',
      metrics: [],
      optimizer_config: { class_name: 'SGD', config: { learning_rate: 0.1 } },
    };
    const groups = [
      {
        paths: ['group1-shard1of1.bin'],
        weights: [
          { name: 'd/kernel', shape: [1, 1], data: floats(2) },
          { name: 'd/bias', shape: [1], data: floats(0) },
        ],
      },
    ];
    await writeFolder(folder, { class_name: 'Sequential', config: [dense('d', 1, 1)] }, groups, { trainingConfig });
    const model = await loadModel(folder);
    const loss = model.evaluate(tf.tensor2d([[1]]), tf.tensor2d([[5]])) as tf.Scalar;
    expect(loss.dataSync()[0]).toBe(9);
    tf.dispose(loss);
    model.dispose();
  });
});
