// What a training step and a forward pass cost on tfjs-node, with its kernels as they are shipped and with ours.
//
//   npm run build && node bench/nativeSteps.mjs [--networks paper,batchnorm,relu,small] [--batch N] [--rounds 5] [--operations 0] [--json]
//
// One process, one network: each round times one step (or pass) with either set of kernels, in turn, so that what else runs on the machine
// weighs on both. Ratios are medians of the rounds' own. `relu` is `batchnorm` without batch normalization (order conv-relu), `small` a
// quarter of the width on 32² pictures. --operations N lists the dearest of TensorFlow's operations in one step.
// Targets: `batchnorm` in at most 1.25 times `relu`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'paper,batchnorm,relu,small' },
    backend: { type: 'string', default: 'tfjs-node' },
    batch: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    operations: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const tf = require('@tensorflow/tfjs');
const { nativePackage } = load('backends/nativePackage.js');
const { useBackend } = load('backends/useBackend.js');
const { inceptionNet } = load('networks/inceptionNet.js');
const { BIASED } = load('spec/convolutionStyles.js');
const { networkSpec } = load('spec/networkSpec.js');
const { eagerStep } = load('training/eagerStep.js');

const NETWORKS = {
  paper: { options: { variant: 'paper' }, size: 224, batch: 8, classes: 1000 },
  batchnorm: { options: { variant: 'batchnorm' }, size: 224, batch: 8, classes: 1000 },
  relu: { options: { variant: 'batchnorm' }, convolution: BIASED, size: 224, batch: 8, classes: 1000 },
  small: { options: { variant: 'batchnorm', widthMultiplier: 0.25, stem: 'stride2' }, size: 32, batch: 32, classes: 10 },
};
const rounds = Number(values.rounds);
const shippedGradient = tf.getGradient('Relu');
const report = await useBackend(values.backend);
const ourGradient = tf.getGradient('Relu');

// tfjs-node's own of each kernel that ours replace; those that it does not have are only taken away.
const kernels = dirname(nativePackage(values.backend).main);
const SWITCHED = ['MaxPoolGrad', 'Reshape', 'NormalizeBatch', 'NormalizeBatchGrad', 'NormalizeWithStatistics', 'ReluGrad'];
const switched = SWITCHED.map((name) => {
  const ours = tf.getKernel(name, 'tensorflow');
  if (!ours) throw new Error(`${name} is not registered: are the kernels of this bench still those of registerNativeKernels?`);
  const file = join(kernels, 'kernels', `${name}.js`);
  const shipped = existsSync(file) ? Object.values(require(file)).find((config) => config?.kernelName === name) : undefined;
  return { name, ours, shipped };
});

