// Holds the .keras and .h5 files that this package writes to the real Keras 3: every network, variant and head, and plain models of ordinary
// layers must load with nothing registered (but local response normalization), list their layers in our order, and give our outputs.
// Usage: node scripts/interop/checkKerasWrites.mjs PYTHON [DIST]
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, runPython } from './interop.mjs';
import { plainModels } from './plainModels.mjs';

const { inceptionNet, networkSpec, saveModel, tf, useBackend } = built('index.js');
const { hasAuxiliaryHeads, NETWORK_NAMES, variantsOf } = built('spec/networkSpec.js');

/** Largest difference allowed, as a share of the largest output. */
const TOLERANCE = 1e-4;

/** A generator of numbers in [0, 1) that is the same everywhere. */
function numbers(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** Gives every bias and statistic a value of its own, so that no two may be mixed up. */
function unsettle(model) {
  const next = numbers(7);
  for (const weight of model.weights) {
    const kind = weight.originalName.split('/').at(-1);
    const low = { gamma: 0.7, moving_variance: 0.5, beta: -0.3, moving_mean: -0.3, bias: -0.3, mean: -0.3, variance: 0.5 }[kind];
    if (low === undefined) continue;
    const value = tf.tensor(
      Array.from({ length: weight.read().size }, () => low + 0.6 * next()),
      weight.shape,
    );
    weight.write(value);
    value.dispose();
  }
}

function* networks() {
  for (const name of NETWORK_NAMES) {
    for (const variant of variantsOf(name)) {
      for (const auxiliaryHeads of hasAuxiliaryHeads(name) ? [false, true] : [false]) {
        const narrow = { variant, auxiliaryHeads, widthMultiplier: 0.125, classes: 5, classifierActivation: 'linear' };
        const small = { stem: 'stride2', inputShape: [48, 48, 3] };
        yield [
          `${name}/${variant}${auxiliaryHeads ? '+heads' : ''}`,
          inceptionNet(networkSpec(name, { ...narrow, ...small }), { seed: 3 }),
        ];
      }
    }
  }
  // At full size torchvision's adaptive pools reduce 14 to 4, which do not divide.
  const adaptive = { variant: 'torchvision', auxiliaryHeads: true, widthMultiplier: 0.125, classes: 5, classifierActivation: 'linear' };
  yield ['googlenet/torchvision+heads at 224', inceptionNet(networkSpec('googlenet', adaptive), { seed: 3 })];
  for (const [name, model] of Object.entries(plainModels(tf))) yield [`plain/${name}`, model];
}

/** Saves a model in both formats and beside it what it makes of an input. */
async function write(folder, index, name, model) {
  unsettle(model);
  const next = numbers(index + 1);
  const inputs = model.inputs.map(({ shape }) => {
    const full = [2, ...shape.slice(1)];
    return tf.tensor(
      Array.from({ length: full.reduce((a, b) => a * b) }, () => 2 * next() - 1),
      full,
    );
  });
  const outputs = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
  const plain = (tensors) => tensors.map((tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) }));
  const stem = join(folder, String(index));
  const layers = model.getClassName() === 'Sequential' ? undefined : model.layers.map((layer) => layer.name);
  const frozen = model.layers.filter((layer) => !layer.trainable && layer.getClassName() !== 'InputLayer').map((layer) => layer.name);
  writeFileSync(`${stem}.json`, JSON.stringify({ name, inputs: plain(inputs), outputs: plain(outputs), layers, frozen }));
  for (const extension of ['.keras', '.h5']) await saveModel(model, `${stem}${extension}`);
  tf.dispose([inputs, outputs]);
  model.dispose();
}

await useBackend('wasm');
const folder = mkdtempSync(join(tmpdir(), 'inception-interop-'));
try {
  let count = 0;
  for (const [name, model] of networks()) await write(folder, count++, name, model);
  const found = runPython('loadKeras.py', folder);
  let failed = 0;
  for (const { name, format, difference, problem } of found.files) {
    const isFine = problem === null && difference <= TOLERANCE;
    if (!isFine) failed++;
    console.log(
      `${isFine ? 'ok    ' : 'FAILED'} Keras ${found.version} ${format} ${name}: ${problem ?? `largest difference ${difference.toExponential(1)}`}`,
    );
  }
  assert.equal(found.files.length, 2 * count);
  assert.equal(failed, 0, `${failed} of ${2 * count} files`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
