import * as tf from '@tensorflow/tfjs';
import { googLeNet } from '../../../src/networks/googLeNet.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { zooModel, type ZooEntry } from './zooModels.js';
import { operationCounts } from './graph.js';

beforeAll(async () => void (await useBackendUnderTest()));

const narrow = { widthMultiplier: 0.125, classes: 5, inputShape: [75, 75, 3] } as const;

describe('GoogLeNet, which has 57 convolutions and 9 modules', () => {
  it.each([
    {
      title: 'folded: no batch normalization is left',
      options: {},
      counts: { Conv: 57, Relu: 57, Concat: 9, BatchNormalization: 0 },
    },
    {
      title: 'plain: 57 normalizations',
      options: { foldBatchNormalization: false },
      counts: { Conv: 57, BatchNormalization: 57, Split: 0 },
    },
    {
      title: 'siblings merged: three 1×1 of each module are one',
      options: { mergeSiblings: true },
      counts: { Conv: 39, Relu: 39, Split: 9 },
    },
  ])('$title', async ({ options, counts }) => {
    const model = googLeNet(narrow);
    expect({ BatchNormalization: 0, Split: 0, ...(await operationCounts(model, options)) }).toMatchObject(counts);
    model.dispose();
  });

  it('one transposition, behind the input; each auxiliary head of the paper adds one, before it flattens', async () => {
    const [without, withHeads] = [false, true].map((auxiliaryHeads) => googLeNet({ ...narrow, variant: 'paper', auxiliaryHeads }));
    expect(await operationCounts(without)).toMatchObject({ Transpose: 1, Softmax: 1 });
    // At 75² the heads' maps are of one pixel, whose channels have one order.
    expect(await operationCounts(withHeads)).toMatchObject({ Transpose: 1, Softmax: 3 });
    expect(await operationCounts(withHeads, { outputs: ['main'] })).toEqual(await operationCounts(without));
    without.dispose();
    withHeads.dispose();
  });
});

it('zeros round an input go into a convolution, a mean, and a maximum over values that are never negative', async () => {
  const entry = {
    name: '',
    input: [9, 9, 2],
    layers: [
      ['zeroPadding2d', { padding: 3 }],
      ['conv2d', { filters: 2, kernelSize: 3, activation: 'relu' }],
      ['zeroPadding2d', { padding: 1 }],
      ['maxPooling2d', { poolSize: 3, strides: 2 }],
      ['zeroPadding2d', { padding: 1 }],
      ['averagePooling2d', { poolSize: 3, strides: 2 }],
    ],
  };
  expect(await operationCounts(zooModel(entry as unknown as ZooEntry))).toEqual({
    Transpose: 2,
    Conv: 1,
    Relu: 1,
    MaxPool: 1,
    AveragePool: 1,
  });
});

it('zeros that may be the largest stay an operation, held apart from the maximum, into which ONNX Runtime would put them', async () => {
  const layers = [
    ['zeroPadding2d', { padding: 1 }],
    ['maxPooling2d', { poolSize: 3 }],
  ];
  const model = zooModel({ name: '', input: [9, 9, 2], layers } as unknown as ZooEntry);
  expect(await operationCounts(model)).toEqual({ Transpose: 2, Pad: 1, Max: 1, MaxPool: 1 });
});

it('a normalization stays where something else takes what the convolution computes, or it comes after the ReLU', async () => {
  const input = tf.input({ shape: [6, 6, 2] });
  const convolved = tf.layers.conv2d({ filters: 2, kernelSize: 1 }).apply(input) as tf.SymbolicTensor;
  const normed = tf.layers.batchNormalization().apply(convolved) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([convolved, normed]) as tf.SymbolicTensor;
  expect(await operationCounts(tf.model({ inputs: input, outputs: sum }))).toMatchObject({ Conv: 1, BatchNormalization: 1 });
  expect(await operationCounts(tf.model({ inputs: input, outputs: [convolved, normed] }))).toMatchObject({ BatchNormalization: 1 });
  expect(await operationCounts(tf.model({ inputs: input, outputs: normed }))).toEqual({ Transpose: 2, Conv: 1 });
  const rectified = tf.layers.reLU().apply(convolved) as tf.SymbolicTensor;
  const after = tf.layers.batchNormalization().apply(rectified) as tf.SymbolicTensor;
  expect(await operationCounts(tf.model({ inputs: input, outputs: after }))).toMatchObject({ Conv: 1, Relu: 1, BatchNormalization: 1 });
});
