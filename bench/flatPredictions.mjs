// Whether memory stays flat over 10,000 predictions: of a classifier, from the bytes of a JPEG file to labels, then of `model.predict` alone.
//
//   npm run build && node --expose-gc bench/flatPredictions.mjs [--predictions 10000] [--backend tfjs-node] [--engine tfjs|onnx] [--size 64]
//
// Prints a line every 500 predictions, and what the least of the last quarter is above the least of the second.
// Target: no tensor more than after the first quarter, and per 10,000 predictions less than 10 MB of resident memory and 1 MB of heap more.
// One picture of 64 × 64 kept per prediction would be 470 MB.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { photo } from './generatedPhotos.mjs';
import { machine, MemoryRecord } from './memoryRecord.mjs';

const { values } = parseArgs({
  options: {
    predictions: { type: 'string', default: '10000' },
    every: { type: 'string', default: '500' },
    backend: { type: 'string', default: 'tfjs-node' },
    engine: { type: 'string', default: 'tfjs' },
    size: { type: 'string', default: '64' },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const tf = require('@tensorflow/tfjs');
const { useBackend } = load('backends/useBackend.js');
const { createClassifier } = load('inference/createClassifier.js');
const { googLeNet } = load('networks/googLeNet.js');

const [predictions, every, size] = ['predictions', 'every', 'size'].map((name) => Number(values[name]));

/** @returns Whether something grows. */
async function stayFlat(title, predict) {
  console.log(`\n${title}`);
  const memory = new MemoryRecord('prediction', 10_000);
  const startedAt = performance.now();
  for (let done = 1; done <= predictions; done++) {
    await predict(done);
    if (done % every === 0) memory.measure(done);
  }
  console.log(`${predictions} predictions in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return memory.judge();
}

const { name, engine } = await useBackend(values.backend);
const model = googLeNet({ classes: 10, inputShape: [size, size, 3], stem: 'stride4', widthMultiplier: 0.125, seed: 1 });
console.log(`${name} (${engine}), ${machine()}; ${model.countParams()} parameters, input ${size} × ${size}`);
const photos = await Promise.all(Array.from({ length: 32 }, (_, seed) => photo({ width: 96, height: 72, seed })));
const classifier = await createClassifier(model, { engine: values.engine });
let grows = await stayFlat(`createClassifier({ engine: '${values.engine}' })`, (done) => classifier.classify(photos[done % photos.length]));
classifier.dispose();
grows =
  (await stayFlat('model.predict', async (done) => {
    const answer = tf.tidy(() => model.predict(tf.randomUniform([1, size, size, 3], 0, 255, 'float32', done)));
    await answer.data();
    answer.dispose();
  })) || grows;
process.exitCode = grows ? 1 : 0;