function use(which) {
  for (const { name, ...kernel } of switched) {
    if (tf.getKernel(name, 'tensorflow')) tf.unregisterKernel(name, 'tensorflow');
    if (kernel[which]) tf.registerKernel(kernel[which]);
  }
  tf.unregisterGradient('Relu');
  tf.registerGradient(which === 'ours' ? ourGradient : shippedGradient);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (number, digits) => Number(number.toFixed(digits));

/** Times runs with either set of kernels in turn, after one of each that is not counted. */
async function compare(run) {
  const times = { shipped: [], ours: [] };
  for (let index = -1; index < rounds; index++) {
    for (const which of ['shipped', 'ours']) {
      use(which);
      const start = performance.now();
      await run();
      if (index >= 0) times[which].push(performance.now() - start);
    }
  }
  const ratios = times.shipped.map((ms, index) => ms / times.ours[index]);
  const all = [...times.shipped, ...times.ours];
  return {
    shippedMs: round(median(times.shipped), 1),
    oursMs: round(median(times.ours), 1),
    fasterBy: round(median(ratios), 2),
    fasterByFrom: round(Math.min(...ratios), 2),
    fasterByTo: round(Math.max(...ratios), 2),
    fastestOursMs: round(Math.min(...times.ours), 1),
    slowestMs: round(Math.max(...all), 1),
  };
}

/** Calls and milliseconds of every TensorFlow operation that a run makes, the dearest first. */
async function operationsOf(run) {
  const backend = tf.backend();
  const { binding } = backend;
  const rows = new Map();
  const timed = (operation, ...rest) => {
    const start = performance.now();
    const out = binding.executeOp(operation, ...rest);
    const { calls, ms } = rows.get(operation) ?? { calls: 0, ms: 0 };
    rows.set(operation, { calls: calls + 1, ms: ms + performance.now() - start });
    return out;
  };
  const member = (name) => (typeof binding[name] === 'function' ? binding[name].bind(binding) : binding[name]);
  const watched = new Proxy({}, { get: (_, name) => (name === 'executeOp' ? timed : member(name)) });
  backend.binding = watched;
  await run();
  backend.binding = binding;
  return [...rows].map(([operation, { calls, ms }]) => ({ operation, calls, ms: round(ms, 1) })).sort((a, b) => b.ms - a.ms);
}

function prepare(name) {
  const chosen = NETWORKS[name];
  if (!chosen) throw new Error(`--networks: expected some of ${Object.keys(NETWORKS).join(', ')}, got '${name}'.`);
  const { size, classes, options, convolution } = chosen;
  const batch = Number(values.batch ?? chosen.batch);
  const spec = { ...networkSpec('googlenet', { inputShape: [size, size, 3], classes, ...options }), ...(convolution && { convolution }) };
  const model = inceptionNet(spec, { seed: 1 });
  const step = eagerStep(model, { optimizer: { kind: 'sgd', momentum: 0.9 }, labelSmoothing: 0, weightDecay: 0 });
  const labels = Array.from({ length: batch }, (_, index) => index % classes);
  const inputs = {
    images: tf.randomUniform([batch, size, size, 3], 0, 255, 'float32', 1),
    labels: tf.tensor1d(labels, 'int32'),
    learningRate: tf.scalar(1e-3),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.tensor1d([1]),
  };
  const train = async () => {
    const { loss, ...rest } = step.run(inputs, inputs);
    await loss.data();
    tf.dispose([loss, { ...rest }]);
  };
  const forward = (count) => async () => {
    const output = tf.tidy(() => model.predict(model.preprocess(tf.slice(inputs.images, 0, count)), { batchSize: count }));
    await output.data();
    output.dispose();
  };
  const dispose = () => {
    step.dispose();
    tf.dispose(inputs);
    model.dispose();
  };
  return { size, batch, parameters: model.countParams(), train, forward, dispose };
}

const machine = `${cpus()[0].model}, ${cpus().length} cores, Node.js ${process.version}, ${report.engine} on ${report.device}`;
const rows = [];
const say = (text) => values.json || console.log(text);
say(`${machine}; medians of ${rounds} rounds; load ${loadavg()[0].toFixed(1)} at the start\n`);
say('network    what                 shipped ms    ours ms   faster by (each round)');
for (const name of values.networks.split(',')) {
  const { size, batch, parameters, train, forward, dispose } = prepare(name);
  const runs = [[`step, batch ${batch}`, train], ...[...new Set([1, batch])].map((count) => [`forward, batch ${count}`, forward(count)])];
  for (const [what, run] of runs) {
    const row = { network: name, size, parameters, what, ...(await compare(run)) };
    rows.push(row);
    const times = [row.shippedMs, row.oursMs].map((ms) => ms.toFixed(1).padStart(11)).join('');
    say(`${name.padEnd(11)}${what.padEnd(20)}${times}${row.fasterBy.toFixed(2).padStart(8)} (${row.fasterByFrom}–${row.fasterByTo})`);
  }
  if (Number(values.operations) > 0) {
    const operations = await operationsOf(train);
    rows.push({ network: name, operations });
    say(`  one step with ours: ${operations.reduce((sum, { calls }) => sum + calls, 0)} operations`);
    for (const { operation, calls, ms } of operations.slice(0, Number(values.operations))) {
      say(`    ${operation.padEnd(34)}${String(calls).padStart(6)} calls${ms.toFixed(1).padStart(10)} ms`);
    }
  }
  dispose();
}
const stepOf = (network) => rows.find((row) => row.network === network && row.what?.startsWith('step'));
const [normalized, plain] = ['batchnorm', 'relu'].map(stepOf);
if (normalized && plain)
  say(
    `\na step with batch normalization takes ${(normalized.oursMs / plain.oursMs).toFixed(2)} times one without (fastest: ${(normalized.fastestOursMs / plain.fastestOursMs).toFixed(2)})`,
  );
const load1 = loadavg()[0];
say(`load ${load1.toFixed(1)} at the end`);
if (values.json) console.log(JSON.stringify({ machine, rounds, load: load1, rows }, null, 2));
