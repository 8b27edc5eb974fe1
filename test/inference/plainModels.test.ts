import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InceptionError } from '../../src/errors.js';
import type { Prediction } from '../../src/inference/classifier.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import type { ModelOrPath } from '../../src/inference/openNetwork.js';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { IMAGENET_LABELS } from '../../src/networks/imagenetLabels.js';
import type { Preprocessing } from '../../src/spec/types.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { expectFailure } from '../io/failure.js';
import { tinyGoogLeNet } from '../io/tinyModels.js';
import { graphModelFiles, writeGraphModel, type GraphModelFiles } from './graphModelFolder.js';

const SYMMETRIC: Preprocessing = { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] };
const CAFFE: Preprocessing = { channelOrder: 'bgr', scale: 1, offset: [-104, -117, -123] };
const LABELS = ['ant', 'bee', 'cat', 'dog'];

let folder: string;
let network: tf.LayersModel;

/** 12 × 12 × 3 → convolution → mean → four classes. */
function smallLayers(activation: 'softmax' | 'linear' | 'sigmoid' = 'softmax', classes = LABELS.length): tf.LayersModel {
  const seeded = (seed: number) => tf.initializers.randomNormal({ stddev: 0.4, seed });
  return tf.sequential({
    name: 'small',
    layers: [
      tf.layers.conv2d({ name: 'conv', filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', inputShape: [12, 12, 3], kernelInitializer: seeded(1) }),
      tf.layers.globalAveragePooling2d({ name: 'pool' }),
      tf.layers.dense({ name: 'dense', units: classes, activation, kernelInitializer: seeded(2), biasInitializer: seeded(3) }),
    ],
  }); // prettier-ignore
}

function graphOf(options: Parameters<typeof graphModelFiles>[1] = {}): GraphModelFiles {
  const [kernel, bias, matrix, logitsBias] = network.getWeights().map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() }));
  return graphModelFiles({ kernel, bias, matrix, logitsBias }, options);
}

const picture = (): tf.Tensor3D =>
  tf.tensor3d(
    Float32Array.from({ length: 432 }, (_, index) => (index * 37) % 256),
    [12, 12, 3],
  );

/** What the network says of `picture` by plain tfjs. */
function expectedBy(preprocessing: Preprocessing): number[] {
  return tf.tidy(() => {
    const ordered = preprocessing.channelOrder === 'bgr' ? tf.reverse(picture(), 2) : picture();
    const input = tf.add(tf.mul(ordered, preprocessing.scale), tf.tensor1d([...preprocessing.offset]));
    return [...(network.predict(tf.expandDims(input)) as tf.Tensor).dataSync()];
  });
}

const byIndex = (predictions: readonly Prediction[]): number[] =>
  [...predictions].sort((a, b) => a.index - b.index).map(({ probability }) => probability);
const near = (values: readonly number[], digits = 5): number[] => values.map((value) => expect.closeTo(value, digits) as number);

async function answers(model: ModelOrPath, options: Parameters<typeof createClassifier>[1]): Promise<Prediction[]> {
  const classifier = await createClassifier(model, options);
  const image = picture();
  const predictions = await classifier.classify(image);
  image.dispose();
  classifier.dispose();
  return predictions;
}

beforeAll(async () => {
  await useBackendUnderTest('cpu');
  folder = await mkdtemp(join(tmpdir(), 'inception-plain-'));
  network = smallLayers();
});
afterAll(async () => {
  network.dispose();
  await rm(folder, { recursive: true });
});

