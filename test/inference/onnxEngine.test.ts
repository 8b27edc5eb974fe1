import * as tf from '@tensorflow/tfjs';
import { mkdir, mkdtemp, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { NATIVE_HOME_VARIABLE } from '../../src/backends/native/nativeHome.js';
import { chooseEngine } from '../../src/inference/chooseEngine.js';
import type { ImageSource, Prediction } from '../../src/inference/classifier.js';
import type { ClassifierOptions } from '../../src/inference/classifierOptions.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import { inceptionNetwork } from '../../src/inference/inceptionNetwork.js';
import { saveModel } from '../../src/io/saveModel.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { CompiledSources, runNode } from '../io/compiledSources.js';
import { expectFailure } from '../io/failure.js';
import { tinyGoogLeNet } from '../io/tinyModels.js';
import { EVERY_VARIANT, narrowNetwork, type PublishedNetwork } from '../networks/everyNetwork.js';
import { numbers } from '../networks/parity/formula.js';

/** The largest difference allowed between the engines' probabilities. */
const TOLERANCE = 1e-4;

let folder: string;
let photo: string;

/** A picture of odd sides with a pattern in each channel: no two places are alike. */
async function writePhoto(path: string, [width, height]: readonly [number, number], seed = 0): Promise<string> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const [x, y, channel] = [Math.floor(index / 3) % width, Math.floor(index / (3 * width)), index % 3];
    return [x + y + seed, 2 * x - y + 80, (x * y + 40 * seed) % 256][channel];
  });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

beforeAll(async () => {
  await useBackendUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'inception-onnx-'));
  photo = await writePhoto(join(folder, 'photo.png'), [151, 97]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Narrow, of an input that is not square, with weights and statistics that are all unlike those it is built with. */
function filled(network: PublishedNetwork): InceptionModel {
  // Caffe rounds up where it pools: at 53 pixels the branches of its Inception v2 do not fit together.
  const width = network.name === 'inception-v2' && network.variant === 'caffe' ? 64 : 53;
  const model = narrowNetwork(network, { classes: 7, inputShape: [48, width, 3] });
  for (const weight of model.weights) {
    tf.tidy(() => void weight.write(tf.tensor(numbers(weight.originalName, weight.shape as number[]), weight.shape as number[])));
  }
  return model;
}

const byIndex = (predictions: readonly Prediction[]): number[] =>
  [...predictions].sort((a, b) => a.index - b.index).map(({ probability }) => probability);

async function answers(model: InceptionModel, images: readonly ImageSource[], options: ClassifierOptions): Promise<number[][]> {
  const classifier = await createClassifier(model, { topK: 1000, ...options });
  expect(classifier.engine).toEqual({ name: options.engine });
  const predictions = await classifier.classifyMany(images);
  classifier.dispose();
  return predictions.map(byIndex);
}

const largestDifference = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((row, picture) => row.map((value, index) => Math.abs(value - b[picture][index]))));

async function differenceOf(model: InceptionModel, images: readonly ImageSource[], options: ClassifierOptions): Promise<number> {
  const [onnx, tfjs] = [
    await answers(model, images, { ...options, engine: 'onnx' }),
    await answers(model, images, { ...options, engine: 'tfjs' }),
  ];
  // Answers that are all alike would agree whatever the engines do.
  expect(Math.max(...tfjs[0]) - Math.min(...tfjs[0])).toBeGreaterThan(0.01);
  return largestDifference(onnx, tfjs);
}

