// What both scripts of this folder share: the built package, the cases, and how a network's outputs are made and compared.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The folder that all sides write to and read from. A second argument names a build other than dist. */
export const [folder, dist = join(here, '..', '..', 'dist')] = process.argv.slice(2);

const require = createRequire(import.meta.url);
export const inception = require(resolve(dist, 'index.js'));
const { decodeSafetensors, encodeSafetensors } = require(resolve(dist, 'io', 'safetensors', 'safetensors.js'));

/** ONLY=googlenet limits a run to the cases that have this in their names. */
export const isWanted = (name) => name.includes(process.env.ONLY ?? '');

const listed = JSON.parse(readFileSync(join(here, 'cases.json'), 'utf8'));
export const cases = Object.fromEntries(Object.entries(listed).map(([kind, list]) => [kind, list.filter(({ name }) => isWanted(name))]));

/** max|a - b| / max|b| of logits, as in proof.py. */
const TOLERANCE = 1e-4;

const { tf } = inception;

/** Values before the softmax by head: those of our own networks, or the one output of a model that ends in them. */
export function logitsOf(model, input) {
  const heads = model instanceof inception.InceptionModel ? model.logits : { main: model.outputs[0] };
  return tf.tidy(() => {
    const cut = tf.model({ inputs: model.inputs, outputs: Object.values(heads) });
    const found = [cut.predict(tf.tensor(input.values, [1, ...input.shape]))].flat();
    return Object.fromEntries(Object.keys(heads).map((name, index) => [name, found[index].dataSync()]));
  });
}

/** The largest of max|a - b| / max|b| over outputs by name. */
export function difference(found, expected) {
  const names = Object.keys(expected);
  if (Object.keys(found).sort().join() !== [...names].sort().join()) throw new Error(`outputs ${Object.keys(found)}, expected ${names}`);
  return Math.max(...names.map((name) => differenceOf(found[name], expected[name])));
}

function differenceOf(found, expected) {
  if (found.length !== expected.length) throw new Error(`${found.length} values, expected ${expected.length}`);
  let largest = 0;
  let scale = 0;
  expected.forEach((value, index) => {
    // Not Math.max: it must not lose a NaN of ours.
    const distance = Math.abs(found[index] - value);
    if (!(distance <= largest)) largest = distance;
    scale = Math.max(scale, Math.abs(value));
  });
  return largest / scale;
}

/** The float32 tensors of a safetensors file, by name. */
export function readTensors(path) {
  const { tensors } = decodeSafetensors(path, readFileSync(path));
  return Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [name, { shape, values: new Float32Array(new Uint8Array(data).buffer) }]),
  );
}

/** Writes vectors, and the picture that they are of, as {@link readTensors} and proof.py read them. */
export function writeTensors(path, tensors) {
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => ({
    name,
    dtype: 'F32',
    shape,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }));
  writeFileSync(path, Buffer.concat(encodeSafetensors(entries)));
}

let passed = 0;
let failed = 0;

/** One line a pair. `work` gives a difference, or whether it holds and what there is to say. */
export async function check(name, work) {
  let ok = false;
  let text;
  try {
    const found = await work();
    [ok, text] = Array.isArray(found) ? found : [found <= TOLERANCE, found.toExponential(1)];
  } catch (error) {
    text = String(error.stack ?? error).slice(0, 1500);
  }
  if (ok) passed++;
  else failed++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${text}`);
}

/** The last line, and the exit code. */
export function end(tool) {
  console.log(`${tool}: ${passed} of ${passed + failed} pairs agree`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
