// A classifier's engine on ONNX Runtime, beside the same version of ONNX Runtime run from Python on torchvision's and timm's own exports.
//
//   npm run build && node bench/inference.mjs [--rounds 9] [--networks googlenet,inception-v3] [--photos 96] [--variants] [--no-python]
//
// Ours is what createClassifier runs: RGB values 0–255, channels last, in; probabilities out. The exports take prepared pictures, channels
// first, and give logits. Both use ONNX Runtime's own number of threads and turn by turn the same machine: a round is some runs of one,
// then of the other. Printed are the median of all runs and the fastest, which other work on the machine disturbs least, and for both the
// ratio (ours / Python; target 1.05 at most).
// --variants times our graph with the 1×1 convolutions of a module merged, with nothing folded, and with bytes in, too.
// --busy, for a machine that does other work: one thread each, and processor time instead of the clock's.
// Then pictures a second from JPEG files to predictions, by both engines, and the engine alone on pictures in memory.
//
// The environments are those of scripts/parity/run.sh: kept in the folder PARITY_PYTHON, otherwise made in a temporary one (Debian's
// python3-torchvision is needed).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePhotos } from './generatedPhotos.mjs';

const NETWORKS = [
  { name: 'googlenet', variant: 'torchvision', runs: 12 },
  { name: 'inception-v3', variant: 'torchvision', runs: 5 },
  { name: 'inception-resnet-v2', variant: 'timm', runs: 3 },
];
const BATCHES = [1, 8];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    networks: { type: 'string', default: NETWORKS.map(({ name }) => name).join() },
    photos: { type: 'string', default: '96' },
    variants: { type: 'boolean', default: false },
    busy: { type: 'boolean', default: false },
    'no-python': { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
  },
});
const rounds = Number(values.rounds);
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const { useBackend } = load('backends/useBackend.js');
const { networkSpec } = load('spec/networkSpec.js');
const { inceptionNet } = load('networks/inceptionNet.js');
const { inceptionNetwork } = load('inference/inceptionNetwork.js');
const { createOnnxEngine } = load('inference/onnxEngine.js');
const { createClassifier } = load('inference/createClassifier.js');
const { takeSnapshot } = load('io/modelSnapshot.js');
const { onnxModel } = load('io/onnx/onnxModel.js');
const onnx = require('onnxruntime-node');

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const milliseconds = (number) => `${number.toFixed(1)} ms`;