describe('ONNX Runtime answers as TensorFlow.js within 1e-4', () => {
  it.each(EVERY_VARIANT)('$name $variant, narrow, with all heads', async (network) => {
    const model = filled(network);
    for (const heads of model.outputs.length > 1 ? (['main', 'best', 'mean'] as const) : (['main'] as const)) {
      expect(await differenceOf(model, [photo], { heads })).toBeLessThan(TOLERANCE);
    }
    model.dispose();
  });

  it.each([1, 10, 12] as const)('with %i crops, of files, bytes and tensors of several sizes', async (crops) => {
    const model = filled({ name: 'googlenet', variant: 'batchnorm' });
    const [height, width] = model.spec.inputShape;
    const wide = await writePhoto(join(folder, 'wide.png'), [203, 31], 5);
    const bytes = await sharp(photo).jpeg().toBuffer();
    const whole = tf.tensor3d(
      new Uint8Array(90 * 71 * 3).map((_, index) => (index * 7) % 256),
      [90, 71, 3],
      'int32',
    );
    const fractions = tf.tensor3d(
      Float32Array.from({ length: height * width * 3 }, (_, index) => (index * 1.37) % 255),
      [height, width, 3],
    );
    expect(await differenceOf(model, [photo, wide, bytes, whole, fractions], { crops })).toBeLessThan(TOLERANCE);
    tf.dispose([whole, fractions]);
    model.dispose();
  });

  it('of a network that ends in logits', async () => {
    const model = filled({ name: 'googlenet', variant: 'batchnorm' });
    const linear = inceptionNet({ ...model.spec, classifierActivation: 'linear' });
    linear.setWeights(model.getWeights());
    expect(await differenceOf(linear, [photo], {})).toBeLessThan(TOLERANCE);
    for (const each of [model, linear]) each.dispose();
  });

  it('of two networks together, of files and of models in memory', async () => {
    const [one, two] = [tinyGoogLeNet({ seed: 1 }), tinyGoogLeNet({ seed: 2, inputShape: [72, 72, 3] })];
    await saveModel(two, join(folder, 'two'));
    const [onnx, tfjs] = await Promise.all(
      (['onnx', 'tfjs'] as const).map((engine) => createClassifier([one, join(folder, 'two')], { engine })),
    );
    expect(onnx.engines).toEqual([{ name: 'onnx' }, { name: 'onnx' }]);
    const [a, b] = [byIndex(await onnx.classify(photo)), byIndex(await tfjs.classify(photo))];
    expect(largestDifference([a], [b])).toBeLessThan(TOLERANCE);
    for (const each of [onnx, tfjs, one, two]) each.dispose();
  });
});

