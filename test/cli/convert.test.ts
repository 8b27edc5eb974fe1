import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { tinyGoogLeNet } from '../io/tinyModels.js';
import { expectError, runHere } from './inceptionCommand.js';

let folder: string;
let model: InceptionModel;
beforeAll(async () => {
  folder = await temporaryFolder();
  model = tinyGoogLeNet();
  model.getLayer('conv1_conv').trainable = false;
  await saveModel(model, join(folder, 'model'), { training: { epochs: 3 } });
});
afterAll(async () => {
  model.dispose();
  await removeFolders();
});

const convert = (...args: string[]): ReturnType<typeof runHere> => runHere(['convert', ...args], folder);

const values = (of: tf.LayersModel): Record<string, number[]> =>
  Object.fromEntries(of.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

describe('inception convert', () => {
  it.each([
    { out: 'a.keras', format: 'keras' },
    { out: 'a.h5', format: 'h5' },
    { out: 'a.safetensors', format: 'safetensors' },
    { out: 'again', format: 'tfjs-layers' },
  ])('$out holds the model to the bit, with labels, preprocessing, training record and frozen layers', async ({ out, format }) => {
    const { code, stdout, stderr } = await convert('model', out);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`wrote      ${out} (${format}): weights, architecture, frozen, preprocessing, labels, training`);
    const again = (await loadModel(join(folder, out))) as InceptionModel;
    expect(values(again)).toEqual(values(model));
    expect(again.labels).toEqual(['cat', 'dog', 'größer']);
    expect(again.spec).toEqual(model.spec);
    expect(again.getLayer('conv1_conv').trainable).toBe(false);
    expect(again.getUserDefinedMetadata()).toMatchObject({ 'tfjs-inception': { training: { epochs: 3 } } });
    again.dispose();
  });

  it('--json: what was done, for machines; ONNX has no place for frozen layers', async () => {
    const { code, stdout } = await convert('model', 'a.onnx', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ from: 'model', to: 'a.onnx', format: 'onnx', network: 'googlenet', parameters: model.countParams() },
      ...{ kept: ['weights', 'architecture', 'preprocessing', 'labels', 'training'], lost: ['frozen'] },
    });
  });

  it('--format writes that format under any name', async () => {
    expect((await convert('model', 'odd.bin', '--format', 'safetensors')).code).toBe(0);
    expect((await convert('odd.bin', 'odd')).code).toBe(0);
  });

  it('Keras files of networks with local response normalisation come with the line that registers it', async () => {
    const normalized = tinyGoogLeNet({ variant: 'paper' });
    await saveModel(normalized, join(folder, 'paper'));
    normalized.dispose();
    const { stderr } = await convert('paper', 'paper.keras');
    expect(stderr).toContain('wrote      paper.keras (keras): weights, architecture, preprocessing, labels\n');
    const [, file] = /import tfjs_inception before keras\.models\.load_model: (.+\.py)/.exec(stderr) ?? [];
    expect(await readFile(file, 'utf8')).toContain('LocalResponseNormalization');
    expect((await convert('model', 'plain.keras')).stderr).not.toContain('tfjs_inception');
  });

  it('--labels takes a file with one class a line, and refuses another number than there are classes', async () => {
    await writeFile(join(folder, 'labels.txt'), '\uFEFFone\r\n two \nthree\n\n');
    expect((await convert('model', 'labelled', '--labels', 'labels.txt')).code).toBe(0);
    const labelled = (await loadModel(join(folder, 'labelled'))) as InceptionModel;
    expect(labelled.labels).toEqual(['one', 'two', 'three']);
    labelled.dispose();
    expectError(await convert('model', 'other', '--labels', 'imagenet'), 2, /expected 3 labels, one a class, or none, got 1000/);
    await writeFile(join(folder, 'gap.txt'), 'one\n\nthree');
    expectError(
      await convert('model', 'other', '--labels', 'gap.txt'),
      2,
      /--labels: expected a class name on every line, got 'none on line 2/,
    );
    expectError(
      await convert('model', 'other', '--labels', 'none.txt'),
      1,
      /--labels: expected imagenet, or a file of class names, got 'none.txt \(ENOENT\)'/,
    );
  });
});

