// What initial weights cost: a value of a kernel by tfjs' generators and by this package's, and a whole network's building.
//
//   npm run build && node bench/initialWeights.mjs [--count 2000000] [--runs 5] [--width 2.9]
//
// A realm made by `vm` is what jest runs tests in: there each look-up of a global such as Math is slow. --width is the widthMultiplier of
// the GoogLeNets that are built: 2.9 has 53 million parameters, about what Inception-ResNet-v2 has.
// Processor time, so that other work on the machine disturbs little; medians of the runs.
// Target: 50 million values drawn in at most 2 s, in either realm.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compileFunction, createContext } from 'node:vm';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000000' },
    runs: { type: 'string', default: '5' },
    width: { type: 'string', default: '2.9' },
    dist: { type: 'string', default: 'dist' },
  },
});
const [count, runs, width] = ['count', 'runs', 'width'].map((name) => Number(values[name]));
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const DRAW = resolve(values.dist, 'layers/drawTruncatedNormal.js');
const { networkSpec } = require(resolve(values.dist, 'spec/networkSpec.js'));
const { inceptionNet } = require(resolve(values.dist, 'networks/inceptionNet.js'));

/** Loads a CommonJS file, and what it requires, into another realm. */
function loadInto(realm, file, loaded = new Map()) {
  if (loaded.has(file)) return loaded.get(file).exports;
  const module = { exports: {} };
  loaded.set(file, module);
  const local = createRequire(file);
  const load = (name) => (local.resolve(name) === name ? local(name) : loadInto(realm, local.resolve(name), loaded));
  const names = ['exports', 'require', 'module'];
  compileFunction(readFileSync(file, 'utf8'), names, { parsingContext: realm, filename: file })(module.exports, load, module);
  return module.exports;
}

/** Median milliseconds of processor time. */
function cost(work) {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  });
  return times.sort((a, b) => a - b)[runs >> 1];
}

const realm = createContext({ Float32Array, process, console, setTimeout, performance, TextEncoder, TextDecoder });
const realms = {
  node: { tensors: tf, draw: require(DRAW).drawTruncatedNormal },
  vm: { tensors: loadInto(realm, require.resolve('@tensorflow/tfjs')), draw: loadInto(realm, DRAW).drawTruncatedNormal },
};
console.log(`${cpus()[0].model}, Node.js ${process.version}: ${count} values, median of ${runs}`);
for (const [name, { tensors, draw }] of Object.entries(realms)) {
  const generators = {
    'tf.randomUniform': () => tensors.randomUniform([count], -1, 1, 'float32', 1).dispose(),
    'tf.truncatedNormal': () => tensors.truncatedNormal([count], 0, 1, 'float32', 1).dispose(),
    drawTruncatedNormal: () => draw(count, { mean: 0, stddev: 1, seed: 1 }),
  };
  for (const [generator, work] of Object.entries(generators)) {
    console.log(`${name.padEnd(6)} ${generator.padEnd(20)} ${((cost(work) * 1e6) / count).toFixed(1).padStart(7)} ns a value`);
  }
}

for (const variant of ['batchnorm', 'slim']) {
  const spec = networkSpec('googlenet', { variant, widthMultiplier: width });
  let parameters = 0;
  const spent = cost(() => {
    const model = inceptionNet(spec, { seed: 1 });
    parameters = model.countParams();
    model.dispose();
  });
  const [millions, initializer] = [(parameters / 1e6).toFixed(1), spec.convolution.initializer];
  console.log(`GoogLeNet ${variant}, ${initializer}: ${millions} M parameters built in ${Math.round(spent)} ms`);
}
