import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { saveModel } from '../../src/io/saveModel.js';
import { loadModel } from '../../src/io/loadModel.js';
import { featureExtractor } from '../../src/networks/featureExtractor.js';
import { EVERY_NETWORK, narrowNetwork } from '../networks/everyNetwork.js';
import { CompiledSources, runNode } from './compiledSources.js';
import { tinyGoogLeNet, withFolder } from './tinyModels.js';

/** Serves a folder on this machine and loads it as any web page would; nothing of this package is imported unless it is told to. */
const PREDICT = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm');
const [folder, imports] = process.argv.slice(2);
(async () => {
  if (imports === 'imported') {
    require('./dist/layers/register.js').registerLayers();
    await require('./dist/backends/useBackend.js').useBackend('wasm');
  } else await tf.setBackend('wasm');
  const server = createServer((request, response) => response.end(readFileSync(join(folder, request.url))));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const model = await tf.loadLayersModel('http://127.0.0.1:' + server.address().port + '/model.json').catch((error) => error);
  server.close();
  if (model instanceof Error) return console.log('RESULT' + JSON.stringify({ error: model.message }));
  const pixels = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, index) => Math.sin(index * index));
  const outputs = [model.predict(tf.tensor4d(pixels, [2, 64, 64, 3]))].flat().map((output) => [...output.dataSync()]);
  const own = Object.keys(require.cache).filter((file) => file.includes(join(__dirname, 'dist')));
  console.log('RESULT' + JSON.stringify({ outputs, own: own.length, metadata: model.getUserDefinedMetadata()['tfjs-inception'].labels }));
})();
`;

let compiled: CompiledSources;
let script: string;
beforeAll(async () => {
  await useBackend('wasm');
  compiled = await CompiledSources.create();
  script = await compiled.script('predict.js', PREDICT);
});
afterAll(() => compiled.remove());

interface PlainResult {
  readonly outputs?: number[][];
  readonly own?: number;
  readonly metadata?: unknown;
  readonly error?: string;
}

async function predictPlainly(folder: string, imports: string): Promise<PlainResult> {
  const { stdout, stderr } = await runNode(script, [folder, imports]);
  const line = stdout.split('\n').find((text) => text.startsWith('RESULT'));
  if (line === undefined) throw new Error(stderr);
  return JSON.parse(line.slice('RESULT'.length)) as PlainResult;
}

const PIXELS = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, index) => Math.sin(index * index));

/** max|a − b| / max|b|. */
function difference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]))) / Math.max(...b.map(Math.abs));
}

// tfjs' batch normalisation and wasm kernels multiply and add in another order than ours, which costs the last bits of float32.
describe('what saveModel writes, plain tf.loadLayersModel loads by HTTP in a process of its own, and predicts the same on wasm', () => {
  it.each([
    { variant: 'batchnorm', imports: false, atMost: 1e-6 },
    { variant: 'torchvision', imports: false, atMost: 1e-6 },
    { variant: 'slim', imports: false, atMost: 1e-6 },
    { variant: 'batchnorm', imports: true, atMost: 0 },
    { variant: 'paper', imports: true, atMost: 0 },
    { variant: 'caffe', imports: true, atMost: 0 },
  ] as const)('$variant, this package imported: $imports, difference at most $atMost', async ({ variant, imports, atMost }) => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet({ variant });
      await saveModel(model, folder);
      const expected = tf.tidy(() => [...(model.predict(tf.tensor4d(PIXELS, [2, 64, 64, 3])) as tf.Tensor).dataSync()]);
      const result = await predictPlainly(folder, imports ? 'imported' : 'plain');
      expect(result).toEqual({ outputs: [expect.anything()], own: imports ? expect.any(Number) : 0, metadata: model.labels });
      expect(result.outputs![0]).toHaveLength(expected.length);
      expect(difference(result.outputs![0], expected)).toBeLessThanOrEqual(atMost);
      model.dispose();
    });
  });

  it.each(EVERY_NETWORK)('$name ($variant), nothing of this package imported', async (network) => {
    await withFolder(async (folder) => {
      const model = narrowNetwork(network, { inputShape: [64, 64, 3], auxiliaryHeads: false });
      await saveModel(model, folder);
      const expected = tf.tidy(() => [...(model.predict(tf.tensor4d(PIXELS, [2, 64, 64, 3])) as tf.Tensor).dataSync()]);
      const result = await predictPlainly(folder, 'plain');
      expect(result).toMatchObject({ outputs: [expect.anything()], own: 0 });
      expect(difference(result.outputs![0], expected)).toBeLessThanOrEqual(1e-5);
      model.dispose();
    });
  });

  it('a feature extractor of Inception v2, whose first convolution has 8 filters a channel, is saved and loaded whole', async () => {
    await withFolder(async (folder) => {
      const model = narrowNetwork({ name: 'inception-v2', variant: 'slim' }, { inputShape: [64, 64, 3] });
      const extractor = featureExtractor(model, 'inception_3a');
      await saveModel(extractor, folder);
      const loaded = await loadModel(folder);
      const x = tf.tensor4d(PIXELS, [2, 64, 64, 3]);
      const [before, after] = [extractor, loaded].map((each) => tf.tidy(() => [...(each.predict(x) as tf.Tensor).dataSync()]));
      expect(after).toEqual(before);
      x.dispose();
      for (const each of [extractor, loaded, model]) each.dispose();
    });
  });

  it('a variant with local response normalisation, without our layers, is refused by name', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet({ variant: 'paper' });
      await saveModel(model, folder);
      expect((await predictPlainly(folder, 'plain')).error).toMatch(/Unknown layer: .*LocalResponseNormalization/);
      model.dispose();
    });
  });
});