describe('A classifier on ONNX Runtime', () => {
  it("is what 'auto' gives, and holds no tensor of a model that it loaded itself", async () => {
    const model = tinyGoogLeNet();
    await saveModel(model, join(folder, 'model'));
    model.dispose();
    const before = tf.memory().numTensors;
    const classifier = await createClassifier(join(folder, 'model'));
    expect(classifier.engine).toEqual({ name: 'onnx' });
    expect(tf.memory().numTensors).toBe(before);
    expect(await classifier.classify(photo)).toHaveLength(3);
    classifier.dispose();
    classifier.dispose();
    await expectFailure(classifier.classify(photo), 'INVALID_ARGUMENT', /got one that was disposed of/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is not what 'auto' gives where TensorFlow.js computes on a GPU, but what 'onnx' gives there too", async () => {
    const model = tinyGoogLeNet();
    const backend = { ...(await useBackendUnderTest()), name: 'tfjs-node-gpu', device: 'cuda' } as const;
    const network = inceptionNetwork('test', model, 'main');
    const chosen = await chooseEngine('test', network, { backend });
    expect([chosen.name, chosen.reason]).toEqual(['tfjs', 'tfjs-node-gpu computes on the GPU']);
    const asked = await chooseEngine('test', network, { backend, engine: 'onnx' });
    expect(asked.name).toBe('onnx');
    asked.dispose();
    model.dispose();
  });

  it('keeps the weights of the moment it was made, where one on TensorFlow.js follows the model', async () => {
    const model = tinyGoogLeNet({ seed: 5 });
    const [onnx, tfjs] = [await createClassifier(model, { engine: 'onnx' }), await createClassifier(model, { engine: 'tfjs' })];
    const before = byIndex(await onnx.classify(photo));
    const bias = model.getLayer('main_logits').weights.find(({ originalName }) => originalName.endsWith('bias'))!;
    tf.tidy(() => void bias.write(tf.tensor1d([0, 9, 0])));
    expect(byIndex(await onnx.classify(photo))).toEqual(before);
    expect(byIndex(await tfjs.classify(photo))[1]).toBeGreaterThan(0.9);
    for (const each of [onnx, tfjs, model]) each.dispose();
  });

  it('ends the answer that is under way when it is disposed of', async () => {
    const model = tinyGoogLeNet();
    const classifier = await createClassifier(model, { engine: 'onnx' });
    const image = tf.zeros<tf.Rank.R3>([64, 64, 3]);
    const answer = classifier.classify(image);
    // By then it is read, and computed next.
    await image.data();
    await Promise.resolve();
    classifier.dispose();
    const outcome = await answer.then(
      (predictions) => predictions.length,
      (error: Error) => error.message,
    );
    expect([3, expect.stringMatching(/disposed of/)]).toContainEqual(outcome);
    for (const each of [image, model]) each.dispose();
  });
});

describe('What ONNX cannot express', () => {
  class Oddity extends tf.layers.Layer {
    static readonly className = 'Oddity';
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.tidy(() => tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 2));
    }
  }

  it("runs on TensorFlow.js with 'auto', which says why, and is refused with 'onnx', leaving no tensor", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 3] }),
        new Oddity({ name: 'odd' }),
        tf.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    });
    const preprocessing = { channelOrder: 'rgb', scale: 1, offset: [0, 0, 0] } as const;
    const before = tf.memory().numTensors;
    const classifier = await createClassifier(model, { preprocessing });
    expect(classifier.engine).toEqual({ name: 'tfjs', reason: expect.stringMatching(/odd \(Oddity\)/) });
    expect(await classifier.classify(photo)).toHaveLength(2);
    await expectFailure(createClassifier(model, { preprocessing, engine: 'onnx' }), 'UNSUPPORTED_FORMAT', /odd \(Oddity\)/);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('In a process of its own', () => {
  let compiled: CompiledSources;
  let path: string;

  beforeAll(async () => {
    compiled = await CompiledSources.create();
    path = join(folder, 'saved');
    const model = tinyGoogLeNet({ seed: 3 });
    await saveModel(model, path);
    model.dispose();
  });
  afterAll(() => compiled.remove());

  /** Runs a script that prints `RESULT` and JSON. */
  async function result(source: string, parameters: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<unknown> {
    const script = await compiled.script(
      'script.js',
      `const { createClassifier } = require('./dist/inference/createClassifier.js');\n${source}`,
    );
    const { stdout, stderr } = await runNode(script, parameters, { env });
    const line = stdout.split('\n').find((text) => text.startsWith('RESULT'));
    if (line === undefined) throw new Error(stderr);
    return JSON.parse(line.slice('RESULT'.length));
  }

  it.each(['onnx', 'tfjs'] as const)(
    'worker threads decode 40 files and bytes to the same answers, and the process ends by itself: %s',
    async (engine) => {
      const paths = [photo, await writePhoto(join(folder, 'other.png'), [99, 140], 9)];
      const source = `
      const { readFileSync } = require('node:fs');
      (async () => {
        const [model, engine, ...paths] = process.argv.slice(2);
        const classifier = await createClassifier(model, { engine });
        const images = Array.from({ length: 40 }, (_, i) => (i % 4 < 2 ? paths[i % 2] : readFileSync(paths[i % 2])));
        const many = await classifier.classifyMany(images);
        const alone = await Promise.all(paths.map((path) => classifier.classify(path)));
        const failure = await classifier.classifyMany([...images, Buffer.from('none')]).catch((error) => error.code + ' ' + error.message);
        console.log('RESULT' + JSON.stringify({ many, alone, failure }));
      })();`;
      const { many, alone, failure } = (await result(source, [path, engine, ...paths])) as {
        many: Prediction[][];
        alone: Prediction[][];
        failure: string;
      };
      expect(many).toHaveLength(40);
      const expected = many.map((_, index) => byIndex(alone[index % 2]));
      expect(largestDifference(many.map(byIndex), expected)).toBeLessThan(1e-6);
      expect(byIndex(alone[0])).not.toEqual(byIndex(alone[1]));
      expect(failure).toMatch(/^UNREADABLE_IMAGE classifier\.classifyMany\.images\[40\]: /);
    },
  );

  it('ONNX Runtime reports nothing to its makers: it starts with telemetry off and writes no device id', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const source = `
      (async () => {
        const [model, photo] = process.argv.slice(2);
        const classifier = await createClassifier(model, { engine: 'onnx' });
        console.log('RESULT' + JSON.stringify((await classifier.classify(photo)).length));
      })();`;
    // Any of these three would keep it silent.
    const silencers = { CI: undefined, ORT_DISABLE_TELEMETRY: undefined, ORT_RUNNING_UNIT_TESTS: undefined };
    expect(await result(source, [path, photo], { ...process.env, ...silencers, HOME: home, XDG_CACHE_HOME: home })).toBe(3);
    expect(await readdir(home, { recursive: true })).toEqual([]);
  });

  it("without onnxruntime-node installed, 'onnx' is MISSING_PACKAGE with the line that installs it, and 'auto' is TensorFlow.js, which says so", async () => {
    await hidePackage(compiled.folder, 'onnxruntime-node');
    const source = `
      (async () => {
        const [model, photo] = process.argv.slice(2);
        const { code, message } = await createClassifier(model, { engine: 'onnx' }).catch((error) => error);
        const classifier = await createClassifier(model);
        console.log('RESULT' + JSON.stringify({ code, message, engine: classifier.engine, predictions: await classifier.classify(photo) }));
      })();`;
    const nothing = { ...process.env, [NATIVE_HOME_VARIABLE]: join(folder, 'none') };
    const { code, message, engine, predictions } = (await result(source, [path, photo], nothing)) as {
      code: string; message: string; engine: { name: string; reason: string }; predictions: Prediction[];
    }; // prettier-ignore
    expect(code).toBe('MISSING_PACKAGE');
    expect(message).toMatch(
      /^createClassifier\.engine: expected the package onnxruntime-node, got: it is not installed\. Install it: npm i onnxruntime-node \(.* --onnxruntime-node-install=skip\)/,
    );
    expect(engine).toEqual({ name: 'tfjs', reason: message });
    expect(predictions).toHaveLength(3);
  });

  it('without it installed, the one that `inception native install --onnx` brought computes', async () => {
    const home = await mkdtemp(join(folder, 'native-'));
    await symlink(resolve(__dirname, '..', '..', 'node_modules', 'onnxruntime-node'), join(home, 'brought'), 'junction');
    const record = { package: 'onnxruntime-node', version: '1.30.0', folder: 'brought', entry: 'dist/index.js' };
    await writeFile(join(home, 'onnxruntime-node.json'), JSON.stringify(record));
    const source = `
      (async () => {
        const [model, photo] = process.argv.slice(2);
        const classifier = await createClassifier(model, { engine: 'onnx' });
        console.log('RESULT' + JSON.stringify([classifier.engine.name, (await classifier.classify(photo)).length]));
      })();`;
    expect(await result(source, [path, photo], { ...process.env, [NATIVE_HOME_VARIABLE]: home })).toEqual(['onnx', 3]);
  });
});

/** Replaces a folder's link to all packages by links to all but one. */
async function hidePackage(root: string, hidden: string): Promise<void> {
  const packages = resolve(__dirname, '..', '..', 'node_modules');
  await unlink(join(root, 'node_modules'));
  await mkdir(join(root, 'node_modules'));
  const names = (await readdir(packages)).filter((name) => name !== hidden && !name.startsWith('.'));
  await Promise.all(names.map((name) => symlink(join(packages, name), join(root, 'node_modules', name), 'junction')));
}
