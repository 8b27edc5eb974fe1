// What a training step costs on wasm, beside the forward pass alone, and which kernels it is spent in.
//
//   npm run build && node bench/wasmTrainingStep.mjs [--network paper|batchnorm|small] [--batch 4] [--size 224] [--classes 1000] [--runs 5]
//
// --network small is GoogLeNet with batch normalization at a quarter of its width and stem stride2; its size defaults to 32, its batch to 32.
// Target: GoogLeNet `paper`, 224², batch 4: one step (forward, backward, update) in at most 6 times the forward pass.
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { watchKernels } from './kernelTimes.mjs';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'paper' },
    batch: { type: 'string' },
    size: { type: 'string' },
    classes: { type: 'string' },
    runs: { type: 'string', default: '5' },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const tf = require('@tensorflow/tfjs');
const { useBackend } = load('backends/useBackend.js');
const { googLeNet } = load('networks/googLeNet.js');

const NETWORKS = {
  paper: { options: { variant: 'paper' }, size: 224, batch: 4, classes: 1000 },
  batchnorm: { options: { variant: 'batchnorm' }, size: 224, batch: 4, classes: 1000 },
  small: { options: { variant: 'batchnorm', widthMultiplier: 0.25, stem: 'stride2' }, size: 32, batch: 32, classes: 10 },
};
const chosen = NETWORKS[values.network];
if (!chosen) throw new Error(`--network: expected one of ${Object.keys(NETWORKS).join(', ')}, got '${values.network}'.`);
const size = Number(values.size ?? chosen.size);
const batch = Number(values.batch ?? chosen.batch);
const classes = Number(values.classes ?? chosen.classes);
const runs = Number(values.runs);

const report = await useBackend('wasm');
const model = googLeNet({ inputShape: [size, size, 3], classes, ...chosen.options });
const images = tf.randomNormal([batch, size, size, 3], 0, 1, 'float32', 1);
const labels = tf
  .oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, index) => index % classes),
      'int32',
    ),
    classes,
  )
  .toFloat();
const variables = model.trainableWeights.map((weight) => weight.read());
const optimizer = tf.train.momentum(1e-3, 0.9);
const logits = tf.model({ inputs: model.inputs, outputs: model.logits.main });

const forward = () => tf.dispose(logits.predict(images, { batchSize: batch }));
const step = () =>
  tf.tidy(() => {
    const loss = () => tf.losses.softmaxCrossEntropy(labels, logits.apply(images, { training: true }));
    const { value, grads } = tf.variableGrads(loss, variables);
    optimizer.applyGradients(grads);
    return value.dataSync()[0];
  });

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
function time(run) {
  run();
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );
}

const forwardMs = time(forward);
const stepMs = time(step);
console.log(`${cpus()[0].model}, Node.js ${process.version}, ${report.engine}; medians of ${runs}`);
console.log(`GoogLeNet ${values.network} ${size}², batch ${batch}, ${model.countParams().toLocaleString('en')} parameters`);
console.log(`forward ${forwardMs.toFixed(0)} ms   step ${stepMs.toFixed(0)} ms   step / forward ${(stepMs / forwardMs).toFixed(2)}`);

const heapMB = tf.backend().wasm.HEAPU8.length / 2 ** 20;
console.log(`WebAssembly memory ${heapMB.toFixed(0)} MB after ${2 * runs + 2} passes`);

const kernelsSince = watchKernels(tf);
const start = performance.now();
for (let run = 0; run < runs; run++) step();
const total = (performance.now() - start) / runs;
const rows = kernelsSince().map(({ kernel, calls, ms }) => ({ kernel, calls: calls / runs, ms: ms / runs }));
const inside = rows.reduce((sum, { ms }) => sum + ms, 0);
console.log(`\none step, by kernel (${total.toFixed(0)} ms, ${(total - inside).toFixed(0)} of them outside of kernels)`);
for (const { kernel, calls, ms } of rows.slice(0, 24))
  console.log(`${kernel.padEnd(36)}${String(calls).padStart(6)} calls${ms.toFixed(1).padStart(10)} ms`);
