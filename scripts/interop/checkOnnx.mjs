// Holds the ONNX files that this package writes to onnx's own checker and to ONNX Runtime: every network of the library, narrow, in every
// variant, with and without heads, at two sizes, folded and not, and a zoo of models of ordinary layers.
// Usage: [VERBOSE=1] node scripts/interop/checkOnnx.mjs PYTHON [DIST]     (VERBOSE: a line for each file)
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, runPython } from './interop.mjs';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
const { useBackend } = built('backends/useBackend.js');
const { registerLayers } = built('layers/register.js');
const { takeSnapshot } = built('io/modelSnapshot.js');
const { onnxModel } = built('io/onnx/onnxModel.js');
const { inceptionNet } = built('networks/inceptionNet.js');
const { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec, variantsOf } = built('spec/networkSpec.js');

const TOLERANCE = 1e-4;
const BATCHES = [1, 3];
/** Of each, the least that a network can see is taken: a square, and an oblong that leaves odd maps everywhere. */
const SIZES = [
  Array.from({ length: 100 }, (_, more) => [75 + more, 75 + more]),
  Array.from({ length: 100 }, (_, more) => [107 + more, 139 + more]),
];
const WAYS = {
  folded: {},
  plain: { foldBatchNormalization: false },
  merged: { mergeSiblings: true },
};

const json = (name) => JSON.parse(readFileSync(new URL(`../../test/io/onnx/${name}.json`, import.meta.url), 'utf8'));
const [zoo, statistics] = [json('zoo'), json('statistics')];
const folder = mkdtempSync(join(tmpdir(), 'inception-onnx-'));
const random = (shape, seed) => tf.randomUniform(shape, -1, 1, 'float32', seed);

/** Kernels as they were drawn, all else random: a network of initial statistics would hide what they do. */
function randomize(model) {
  model.weights.forEach((weight, index) => {
    const range = statistics[weight.originalName.split('/').pop()];
    if (range) tf.tidy(() => weight.write(tf.randomUniform(weight.shape, ...range, 'float32', index + 1)));
  });
}

function zooModel({ input: shape, layers }) {
  const input = tf.input({ shape });
  const values = new Map([['input', input]]);
  let last = input;
  for (const [layer, args, from] of layers) {
    const taken = from?.map((name) => values.get(name)) ?? [last];
    last = zooLayer(layer, args).apply(taken.length === 1 ? taken[0] : taken);
    if (args.name) values.set(args.name, last);
  }
  return tf.model({ inputs: input, outputs: last });
}

/** By its factory in `tf.layers`, or of this package's layers by its class. */
function zooLayer(name, args) {
  if (name in tf.layers) return tf.layers[name](args);
  const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[name];
  return fromConfig(type, args);
}

/** Writes a model's files, what goes in and what must come out, and says where they are. */
async function caseOf(name, model, ways) {
  randomize(model);
  const path = (part) => join(folder, `${name.replace(/\W+/g, '_')}.${part}`);
  const stored = (tensor, port, part) => {
    writeFileSync(path(part), tensor.dataSync());
    return { name: port, shape: tensor.shape, file: path(part) };
  };
  const images = random([Math.max(...BATCHES), ...model.inputs[0].shape.slice(1)], 1);
  const inputs = [stored(images, 'input', 'input')];
  const found = [model.predict(images)].flat();
  const outputs = found.map((tensor, index) => stored(tensor, model.outputNames[index], `output${index}`));
  const snapshot = takeSnapshot('checkOnnx', model, { version: 1, labels: [] });
  const cases = [];
  for (const [way, options] of Object.entries(ways)) {
    writeFileSync(path(`${way}.onnx`), await onnxModel(snapshot, options));
    cases.push({ name: `${name}, ${way}`, file: path(`${way}.onnx`), inputs, outputs, batches: BATCHES });
  }
  tf.dispose([images, ...found, ...snapshot.weights.map(({ tensor }) => tensor)]);
  model.dispose();
  return cases;
}

function firstThatFits(name, [size, ...larger], options) {
  const narrow = { widthMultiplier: 0.125, classes: 5, classifierActivation: 'linear' };
  try {
    return networkSpec(name, { ...narrow, ...options, inputShape: [...size, 3] });
  } catch (error) {
    if (larger.length === 0) throw error;
    return firstThatFits(name, larger, options);
  }
}

function* networks() {
  for (const name of NETWORK_NAMES) {
    for (const variant of variantsOf(name)) {
      for (const auxiliaryHeads of hasAuxiliaryHeads(name) ? [false, true] : [false]) {
        for (const sizes of SIZES) {
          const spec = firstThatFits(name, sizes, { variant, auxiliaryHeads });
          yield [`${name} ${variant}${auxiliaryHeads ? ' with heads' : ''} ${spec.inputShape.slice(0, 2).join('×')}`, spec];
        }
      }
    }
  }
}

try {
  await useBackend('wasm');
  registerLayers();
  const cases = [];
  for (const each of zoo) cases.push(...(await caseOf(each.name, zooModel(each), { folded: WAYS.folded, plain: WAYS.plain })));
  for (const [name, spec] of networks()) cases.push(...(await caseOf(name, inceptionNet(spec, { seed: 1 }), WAYS)));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
  const judged = runPython('runOnnx.py', join(folder, 'cases.json')).cases;

  assert.equal(judged.length, cases.length);
  judged.forEach(({ name, operatorSet, inputs, outputs, operations, differences }, index) => {
    const { inputs: given, outputs: expected } = cases[index];
    assert.equal(operatorSet, 17, name);
    assert.deepEqual(
      inputs,
      given.map((tensor) => [tensor.name, 'batch', ...tensor.shape.slice(1)]),
      name,
    );
    assert.deepEqual(
      outputs,
      expected.map((tensor) => [tensor.name, 'batch', ...tensor.shape.slice(1)]),
      name,
    );
    assert.ok(
      differences.every((difference) => difference <= TOLERANCE),
      `${name}: differs by ${differences.join(', ')}`,
    );
    if (process.env.VERBOSE) console.log(name, differences.map((d) => d.toExponential(1)).join(' '), JSON.stringify(operations));
  });
  const worst = judged.reduce((a, b) => (Math.max(...a.differences) > Math.max(...b.differences) ? a : b));
  const largest = Math.max(...worst.differences).toExponential(1);
  console.log(`ok     onnx: the checker accepts ${judged.length} files; ONNX Runtime differs by ${largest} at most (${worst.name})`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
