import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { decodeRecord, RECORD_KEY, type ModelRecord } from '../../../src/io/modelRecord.js';
import { takeSnapshot, type ModelSnapshot } from '../../../src/io/modelSnapshot.js';
import { encodeOnnx } from '../../../src/io/onnx/onnxModel.js';
import { layerGraph } from '../../../src/io/onnx/layerGraph.js';
import { writeOnnx } from '../../../src/io/onnx/writeOnnx.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { refusal } from '../../blocks/blockModel.js';
import { tinyGoogLeNet, withFolder } from '../tinyModels.js';
import { decoded } from './graph.js';
import { bytesOf } from './onnxRuntime.js';

beforeAll(async () => void (await useBackendUnderTest()));

const RECORD: ModelRecord = {
  version: 1,
  labels: ['cat', 'größer'],
  preprocessing: { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] },
};

/** What a model that is a chain of layers is refused for. */
function refusalOf(shape: readonly (number | null)[], ...layers: tf.layers.Layer[]): ReturnType<typeof refusal> {
  const input = tf.input({ shape: [...shape] });
  const output = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  const snapshot = takeSnapshot('test', tf.model({ inputs: input, outputs: output }), RECORD);
  return refusal(() => encodeOnnx('saveModel', snapshot));
}

it('the file holds what onnxModel gives, byte for byte, and no tensor is left', async () => {
  const model = tinyGoogLeNet();
  const before = tf.memory().numTensors;
  const snapshot = takeSnapshot('test', model, RECORD);
  await withFolder(async (folder) => {
    const file = join(folder, 'model.onnx');
    await writeOnnx('saveModel', snapshot, { format: 'onnx', folder, file }, {});
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
    expect(await readdir(folder)).toEqual(['model.onnx']);
    expect((await readFile(file)).equals(await bytesOf(model, {}, RECORD))).toBe(true);
  });
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});

it('says who made it, in which version, and keeps the record, labels and preprocessing', async () => {
  const model = tinyGoogLeNet();
  const { irVersion, opsetImport, producerName, metadataProps, graph } = await decoded(model, {}, RECORD);
  expect({ irVersion, version: opsetImport[0].version, producerName }).toEqual({
    irVersion: 8n,
    version: 17n,
    producerName: 'tfjs-inception',
  });
  const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
  expect(decodeRecord('test', metadata[RECORD_KEY])).toEqual(RECORD);
  expect(JSON.parse(metadata.labels)).toEqual(RECORD.labels);
  expect(JSON.parse(metadata.preprocessing)).toEqual(RECORD.preprocessing);
  const dims = graph?.input.map(({ type }) =>
    type?.value.case === 'tensorType' ? type.value.value.shape?.dim.map(({ value }) => value.value) : [],
  );
  expect(dims).toEqual([['batch', 64n, 64n, 3n]]);
  model.dispose();
});

it('a graph that prepares pixels itself does not say how to prepare them', async () => {
  const model = tinyGoogLeNet();
  const { metadataProps } = await decoded(model, { preprocessing: model.preprocessing }, RECORD);
  expect(metadataProps.map(({ key }) => key)).toEqual([RECORD_KEY, 'labels']);
  model.dispose();
});

describe('is refused with UNSUPPORTED_FORMAT', () => {
  it('a model with layers that ONNX has no counterpart for here: each is named', () => {
    const refused = refusalOf(
      [4, 4],
      tf.layers.conv1d({ name: 'c1', filters: 2, kernelSize: 1 }),
      tf.layers.layerNormalization({ name: 'ln' }),
    );
    expect(refused).toMatchObject({ code: 'UNSUPPORTED_FORMAT', tensors: 0 });
    expect(refused.message).toContain(
      'saveModel: expected layers that ONNX can express, got 2 of other classes: c1 (Conv1D), ln (LayerNormalization).',
    );
  });

  it.each([
    {
      title: 'an input of open size',
      shape: [null, null, 3],
      layer: () => tf.layers.conv2d({ name: 'c', filters: 2, kernelSize: 1 }),
      says: 'an input whose size is fixed but for the batch',
    },
    {
      title: 'channels that come first',
      shape: [3, 6, 6],
      layer: () => tf.layers.conv2d({ name: 'c', filters: 2, kernelSize: 1, dataFormat: 'channelsFirst' }),
      says: "layer 'c' (Conv2D): expected data format 'channels_last', got 'channels_first'",
    },
    {
      title: 'dilation that tfjs overlooks',
      shape: [6, 6, 3],
      layer: () => tf.layers.depthwiseConv2d({ name: 'd', kernelSize: 2, dilationRate: 2 }),
      says: "layer 'd' (DepthwiseConv2D): expected dilation rate [1, 1], got [ 2, 2 ]",
    },
    {
      title: 'a normalization over another axis',
      shape: [3, 6, 6],
      layer: () => tf.layers.batchNormalization({ name: 'n', axis: 1 }),
      says: "layer 'n' (BatchNormalization): expected axis -1 or 3",
    },
    {
      title: 'batches joined',
      shape: [4],
      layer: () => tf.layers.softmax({ name: 's', axis: 0 }),
      says: "layer 's' (Softmax): expected an axis other than the batch, got 0",
    },
  ])('$title', ({ shape, layer, says }) => {
    const refused = refusalOf(shape, layer());
    expect(refused).toMatchObject({ code: 'UNSUPPORTED_FORMAT', tensors: 0 });
    expect(refused.message).toContain(says);
  });

  it('a model beyond 2 GB, before a weight is read', () => {
    const huge = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [8], name: 'in' }), tf.layers.dense({ name: 'd', units: 1 })],
    });
    const shape = [2 ** 15, 2 ** 14];
    const unreadable = { shape, data: () => Promise.reject(new Error('read')) } as unknown as tf.Tensor;
    const snapshot: ModelSnapshot = {
      topology: huge.toJSON(undefined, false),
      userDefinedMetadata: undefined,
      record: RECORD,
      weights: ['d/kernel', 'd/bias'].map((name) => ({ name, tensor: unreadable })),
    };
    const refused = refusal(() => encodeOnnx('saveModel', snapshot));
    expect(refused).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(refused.message).toContain('saveModel: expected an ONNX file of at most 2147483647 bytes, got 4294967');
  });
});

it('an output that no layer has is INVALID_ARGUMENT and named', () => {
  const snapshot = takeSnapshot('test', tinyGoogLeNet(), RECORD);
  const { code, message } = refusal(() => encodeOnnx('onnxModel', snapshot, { outputs: ['main', 'nobody'] }));
  expect({ code, message }).toEqual({
    code: 'INVALID_ARGUMENT',
    message: "onnxModel.outputs: expected names of layers of 'googlenet', got 'nobody'.",
  });
});

it('a chain of 20,000 layers is read without running out of stack, and only the 100 that are needed are kept', () => {
  const layer = (at: number): object => ({
    name: `l${at}`,
    class_name: at === 0 ? 'InputLayer' : 'Activation',
    config: { batch_input_shape: [null, 1] },
    inbound_nodes: at === 0 ? [] : [[[`l${at - 1}`, 0, 0, {}]]],
  });
  const layers = Array.from({ length: 20_000 }, (_, at) => layer(at));
  const topology = { class_name: 'Model', config: { name: 'm', layers, input_layers: [['l0', 0, 0]], output_layers: [['l19999', 0, 0]] } };
  expect(layerGraph('test', topology).calls).toHaveLength(20_000);
  expect(layerGraph('test', topology, ['l99']).calls.map(({ path }) => path[0])).toEqual(Array.from({ length: 100 }, (_, at) => `l${at}`));
});
