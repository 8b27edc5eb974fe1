import * as tf from '@tensorflow/tfjs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { loadWeights } from '../../src/io/loadWeights.js';
import { encodeSafetensors } from '../../src/io/safetensors/safetensors.js';
import { saveModel } from '../../src/io/saveModel.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { expectFailure } from './failure.js';
import { expectedWeights, fileOf, weightsOf } from './names/weightFiles.js';
import { tinyGoogLeNet } from './tinyModels.js';

let folder: string;
let own: string;
let source: InceptionModel;
beforeAll(async () => {
  await ensureBackend();
  folder = await mkdtemp(join(tmpdir(), 'inception-weights-'));
  own = join(folder, 'own');
  source = tinyGoogLeNet();
  await saveModel(source, own);
});
afterAll(() => rm(folder, { recursive: true }));

const valuesOf = (model: tf.LayersModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

describe("a file with the model's own names", () => {
  it('sets every weight and reports it: no tensor is left behind', async () => {
    const model = tinyGoogLeNet();
    const before = tf.memory().numTensors;
    const report = await loadWeights(model, own, { source: 'tfjs-inception' });
    expect(report).toEqual({
      source: 'tfjs-inception',
      used: source.weights.map(({ originalName }) => originalName).sort(),
      unused: [],
      missing: [],
      reshaped: [],
      parameters: source.countParams(),
      notes: [],
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(valuesOf(model)).toEqual(valuesOf(source));
    model.dispose();
  });

  it('keeps the classifier of a model of other classes: five on a trunk of three', async () => {
    const model = tinyGoogLeNet({ classes: 5 });
    const before = valuesOf(model);
    const names = ['main_logits/bias', 'main_logits/kernel'];
    expect(await loadWeights(model, own)).toMatchObject({ source: 'tfjs-inception', missing: names, unused: names });
    const kept = Object.fromEntries(names.map((name) => [name, before[name]]));
    expect(valuesOf(model)).toEqual({ ...valuesOf(source), ...kept });
    model.dispose();
  });

  it('gives its labels to a model that has none', async () => {
    const model = tinyGoogLeNet();
    model.labels = [];
    expect((await loadWeights(model, own)).notes).toEqual(["The model now has the file's labels."]);
    expect(model.labels).toEqual(['cat', 'dog', 'größer']);
    model.dispose();
  });

  it('turns the first kernel round for a model that takes RGB where the file’s takes BGR', async () => {
    const [model, caffe] = (['paper', 'caffe'] as const).map((variant) => tinyGoogLeNet({ variant }));
    await saveModel(caffe, join(folder, 'caffe'));
    const { notes } = await loadWeights(model, join(folder, 'caffe'));
    expect(notes[0]).toMatch(/^The weights want b·1 − 104.*The first convolution was changed to take that instead/);
    const kernel = caffe.weights.find(({ originalName }) => originalName === 'conv1_conv/kernel')!.read();
    const turned = tf.tidy(() => [...tf.reverse(kernel, 2).dataSync()]);
    expect(valuesOf(model)).toEqual({ ...valuesOf(caffe), 'conv1_conv/kernel': turned });
    model.dispose();
    caffe.dispose();
  });

  it('may be of any model of tfjs’ own', async () => {
    const build = (): tf.Sequential => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], name: 'only' })] });
    const [model, other] = [build(), build()];
    await saveModel(other, join(folder, 'dense.safetensors'));
    expect(await loadWeights(model, join(folder, 'dense.safetensors'))).toMatchObject({
      used: ['only/bias', 'only/kernel'],
      parameters: 8,
    });
    expect(valuesOf(model)).toEqual(valuesOf(other));
  });
});

it('takes a depthwise kernel that the file calls a kernel, as the .h5 files of Keras 3 do', async () => {
  const path = join(folder, 'depthwise.safetensors');
  const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  await writeFile(path, Buffer.concat(encodeSafetensors([{ name: 'depth/kernel', dtype: 'F32', shape: [1, 1, 3, 1], data }])));
  const depth = tf.layers.depthwiseConv2d({ inputShape: [4, 4, 3], kernelSize: 1, useBias: false, name: 'depth' });
  const model = tf.sequential({ layers: [depth] });
  expect(await loadWeights(model, path)).toMatchObject({ used: ['depth/kernel'], unused: [], missing: [] });
  expect(valuesOf(model)).toEqual({ 'depth/depthwise_kernel': [1, 2, 3] });
});

