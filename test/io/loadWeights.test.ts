import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { loadWeights } from '../../src/io/loadWeights.js';
import { saveModel } from '../../src/io/saveModel.js';
import { expectFailure } from './failure.js';
import { tinyGoogLeNet } from './tinyModels.js';

let folder: string;
let source: ReturnType<typeof tinyGoogLeNet>;
beforeAll(async () => {
  await ensureBackend();
  folder = await mkdtemp(join(tmpdir(), 'inception-weights-'));
  source = tinyGoogLeNet();
  await saveModel(source, folder);
});
afterAll(() => rm(folder, { recursive: true }));

const valuesOf = (model: tf.LayersModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

it('sets every weight by name and reports how many: no tensor is left behind', async () => {
  const model = tinyGoogLeNet();
  const before = tf.memory().numTensors;
  const report = await loadWeights(model, folder, { source: 'tfjs-inception' });
  expect(report).toEqual({
    source: 'tfjs-inception',
    loaded: source.weights.length,
    parameters: source.countParams(),
    kept: [],
    unused: [],
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(valuesOf(model)).toEqual(valuesOf(source));
  model.dispose();
});

it('passes over the layers in `except` on both sides: five classes on a trunk of three', async () => {
  const model = tinyGoogLeNet({ classes: 5 });
  const own = valuesOf(model);
  const report = await loadWeights(model, folder, { except: ['main_logits'] });
  const names = ['main_logits/bias', 'main_logits/kernel'];
  expect(report).toMatchObject({ loaded: source.weights.length - 2, kept: names, unused: names });
  const expected = { ...valuesOf(source), 'main_logits/bias': own['main_logits/bias'], 'main_logits/kernel': own['main_logits/kernel'] };
  expect(valuesOf(model)).toEqual(expected);
  model.dispose();
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
  const own = valuesOf(model);
  const error = await expectFailure(
    loadWeights(model, folder),
    'WEIGHTS_MISMATCH',
    /model\.json: expected the model's 5 weights, got \d+ differences/,
  );
  const lines = error.message.split('\n').slice(1);
  expect(lines.slice(0, 4)).toEqual(['- a_first/bias [3]', '- a_first/kernel [3, 3]', '- z_last/bias [3]', '- z_last/kernel [8, 3]']);
  const unexpected = lines.filter((line) => line.startsWith('+'));
  expect(unexpected).toHaveLength(source.weights.length - 1);
  expect(unexpected).toEqual([...unexpected].sort());
  expect(lines.slice(4 + unexpected.length)).toEqual(['≠ conv1_conv/kernel [1, 1, 3, 8] in the model, [7, 7, 3, 8] in the file']);
  expect(valuesOf(model)).toEqual(own);
  model.dispose();
});

it.each([
  {
    options: { source: 'keras' },
    code: 'UNSUPPORTED_FORMAT',
    message: /^loadWeights\.source: expected 'auto' or 'tfjs-inception', got 'keras'\. Weights of that source cannot be read yet/,
  },
  { options: { source: 'mxnet' }, code: 'INVALID_ARGUMENT', message: /^loadWeights\.source: expected 'auto', 'keras'.*got 'mxnet'/ },
  {
    options: { except: ['nowhere'] },
    code: 'INVALID_ARGUMENT',
    message: /^loadWeights\.except: expected names of layers with weights.*got 'nowhere'/,
  },
] as const)('refuses $options: $code', async ({ options, code, message }) => {
  await expectFailure(loadWeights(source, folder, options as object), code, message);
});