/** The interpreters of the parity tests' environments, made where they are not there. */
function environments(folder) {
  const requirements = fileURLToPath(new URL('../scripts/parity/requirements', import.meta.url));
  return ['torch', 'keras'].map((name) => {
    const environment = join(process.env.PARITY_PYTHON ?? folder, name);
    const python = join(environment, 'bin/python');
    if (!existsSync(python)) {
      execFileSync('/usr/bin/python3', ['-m', 'venv', ...(name === 'torch' ? ['--system-site-packages'] : []), environment]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement'];
      execFileSync(python, [...pip, join(requirements, `${name}.txt`)], { stdio: 'inherit' });
    }
    return python;
  });
}

/** Python's ONNX Runtime in a process that answers line by line. */
class Peer {
  constructor(python, folder) {
    this.child = spawn(python, [PROGRAM, values.busy ? 'run-busy' : 'run', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async answer() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('Python ended');
    return JSON.parse(value);
  }

  async run(network, batch, runs) {
    this.child.stdin.write(`${JSON.stringify({ network, batch, runs })}\n`);
    return (await this.answer()).milliseconds;
  }

  async close() {
    this.child.stdin.end();
    await once(this.child, 'close');
  }
}

const PROGRAM = fileURLToPath(new URL('inference.py', import.meta.url));

/** Milliseconds on the clock, or of the processor. */
function now() {
  if (!values.busy) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of each run. */
async function timed(runs, work) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = now();
    await work();
    times.push(now() - start);
  }
  return times;
}

/** Random pictures, RGB 0–255. */
const pictures = (batch, length) =>
  Array.from({ length: batch }, (_, picture) => Uint8Array.from({ length }, (_, index) => ((index + picture) * 2_654_435_761) >>> 24));

/** What takes turns: by name, a function that runs some times and gives the milliseconds. */
async function contenders({ name, variant }, python) {
  const model = inceptionNet(networkSpec(name, { variant }), { seed: 1 });
  const network = inceptionNetwork('bench', model, 'main');
  const [height, width] = network.size;
  const engine = await createOnnxEngine('bench', network);
  const run = (batch, runs) =>
    timed(
      runs,
      (
        (images) => () =>
          engine.run(images)
      )(pictures(batch, height * width * 3)),
    );
  const ours = { ours: values.busy ? await graphOf(network, {}) : run };
  if (python) ours.Python = (batch, runs) => python.run(name, batch, runs);
  if (values.variants) {
    for (const [title, options] of VARIANTS) ours[title] = await graphOf(network, options);
  }
  return { model, engine, ours };
}

const VARIANTS = [
  ['siblings merged', { mergeSiblings: true }],
  ['nothing folded', { foldBatchNormalization: false }],
  ['bytes in', { inputType: 'uint8' }],
];

async function graphOf({ graph, preprocessing, size }, options) {
  const snapshot = takeSnapshot('bench', graph, { version: 1, labels: [] });
  const bytes = await onnxModel(snapshot, { preprocessing, ...options });
  for (const { tensor } of snapshot.weights) tensor.dispose();
  const session = await onnx.InferenceSession.create(bytes, { logSeverityLevel: 3, ...(values.busy && { intraOpNumThreads: 1 }) });
  const type = options.inputType ?? 'float32';
  return (batch, runs) => {
    const images = pictures(batch, size[0] * size[1] * 3);
    return timed(runs, () => {
      const data = new (type === 'uint8' ? Uint8Array : Float32Array)(batch * images[0].length);
      images.forEach((image, index) => data.set(image, index * image.length));
      return session.run({ [session.inputNames[0]]: new onnx.Tensor(type, data, [batch, ...size, 3]) });
    });
  };
}

async function compareNetwork(network, python) {
  const { model, engine, ours } = await contenders(network, python);
  for (const batch of BATCHES) {
    const runs = Math.max(2, Math.ceil(network.runs / batch));
    const times = Object.fromEntries(Object.keys(ours).map((title) => [title, []]));
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const [title, run] of Object.entries(ours)) {
        const measured = await run(batch, runs);
        if (round > 0) times[title].push(...measured);
      }
    }
    for (const [title, measured] of Object.entries(times)) {
      const [middle, fastest] = [median(measured), Math.min(...measured)];
      const ratios = [median(times.ours) / middle, Math.min(...times.ours) / fastest].map((ratio) => ratio.toFixed(3));
      const compared = title === 'ours' ? '' : `   ours is ${ratios.join(', ')} of it`;
      const row = `${`${network.name} ${network.variant}`.padEnd(32)} batch ${batch}   ${title.padEnd(20)}`;
      console.log(`${row} median ${milliseconds(middle).padStart(9)}, fastest ${milliseconds(fastest).padStart(9)}${compared}`);
    }
  }
  engine.dispose();
  model.dispose();
}

/** Pictures a second from files to predictions. */
async function classifyFiles(folder) {
  const look = { width: 500, height: 375 };
  await writePhotos(join(folder, 'photos'), { ...look, count: Number(values.photos) });
  const files = (await readdir(join(folder, 'photos'), { recursive: true }))
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => join(folder, 'photos', name));
  const model = inceptionNet(networkSpec('googlenet', { variant: 'torchvision' }), { seed: 1 });
  for (const engine of ['onnx', 'tfjs']) {
    const classifier = await createClassifier(model, { engine });
    await classifier.classifyMany(files.slice(0, 32));
    const [total] = await timed(1, () => classifier.classifyMany(files));
    classifier.dispose();
    console.log(
      `${files.length} JPEGs of ${look.width} × ${look.height} through GoogLeNet, ${engine}: ${((files.length * 1000) / total).toFixed(1)} pictures/s`,
    );
  }
  model.dispose();
}

const folder = await mkdtemp(join(tmpdir(), 'inference-'));
try {
  const backend = await useBackend('auto');
  const { version } = JSON.parse(await readFile(require.resolve('onnxruntime-node/package.json')));
  let python;
  if (!values['no-python']) {
    const [torch, runtime] = environments(folder);
    execFileSync(torch, [PROGRAM, 'export', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    python = new Peer(runtime, folder);
    const peer = await python.answer();
    if (peer.version !== version) throw new Error(`onnxruntime ${peer.version} in Python, ${version} in Node.js: they would not compare.`);
  }
  console.log(
    `${cpus()[0].model}, ${availableParallelism()} cores, Node.js ${process.version}, ONNX Runtime ${version}, tfjs on ${backend.name}`,
  );
  for (const network of NETWORKS.filter(({ name }) => values.networks.split(',').includes(name))) await compareNetwork(network, python);
  await python?.close();
  if (Number(values.photos) > 0) await classifyFiles(folder);
} finally {
  await rm(folder, { recursive: true });
}
