// How long it takes to save and to load a large network in every format, and how much memory: the largest resident size of a process that
// does nothing else, as a multiple of the weights' bytes. Beside it, Keras' own save and load and safetensors' own, on the same weights.
//
//   npm run build && PARITY_PYTHON=FOLDER node bench/modelFiles.mjs [--network inception-resnet-v2] [--backend wasm|cpu|tfjs-node] [--runs 3]
//
// PARITY_PYTHON is the folder in which scripts/parity/run.sh keeps its Python environments; without it, Python is left out.
// Of the times the least of the runs is printed, of the memory the most. Reads come from the system's file cache on both sides.
// Target: at most 2.5 × the weights on wasm in every format.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'inception-resnet-v2' },
    backend: { type: 'string', default: 'wasm' },
    runs: { type: 'string', default: '3' },
    dist: { type: 'string', default: 'dist' },
    child: { type: 'string' },
    path: { type: 'string' },
    formats: { type: 'string' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const here = dirname(fileURLToPath(import.meta.url));
const PYTHON = process.env.PARITY_PYTHON && join(process.env.PARITY_PYTHON, 'keras', 'bin', 'python');
const EXTENSIONS = { 'tfjs-layers': '', keras: '.keras', h5: '.h5', onnx: '.onnx', safetensors: '.safetensors' };

/** In a process of its own: one save or one load, timed. */
async function child(task, path) {
  const { useBackend } = load('backends/useBackend.js');
  await useBackend(values.backend);
  const { loadModel } = load('io/loadModel.js');
  const { saveModel } = load('io/saveModel.js');
  const { inceptionNet } = load('networks/inceptionNet.js');
  const { networkSpec } = load('spec/networkSpec.js');
  const model = task === 'save' ? inceptionNet(networkSpec(values.network), { seed: 1 }) : undefined;
  const before = process.resourceUsage().maxRSS * 1024;
  const begin = performance.now();
  const loaded = model ? await saveModel(model, path) : await loadModel(path);
  const seconds = (performance.now() - begin) / 1000;
  const weights = (model ?? loaded).countParams() * 4;
  console.log(JSON.stringify({ seconds, weights, before, peak: process.resourceUsage().maxRSS * 1024 }));
}

/** Runs one task several times: the shortest time, the largest memory. */
function measure(command, parameters, environment = {}) {
  const results = Array.from({ length: Number(values.runs) }, () => {
    const output = execFileSync(command, parameters, {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return JSON.parse(output.trim().split('\n').at(-1));
  });
  return { ...results[0], seconds: Math.min(...results.map(({ seconds }) => seconds)), peak: Math.max(...results.map(({ peak }) => peak)) };
}

function report(what, { seconds, peak, before }, weights) {
  const at = (bytes) => `${(bytes / weights).toFixed(2)} ×`;
  const beforehand = before === undefined ? '' : ` (${at(before)} before)`;
  console.log(`  ${what.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s   peak ${at(peak)}${beforehand}`);
}

async function main() {
  const { MODEL_WRITERS } = load('io/modelWriters.js');
  const formats = values.formats?.split(',') ?? Object.keys(MODEL_WRITERS);
  const folder = await mkdtemp(join(tmpdir(), 'inception-bench-'));
  const self = fileURLToPath(import.meta.url);
  const options = ['--network', values.network, '--backend', values.backend, '--dist', values.dist];
  const run = (task, path) => measure(process.execPath, [self, '--child', task, '--path', path, ...options]);
  let weights = 0;
  console.log(`${values.network} on ${values.backend}, Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`);
  try {
    for (const format of formats) {
      const path = join(folder, `model${EXTENSIONS[format]}`);
      const saved = run('save', path);
      weights = saved.weights;
      const file = await stat(path);
      const size = file.isFile() ? `, ${(file.size / 2 ** 20).toFixed(0)} MB` : '';
      report(`${format}: saveModel${size}`, saved, weights);
      if (format !== 'onnx') report(`${format}: loadModel`, run('load', path), weights);
    }
    if (!PYTHON || !existsSync(PYTHON)) return console.log('  Python: left out (PARITY_PYTHON is not set)');
    const python = (...parameters) => measure(PYTHON, [join(here, 'modelFiles.py'), ...parameters], { KERAS_BACKEND: 'jax' });
    for (const format of ['keras', 'h5', 'safetensors'].filter((name) => formats.includes(name))) {
      const from = join(folder, `model${EXTENSIONS[format]}`);
      const to = join(folder, `python${EXTENSIONS[format]}`);
      const library = format === 'safetensors' ? 'safetensors.numpy' : 'Keras';
      report(`${format}: ${library} saves`, python('save', from, to), weights);
      report(`${format}: ${library} loads`, python('load', from), weights);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

await (values.child ? child(values.child, values.path) : main());