describe('inception convert of weights alone', () => {
  it('--arch says the network, whose classifier is new where the classes differ', async () => {
    const full = googLeNet({ variant: 'torchvision', classes: 4, inputShape: [64, 64, 3] });
    await saveModel(full, join(folder, 'theirs.safetensors'), { names: 'torchvision' });
    const kernel = [...full.getLayer('conv1_conv').getWeights()[0].dataSync()];
    full.dispose();
    const arch = ['--arch', 'googlenet:torchvision', '--size', '64'];
    const { code, stderr } = await convert('theirs.safetensors', 'ours', ...arch, '--classes', '3');
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/weights {4}torchvision: \d+ tensors used, .*\n.*head 'main' is new/),
    });
    const ours = await loadModel(join(folder, 'ours'));
    expect(ours.outputs[0].shape).toEqual([null, 3]);
    expect([...ours.getLayer('conv1_conv').getWeights()[0].dataSync()]).toEqual(kernel);
    ours.dispose();
    expectError(await convert('theirs.safetensors', 'xception', '--arch', 'xception', '--source', 'torchvision'), 1, /expected /);
  });
});

describe('inception convert leaves what it must not touch', () => {
  it('refuses to replace a file or folder, but for --force', async () => {
    await writeFile(join(folder, 'mine.h5'), 'mine');
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine', 'thesis.txt'), 'mine');
    for (const out of ['mine.h5', 'mine']) {
      expectError(
        await convert('model', out),
        2,
        /convert: expected a path where nothing stands, got 'mine.*replace what stands there with --force/,
      );
    }
    expect(await readFile(join(folder, 'mine.h5'), 'utf8')).toBe('mine');
    for (const out of ['mine.h5', 'mine']) expect((await convert('model', out, '--force')).code).toBe(0);
    expect(await readFile(join(folder, 'mine', 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it.each(['model', './model/', 'model/model.json', join('model', '..', 'model')])(
    'refuses to write %s over itself, even with --force',
    async (out) => {
      const before = await readFile(join(folder, 'model', 'model.json'));
      expectError(await convert('model', out, '--force'), 2, /convert: expected another place than the one that is read/);
      expect(await readFile(join(folder, 'model', 'model.json'))).toEqual(before);
    },
  );

  it.each([
    { args: ['none', 'x'], code: 1, error: /expected a model at none/ },
    { args: ['model', 'x.pth'], code: 1, error: /x\.pth/ },
    {
      args: ['model', 'x', '--format', 'png'],
      code: 2,
      error: /--format: expected one of tfjs-layers, keras, h5, onnx, safetensors, got 'png'/,
    },
    { args: ['model', 'x.keras', '--names', 'timm'], code: 2, error: /names: expected no such option for 'keras'/ },
    { args: ['model', 'x', '--classes', '3'], code: 2, error: /--classes: expected an --arch beside it, got 'none'/ },
    { args: ['model', 'x', '--arch', 'resnet'], code: 2, error: /got 'resnet'/ },
    { args: ['model'], code: 2, error: /missing required argument 'out'/ },
  ])('$args: exit code $code', async ({ args, code, error }) => {
    expectError(await convert(...args), code, error);
  });

  it('leaves no tensor behind, done or failed', async () => {
    const before = tf.memory().numTensors;
    await convert('model', 'counted.onnx');
    await convert('model', 'counted.onnx');
    await convert('model', 'x.onnx', '--labels', 'imagenet');
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('inception convert --help has examples, and says what IN and OUT may be', async () => {
  const { code, stdout } = await convert('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}\$ inception convert googlenet-1378be20\.pth googlenet --labels imagenet/);
  for (const name of ['.keras', '.h5', '.pth', '.safetensors', '.caffemodel', '.onnx']) expect(stdout).toContain(name);
});