it('lists every difference at once, sorted - + ≠, and leaves the model as it was', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [64, 64, 3], filters: 8, kernelSize: 1, name: 'conv1_conv', useBias: false }),
      tf.layers.globalAveragePooling2d({ name: 'pool' }),
      tf.layers.dense({ units: 3, name: 'z_last' }),
      tf.layers.dense({ units: 3, name: 'a_first' }),
    ],
  });
  const before = valuesOf(model);
  const error = await expectFailure(
    loadWeights(model, own),
    'WEIGHTS_MISMATCH',
    /model\.json: expected the model's 5 weights, got \d+ differences/,
  );
  const lines = error.message.split('\n').slice(1);
  expect(lines.slice(0, 4)).toEqual(['- a_first/bias [3]', '- a_first/kernel [3, 3]', '- z_last/bias [3]', '- z_last/kernel [8, 3]']);
  const unexpected = lines.filter((line) => line.startsWith('+'));
  expect(unexpected).toHaveLength(source.weights.length - 1);
  expect(unexpected).toEqual([...unexpected].sort());
  expect(lines.slice(4 + unexpected.length)).toEqual(['≠ conv1_conv/kernel [1, 1, 3, 8] in the model, [7, 7, 3, 8] in the file']);
  expect(valuesOf(model)).toEqual(before);
  model.dispose();
});

describe("a file with another source's names", () => {
  let path: string;
  beforeAll(async () => {
    const model = tinyGoogLeNet({ variant: 'torchvision' });
    const tensors = await Promise.all(
      [...fileOf('torchvision', model).values()].map(async (tensor) => ({
        ...{ name: tensor.name, shape: tensor.shape, dtype: 'F32' as const },
        data: new Uint8Array((await tensor.read()).buffer),
      })),
    );
    model.dispose();
    path = join(folder, 'googlenet.safetensors');
    await writeFile(path, Buffer.concat(encodeSafetensors(tensors, {})));
  });

  it.each(['auto', 'torchvision'] as const)("is found by source '%s': every tensor in its weight", async (name) => {
    const model = tinyGoogLeNet({ variant: 'torchvision' });
    const report = await loadWeights(model, path, { source: name });
    expect(report).toMatchObject({ source: 'torchvision', network: 'googlenet', parameters: model.countParams(), missing: [] });
    expect(report.notes).toEqual([expect.stringMatching(/`transform_input=True`.*this network's preprocessing/)]);
    expect(weightsOf(model)).toEqual(expectedWeights(model));
    model.dispose();
  });

  it('names the variant that computes as the source does to a model of another', async () => {
    const model = tinyGoogLeNet({ variant: 'slim' });
    const { notes } = await loadWeights(model, path);
    expect(notes.at(-1)).toMatch(
      /googlenet's variant 'torchvision' does, and this model is its 'slim': outputs differ.*Build the network with/,
    );
    model.dispose();
  });

  it('is not taken for another source’s, nor for the model’s own', async () => {
    const model = tinyGoogLeNet({ variant: 'torchvision' });
    const foreign = /expected tensors named as keras names those of one of its networks, got \[ 'aux|got \[ 'conv1/;
    await expectFailure(loadWeights(model, path, { source: 'keras' }), 'WEIGHTS_MISMATCH', foreign);
    await expectFailure(loadWeights(model, path, { source: 'tfjs-inception' }), 'WEIGHTS_MISMATCH', /\n- conv1_bn\/beta \[8\]\n/);
    model.dispose();
  });

  it('leaves the model as it was when it is cut short at its last byte', async () => {
    const model = tinyGoogLeNet({ variant: 'torchvision' });
    const before = valuesOf(model);
    const cut = join(folder, 'cut.safetensors');
    await writeFile(cut, (await readFile(path)).subarray(0, -1));
    await expectFailure(loadWeights(model, cut), 'CORRUPT_WEIGHTS', /cut\.safetensors/);
    expect(valuesOf(model)).toEqual(before);
    model.dispose();
  });
});

it.each([
  { options: { source: 'mxnet' }, message: /^loadWeights\.source: expected 'auto', 'keras'.*got 'mxnet'/ },
  { options: { except: ['nowhere'] }, message: /^loadWeights\.except: expected names of layers with weights.*got 'nowhere'/ },
])('refuses $options', async ({ options, message }) => {
  await expectFailure(loadWeights(source, own, options as object), 'INVALID_ARGUMENT', message);
});