describe('A plain LayersModel', () => {
  it.each([
    { name: 'symmetric', preprocessing: SYMMETRIC },
    { name: 'Caffe, blue first', preprocessing: CAFFE },
  ])('answers as by hand with the preprocessing that is given: $name', async ({ preprocessing }) => {
    for (const engine of ['tfjs', 'onnx'] as const) {
      expect(byIndex(await answers(network, { preprocessing, engine }))).toEqual(near(expectedBy(preprocessing)));
    }
  });

  it('from a path answers the same, with labels where they are given, and leaves no tensor', async () => {
    const path = join(folder, 'layers');
    await saveModel(network, path);
    const before = tf.memory().numTensors;
    const predictions = await answers(path, { preprocessing: SYMMETRIC, labels: LABELS });
    expect(byIndex(predictions)).toEqual(near(expectedBy(SYMMETRIC)));
    expect(predictions.every(({ label, index }) => label === LABELS[index])).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('that ends in logits is given a softmax, also where a flattening follows', async () => {
    const logits = smallLayers('linear');
    logits.setWeights(network.getWeights());
    const flat = tf.sequential({ layers: [logits, tf.layers.reshape({ targetShape: [2, 2] }), tf.layers.flatten({})] });
    for (const model of [logits, flat]) {
      expect(byIndex(await answers(model, { preprocessing: SYMMETRIC }))).toEqual(near(expectedBy(SYMMETRIC)));
    }
    flat.dispose();
  });

  it("with 1000 classes has the names 'class <index>', and ImageNet's where those are asked for", async () => {
    const thousand = smallLayers('softmax', 1000);
    const options = { preprocessing: SYMMETRIC, topK: 1000 };
    const named = await answers(thousand, { ...options, labels: 'imagenet' });
    expect(named.every(({ label, index }) => label === IMAGENET_LABELS[index])).toBe(true);
    expect((await answers(thousand, options)).every(({ label, index }) => label === `class ${index}`)).toBe(true);
    thousand.dispose();
  });

  it('is refused without preprocessing: the message shows the usual one', async () => {
    await expectFailure(
      createClassifier(network),
      'INVALID_ARGUMENT',
      /^createClassifier\.preprocessing: expected how pictures become .*, got undefined\. Usual is \{ channelOrder: 'rgb', scale: 1 \/ 127\.5, offset: \[-1, -1, -1\] \} \(--preprocessing symmetric\); /,
    );
  });

  it.each([
    {
      what: 'that ends in a sigmoid',
      make: () => smallLayers('sigmoid'),
      message: /ends in a softmax, or in logits, got 'sigmoid in small'/,
    },
    {
      what: 'of grey pictures',
      make: () => tf.sequential({ name: 'g', layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 2 })] }),
      message: /one input, \[batch, height, width, 3\], got 'g with \[any, 4, 4, 1\]'/,
    },
    {
      what: 'of any size',
      make: () =>
        tf.sequential({
          name: 'a',
          layers: [tf.layers.globalAveragePooling2d({ inputShape: [null, null, 3] }), tf.layers.dense({ units: 2 })],
        }),
      message: /one input, .*got 'a with \[any, any, any, 3\]'/,
    },
    {
      what: 'that gives maps',
      make: () => tf.sequential({ name: 'm', layers: [tf.layers.conv2d({ inputShape: [4, 4, 3], filters: 2, kernelSize: 1 })] }),
      message: /one output, \[batch, classes\], got 'm with \[any, 4, 4, 2\]'/,
    },
    {
      what: 'of one class',
      make: () => tf.sequential({ name: 'o', layers: [tf.layers.flatten({ inputShape: [4, 4, 3] }), tf.layers.dense({ units: 1 })] }),
      message: /got 'o with \[any, 1\]'/,
    },
  ])('$what is refused, leaving no tensor', async ({ make, message }) => {
    const model = make();
    const before = tf.memory().numTensors;
    await expectFailure(createClassifier(model, { preprocessing: SYMMETRIC }), 'INVALID_ARGUMENT', message);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('A folder of a graph model', () => {
  it('is refused by loadModel, which says that it loads for classification only', async () => {
    const path = await writeGraphModel(join(folder, 'graph'), graphOf());
    await expectFailure(
      loadModel(path),
      'UNSUPPORTED_FORMAT',
      /got 'graph-model'\. A graph model loads for classification only: createClassifier /,
    );
  });

  it.each([
    { what: 'probabilities', options: {} },
    { what: 'logits', options: { softmax: false } },
    { what: 'one picture at a time', options: { batch: 1 } },
  ])('that gives $what answers as the same network of layers, on TensorFlow.js, which says why', async ({ options }) => {
    const path = await writeGraphModel(join(folder, 'answers'), graphOf(options));
    const before = tf.memory().numTensors;
    const classifier = await createClassifier(path, { preprocessing: CAFFE, labels: LABELS });
    expect(classifier.engine).toEqual({ name: 'tfjs', reason: expect.stringMatching(/a graph model/) });
    const images = [picture(), picture(), picture()];
    for (const predictions of await classifier.classifyMany(images)) {
      expect(byIndex(predictions)).toEqual(near(expectedBy(CAFFE)));
      expect(predictions.every(({ label, index }) => label === LABELS[index])).toBe(true);
    }
    tf.dispose(images);
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("in memory answers the same and stays its caller's, engine onnx is refused", async () => {
    // Named outputs, as some converters write them.
    const named = { userDefinedMetadata: { structuredOutputKeys: ['answer'] } };
    const graph = await tf.loadGraphModel(tf.io.fromMemory({ ...artifacts(graphOf()), ...named }));
    expect(Object.keys(graph.predict(tf.zeros([1, 12, 12, 3])))).toEqual(['answer']);
    const before = tf.memory().numTensors;
    expect(byIndex(await answers(graph, { preprocessing: SYMMETRIC }))).toEqual(near(expectedBy(SYMMETRIC)));
    await expectFailure(createClassifier(graph, { preprocessing: SYMMETRIC, engine: 'onnx' }), 'UNSUPPORTED_FORMAT', /a graph model/);
    expect(tf.memory().numTensors).toBe(before);
    graph.dispose();
  });

  it.each<{ what: string; damage: (files: GraphModelFiles) => GraphModelFiles; code: 'CORRUPT_MODEL' | 'CORRUPT_WEIGHTS' | 'INVALID_ARGUMENT'; message: RegExp }>([
    { what: 'weights cut short', damage: (files) => ({ ...files, weights: files.weights.subarray(4) }), code: 'CORRUPT_WEIGHTS', message: /group1-shard1of1\.bin/ },
    { what: 'a path out of the folder', damage: edited((document) => (document.weightsManifest[0].paths = ['../x.bin'])), code: 'CORRUPT_MODEL', message: /plain file name/ },
    { what: 'a weight beyond all memory', damage: edited((document) => (document.weightsManifest[0].weights[0].shape = [1e9, 1e9])), code: 'CORRUPT_MODEL', message: /at most \d+ bytes of weights/ },
    { what: 'an unknown operation', damage: edited((document) => (document.modelTopology.node = document.modelTopology.node.map((node) => (node.op === 'Relu' ? { ...node, op: 'Frob' } : node)))), code: 'CORRUPT_MODEL', message: /Frob/ },
    { what: 'a node that is not there', damage: edited((document) => document.modelTopology.node.splice(0, 1)), code: 'CORRUPT_MODEL', message: /model\.json|computed/ },
    { what: 'no nodes', damage: edited((document) => (document.modelTopology.node = [])), code: 'INVALID_ARGUMENT', message: /one input/ },
    { what: 'nodes that are none', damage: edited((document) => (document.modelTopology.node = 5 as never)), code: 'CORRUPT_MODEL', message: /a graph that TensorFlow\.js builds/ },
    { what: 'a circle', damage: edited((document) => (document.modelTopology.node = document.modelTopology.node.map((node) => (node.name === 'rectified' ? { ...node, input: ['logits'] } : node)))), code: 'CORRUPT_MODEL', message: /model\.json|computed/ },
    { what: 'a shape that does not fit', damage: edited((document) => (document.weightsManifest[0].weights[2].shape = [4, 5])), code: 'CORRUPT_MODEL', message: /a graph that can be computed/ },
    { what: 'pictures of any size', damage: () => graphOf({ side: -1 }), code: 'INVALID_ARGUMENT', message: /one input, \[batch, height, width, 3\], got 'graph model with \[any, any, any, 3\]'/ },
    { what: 'pictures beyond 4096 pixels', damage: () => graphOf({ side: 4097 }), code: 'INVALID_ARGUMENT', message: /got 'graph model with \[any, 4097, 4097, 3\]'/ },
    { what: 'two in a batch', damage: () => graphOf({ batch: 2 }), code: 'INVALID_ARGUMENT', message: /one picture or any number, got '2 in a batch'/ },
  ])('with $what is $code', async ({ damage, code, message }) => {
    const path = await writeGraphModel(join(folder, 'damaged'), damage(graphOf()));
    const before = tf.memory().numTensors;
    await expectFailure(createClassifier(path, { preprocessing: SYMMETRIC }), code, message);
    expect(tf.memory().numTensors).toBe(before);
  }); // prettier-ignore
});

describe('A damaged description of a graph model', () => {
  it('with any one bit of every fifth byte flipped, or cut there, ends in an error of ours or in four probabilities, and leaves no tensor', async () => {
    const files = graphOf();
    const text = Buffer.from(JSON.stringify(files.document));
    const path = await writeGraphModel(join(folder, 'flipped'), files);
    const before = tf.memory().numTensors;
    const outcomes = { refused: 0, answered: 0 };
    for (let at = 0; at < text.length; at += 5) {
      const flipped = Buffer.from(text);
      flipped[at] ^= 1 << (at % 8);
      for (const damaged of [flipped, text.subarray(0, at)]) {
        await writeFile(join(path, 'model.json'), damaged);
        const outcome = await answers(path, { preprocessing: SYMMETRIC }).catch((error: unknown) => error);
        if (!(outcome instanceof InceptionError)) expect(outcome).toHaveLength(4);
        outcomes[outcome instanceof InceptionError ? 'refused' : 'answered']++;
        if (tf.memory().numTensors !== before) throw new Error(`${String(damaged)} leaves ${tf.memory().numTensors - before} tensors`);
      }
    }
    expect(outcomes.refused).toBeGreaterThan(300);
    expect(outcomes.answered).toBeGreaterThan(20);
  });
});

/** Damages a copy of the description. */
function edited(edit: (document: GraphModelFiles['document']) => unknown): (files: GraphModelFiles) => GraphModelFiles {
  return (files) => {
    const document = structuredClone(files.document);
    edit(document);
    return { ...files, document };
  };
}

function artifacts({ document, weights }: GraphModelFiles): tf.io.ModelArtifacts {
  return {
    modelTopology: document.modelTopology,
    weightSpecs: document.weightsManifest[0].weights as tf.io.WeightsManifestEntry[],
    weightData: Uint8Array.from(weights).buffer,
  };
}

describe('createClassifier refuses', () => {
  it.each([
    { what: 'labels of another number', options: { preprocessing: SYMMETRIC, labels: ['a', 'b'] }, message: /\.labels: expected 4 labels, one a class, got 2/ },
    { what: "ImageNet's for four classes", options: { preprocessing: SYMMETRIC, labels: 'imagenet' }, message: /\.labels: expected 4 labels, one a class, got 1000/ },
    { what: 'labels that are none', options: { preprocessing: SYMMETRIC, labels: [1, 2] }, message: /\.labels: expected an array of class names, or 'imagenet'/ },
    { what: 'two offsets', options: { preprocessing: { ...SYMMETRIC, offset: [0, 0] } }, message: /\.preprocessing: expected channelOrder/ },
    { what: 'an unknown order', options: { preprocessing: { ...SYMMETRIC, channelOrder: 'grb' } }, message: /\.preprocessing: expected channelOrder/ },
    { what: 'no scale', options: { preprocessing: { channelOrder: 'rgb', offset: [0, 0, 0] } }, message: /\.preprocessing: expected channelOrder/ },
    { what: 'an empty preprocessing', options: { preprocessing: null }, message: /\.preprocessing: expected channelOrder/ },
  ])('$what', async ({ options, message }) => {
    await expectFailure(createClassifier(network, options as object), 'INVALID_ARGUMENT', message);
  }); // prettier-ignore

  it("preprocessing for an InceptionModel, which has its own; beside a plain model it is that one's", async () => {
    const own = tinyGoogLeNet({ classes: 4 });
    await expectFailure(
      createClassifier(own, { preprocessing: SYMMETRIC }),
      'INVALID_ARGUMENT',
      /\.preprocessing: expected none for models that have their own/,
    );
    const together = await createClassifier([own, network], { preprocessing: CAFFE });
    expect(together.engines).toHaveLength(2);
    together.dispose();
    own.dispose();
  });
});
