// What a narrow network of each name costs on wasm: a forward pass and a whole training step, and the kernels that the step is spent in.
//
//   npm run build && node bench/familySteps.mjs [--networks xception,googlenet] [--width 0.25] [--size 48] [--stem stride4] [--batch 32] [--runs 5] [--heads] [--kernels 8]
//
// NAME:VARIANT names a variant. --heads adds auxiliary heads where a network has them; v3, v4 and Inception-ResNet v2 then want --size 55.
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { watchKernels } from './kernelTimes.mjs';

const { values } = parseArgs({
  options: {
    networks: { type: 'string' },
    width: { type: 'string', default: '0.25' },
    size: { type: 'string', default: '48' },
    stem: { type: 'string', default: 'stride4' },
    batch: { type: 'string', default: '32' },
    runs: { type: 'string', default: '5' },
    kernels: { type: 'string', default: '0' },
    heads: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const tf = require('@tensorflow/tfjs');
const { useBackend } = load('backends/useBackend.js');
const { inceptionNet } = load('networks/inceptionNet.js');
const { networkSpec, NETWORK_NAMES } = load('spec/networkSpec.js');
const { eagerStep } = load('training/eagerStep.js');

const WITH_HEADS = new Set(['googlenet', 'inception-v3', 'inception-v4', 'inception-resnet-v2']);
const [size, batch, runs, shown] = [values.size, values.batch, values.runs, values.kernels].map(Number);
const report = await useBackend('wasm');
const kernelsSince = shown > 0 ? watchKernels(tf) : () => [];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
async function time(run) {
  await run();
  const times = [];
  for (let again = 0; again < runs; again++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

function specOf(text) {
  const [name, variant] = text.split(':');
  const auxiliaryHeads = values.heads && WITH_HEADS.has(name);
  const options = { inputShape: [size, size, 3], classes: 4, stem: values.stem, widthMultiplier: Number(values.width) };
  return networkSpec(name, { ...options, ...(variant && { variant }), ...(auxiliaryHeads && { auxiliaryHeads }) });
}

async function measure(text) {
  const spec = specOf(text);
  const model = inceptionNet(spec, { seed: 1 });
  const step = eagerStep(model, { optimizer: { kind: 'sgd', momentum: 0.9 }, labelSmoothing: 0.1, weightDecay: 0 });
  const images = tf.randomUniform([batch, size, size, 3], 0, 255, 'float32', 1);
  const inputs = {
    images,
    labels: tf.tensor1d(
      Array.from({ length: batch }, (_, index) => index % 4),
      'int32',
    ),
    learningRate: tf.scalar(0.01),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.tensor1d([1, ...spec.auxiliaryHeads.map(({ lossWeight }) => lossWeight)]),
  };
  const forwardMs = await time(async () => {
    const outputs = [tf.tidy(() => model.predict(model.preprocess(images), { batchSize: batch }))].flat();
    await outputs[0].data();
    tf.dispose(outputs);
  });
  const oneStep = async () => {
    const { loss, ...rest } = step.run(inputs, inputs);
    await loss.data();
    tf.dispose([loss, { ...rest }]);
  };
  const stepMs = await time(oneStep);
  const row = { network: text, parameters: model.countParams(), layers: model.layers.length, forwardMs, stepMs };
  if (shown > 0) {
    kernelsSince();
    const start = performance.now();
    await oneStep();
    row.totalMs = performance.now() - start;
    row.kernels = kernelsSince();
  }
  step.dispose();
  tf.dispose(inputs);
  model.dispose();
  return row;
}

const load1 = () => loadavg()[0].toFixed(1);
console.log(`${cpus()[0].model}, Node.js ${process.version}, ${report.engine}; medians of ${runs}; load ${load1()} at the start`);
console.log(`${size}², batch ${batch}, width ${values.width}, stem ${values.stem}${values.heads ? ', with heads' : ''}\n`);
console.log('network                     parameters  layers  forward ms  step ms  pictures/s');
for (const text of values.networks?.split(',') ?? NETWORK_NAMES) {
  const { network, parameters, layers, forwardMs, stepMs, totalMs, kernels } = await measure(text);
  const numbers = [
    parameters.toLocaleString('en').padStart(11),
    String(layers).padStart(8),
    forwardMs.toFixed(0).padStart(12),
    stepMs.toFixed(0).padStart(9),
    ((1000 * batch) / stepMs).toFixed(1).padStart(12),
  ];
  console.log(`${network.padEnd(27)}${numbers.join('')}`);
  if (!kernels) continue;
  const inside = kernels.reduce((sum, { ms }) => sum + ms, 0);
  const calls = kernels.reduce((sum, row) => sum + row.calls, 0);
  console.log(
    `    ${calls.toLocaleString('en')} kernel calls, ${(totalMs - inside).toFixed(0)} of ${totalMs.toFixed(0)} ms outside of kernels`,
  );
  for (const row of kernels.slice(0, shown)) {
    console.log(`    ${row.kernel.padEnd(38)}${String(row.calls).padStart(6)} calls${row.ms.toFixed(1).padStart(10)} ms`);
  }
}
console.log(`\nload ${load1()} at the end`);
