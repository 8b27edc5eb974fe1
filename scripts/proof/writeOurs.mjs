// Writes our networks in every format, with what they answer to a picture, for kerasSide.py and torchSide.py to check; and reads them back.
// Usage: node scripts/proof/writeOurs.mjs FOLDER [DIST]
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, check, end, folder, inception, isWanted, logitsOf, writeTensors } from './built.mjs';

const { inceptionNet, hasAuxiliaryHeads, loadModel, minimumInputSize, NETWORK_NAMES, networkSpec, saveModel, tf, useBackend } = inception;

/** Values of the parts that are no kernels, as in scripts/parity/formula.py. */
const LIMITS = { gamma: [0.6, 1.4], moving_variance: [0.5, 1.5] };

/** Narrow, since no file depends on the width; the networks that torch loads are as wide as published. */
const NARROW = { widthMultiplier: 0.25, classes: 10 };

let drawn = 0;

const uniform = (shape, [low, high]) => tf.randomUniform(shape, low, high, 'float32', ++drawn);

/** Gives every weight numbers of its own, of a range that keeps values near 1. */
function fill(model) {
  for (const weight of model.weights) {
    const part = weight.originalName.split('/').pop();
    const { shape } = weight;
    const inputs = part === 'depthwise_kernel' ? 2 * shape[0] * shape[1] : shape.slice(0, -1).reduce((product, side) => product * side, 1);
    const bound = part.endsWith('kernel') ? Math.sqrt(6 / inputs) : 0.2;
    tf.tidy(() => weight.write(uniform(shape, LIMITS[part] ?? [-bound, bound])));
  }
}

/** At the smallest size that there is, unless a size is given. */
function filledNetwork(network, { size: wanted, ...options }) {
  // Linear, so that what is compared are logits.
  const spec = networkSpec(network, { ...options, classifierActivation: 'linear' });
  const size = wanted ?? minimumInputSize(spec);
  const model = inceptionNet({ ...spec, inputShape: [size, size, 3] });
  fill(model);
  return model;
}

/** A picture's numbers and the model's answers to it. */
function answersOf(model) {
  const shape = model.inputs[0].shape.slice(1);
  const input = { shape, values: tf.tidy(() => uniform(shape, [-1, 1]).dataSync()) };
  const logits = Object.entries(logitsOf(model, input)).map(([name, values]) => [name, { shape: [values.length], values }]);
  return { input, ...Object.fromEntries(logits) };
}

const digest = ({ shape, values }) => `[${shape.join(', ')}] ${createHash('sha256').update(values).digest('hex')}`;

const digests = (model) =>
  Object.fromEntries(
    model.weights.map((weight) => [weight.originalName, digest({ shape: weight.shape, values: weight.read().dataSync() })]),
  );

async function writeEverywhere(path, model) {
  for (const extension of ['keras', 'h5', 'safetensors']) await saveModel(model, `${path}.${extension}`);
  await saveModel(model, `${path}.onnx`, { foldBatchNormalization: false });
  await saveModel(model, `${path}.folded.onnx`, { foldBatchNormalization: true });
  writeTensors(`${path}.ours`, answersOf(model));
}

/** Each network with and without heads; scripts/interop has every variant in Keras and ONNX Runtime. */
async function writeFamily(directory) {
  const listed = {};
  for (const network of NETWORK_NAMES) {
    for (const auxiliaryHeads of hasAuxiliaryHeads(network) ? [false, true] : [false]) {
      const name = `${network}${auxiliaryHeads ? '-heads' : ''}`;
      if (!isWanted(name)) continue;
      const model = filledNetwork(network, { auxiliaryHeads, ...NARROW });
      await check(`${name} is written as .keras, .h5, .onnx, .safetensors`, async () => {
        await writeEverywhere(join(directory, name), model);
        listed[name] = { heads: Object.keys(model.logits), digests: digests(model) };
        return [true, `${model.countParams()} parameters`];
      });
      model.dispose();
    }
  }
  writeFileSync(join(directory, 'ours.json'), JSON.stringify(listed));
}

/** At full width, under the names that torchvision and timm know. */
async function writeStateDicts(directory) {
  for (const { name, tool, network, variant, size, heads } of cases.stateDicts) {
    const model = filledNetwork(network, { variant, size, auxiliaryHeads: heads !== undefined });
    await check(`${name} is written with ${tool}'s names`, async () => {
      await saveModel(model, join(directory, `${name}.safetensors`), { names: tool });
      writeTensors(join(directory, `${name}.ours`), answersOf(model));
      return [true, `${model.countParams()} parameters`];
    });
    model.dispose();
  }
}

/** Our files here again, to the bit, at full width. */
async function readBack(directory) {
  const model = filledNetwork('googlenet', { auxiliaryHeads: true });
  const before = digests(model);
  const { input, ...answers } = answersOf(model);
  for (const path of ['folder', 'again.keras', 'again.h5', 'again.safetensors']) {
    await check(`googlenet with heads as ${path}, read back`, async () => {
      await saveModel(model, join(directory, path));
      const again = await loadModel(join(directory, path));
      const found = logitsOf(again, input);
      const isSame = JSON.stringify(digests(again)) === JSON.stringify(before);
      const answersSame = Object.entries(answers).every(([name, { values }]) =>
        Buffer.from(values.buffer).equals(Buffer.from(found[name].buffer)),
      );
      again.dispose();
      return [isSame && answersSame, `weights ${isSame ? 'to the bit' : 'DIFFER'}, answers ${answersSame ? 'to the bit' : 'DIFFER'}`];
    });
  }
  model.dispose();
}

await useBackend('wasm');
for (const name of ['ours', 'stateDicts', 'again']) mkdirSync(join(folder, name), { recursive: true });
await writeFamily(join(folder, 'ours'));
await writeStateDicts(join(folder, 'stateDicts'));
await readBack(join(folder, 'again'));
end('our files, written and read back');
