// Training steps, forward passes and whole training of this package on tfjs-node, as one compiled graph (`graph`) and operation by operation
// (`eager`), beside Keras 3 on TensorFlow (`keras`) and PyTorch with channels last (`torch`).
//
//   npm run bench -- [--only training,forward,folder] [--networks NAME,…] [--contenders graph,eager,keras,torch] [--rounds 5] [--patience 2] [--json FILE]
//
// Each contender is a process of its own that builds its network from the same spec; they take turns, so that what else runs on the machine
// weighs on all, and each round begins with another; before each turn the bench waits, up to --patience seconds, until others leave the
// machine alone, and says where they did not. Every contender may use all cores. A ratio is the median of the rounds' own; printed
// beside it are the least and the largest. Networks must agree in parameters and multiply-adds, or nothing is measured.
//
// training   one step on a batch in memory, values 0–255 to the new weights, SGD with momentum 0.9, 10 classes, the loss read back
// forward    one batch in memory, values 0–255 to probabilities in the language that asked, 1 and 8 pictures
// folder     epochs over JPEGs of 500 × 375, crops of 8–100 % of the area with sides 3:4 to 4:3 and mirroring, 224², nothing cached
//
// The peers are installed from PyPI on the first run (7 GB: PyPI's PyTorch brings CUDA), and kept in the folder BENCH_PYTHON or the user's
// cache. tfjs-node comes by `inception native install`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contender } from './compiledSteps/contender.mjs';
import { interpreter } from './compiledSteps/environments.mjs';
import { CLASSES, NETWORKS, specOf, USUAL_NETWORKS } from './compiledSteps/networks.mjs';
import { quietMoment } from './compiledSteps/quiet.mjs';
import { writePhotos } from './generatedPhotos.mjs';

const SECTIONS = ['training', 'forward', 'folder'];
const CONTENDERS = ['graph', 'eager', 'keras', 'torch'];
/** The most that the graph's time may be, as a share of another's. */
const TARGETS = {
  training: { keras: 1.05, torch: 1.1, eager: 0.5 },
  forward: { keras: 1.05 },
  folder: { keras: 1, torch: 1 },
};
const FOLDER_NETWORKS = ['googlenet', 'googlenet-batchnorm'];
/** The mean share of the cores that others may use between turns before the run is called disturbed. */
const DISTURBED = 0.05;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: SECTIONS.join() },
    networks: { type: 'string' },
    contenders: { type: 'string', default: CONTENDERS.join() },
    rounds: { type: 'string', default: '5' },
    patience: { type: 'string', default: '2' },
    photos: { type: 'string', default: '256' },
    'folder-batch': { type: 'string', default: '32' },
    backend: { type: 'string', default: 'tfjs-node' },
    json: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
  },
});

function listed(option, known, value = values[option]) {
  const names = value.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--${option}: expected some of ${known.join(', ')}, got '${unknown}'.`);
  return names;
}

const sections = listed('only', SECTIONS);
const contenders = listed('contenders', CONTENDERS);
const networks = listed('networks', Object.keys(NETWORKS), values.networks ?? USUAL_NETWORKS.join());
const rounds = Number(values.rounds);
const threads = availableParallelism();
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const rounded = (number, digits = 2) => Number(number.toFixed(digits));
const program = (name) => fileURLToPath(new URL(`compiledSteps/${name}`, import.meta.url));
const progress = (text) => console.error(text);

const pythons = {};
for (const name of ['keras', 'torch'].filter((name) => contenders.includes(name))) pythons[name] = await interpreter(name, progress);

function start(name, task) {
  const all = { ...task, threads, dist: resolve(values.dist), backend: values.backend, engine: name };
  if (!pythons[name]) return new Contender(name, [process.execPath, program('ours.mjs')], all);
  return new Contender(name, [pythons[name], program(`${name}Peer.py`)], all, { PYTHONDONTWRITEBYTECODE: '1' });
}

/** @throws If a network has other parameters than the first, or computes more or less. */
function assertEqualWork(about) {
  const [[first, expected], ...others] = Object.entries(about).map(([name, { parameters, multiplyAdds }]) => [
    name,
    `${parameters.trainable} trainable and ${parameters.total} parameters, ${multiplyAdds} multiply-adds`,
  ]);
  const other = others.find(([, work]) => work !== expected);
  if (other) throw new Error(`${other[0]}: expected ${first}'s ${expected}, got ${other[1]}.`);
}

/** Every contender's rounds of one task: by name, the median of each round's runs. */
async function measure(task, runs) {
  const started = [];
  try {
    const about = {};
    for (const name of contenders) {
      const contender = start(name, task);
      started.push(contender);
      about[name] = await contender.ready();
    }
    assertEqualWork(about);
    const times = Object.fromEntries(contenders.map((name) => [name, []]));
    const usedByOthers = [];
    // The first round warms up.
    for (let round = -1; round < rounds; round++) {
      for (let turn = 0; turn < started.length; turn++) {
        const contender = started[(turn + round + 1) % started.length];
        usedByOthers.push(await quietMoment(Number(values.patience)));
        const milliseconds = await contender.run(runs);
        if (round >= 0) times[contender.name].push(median(milliseconds));
      }
    }
    return { about, times, usedByOthers: mean(usedByOthers) };
  } finally {
    for (const contender of started) await contender.close();
  }
}

/** What is kept of a measurement, and what it is printed as. */
function summary(section, { about, times, usedByOthers }, pictures) {
  const results = Object.entries(times).map(([name, all]) => [
    name,
    {
      medianMs: rounded(median(all), 1),
      fastestMs: rounded(Math.min(...all), 1),
      picturesPerSecond: rounded((1000 * pictures) / median(all), 1),
      firstMs: rounded(about[name].firstMs, 0),
      ...(about[name].compileMs !== undefined && { compileMs: rounded(about[name].compileMs, 0) }),
    },
  ]);
  const ratios = Object.entries(times).flatMap(([name, all]) => {
    if (name === 'graph' || !times.graph) return [];
    const each = all.map((ms, round) => times.graph[round] / ms);
    const [ratio, target] = [rounded(median(each)), TARGETS[section][name]];
    const met = target === undefined ? {} : { target, met: ratio <= target };
    return [[name, { ratio, from: rounded(Math.min(...each)), to: rounded(Math.max(...each)), ...met }]];
  });
  const { parameters, multiplyAdds } = about[contenders[0]];
  return {
    parameters: parameters.total,
    multiplyAdds,
    usedByOthers: rounded(usedByOthers),
    results: Object.fromEntries(results),
    ratios: Object.fromEntries(ratios),
  };
}

function print({ section, network, batch, usedByOthers, results, ratios }) {
  const disturbed =
    usedByOthers > DISTURBED ? `   DISTURBED: others used ${Math.round(100 * usedByOthers)} % of the machine between turns` : '';
  console.log(`${section}, ${network}, ${batch === 1 ? '1 picture' : `batches of ${batch}`}${disturbed}`);
  for (const [name, { medianMs, picturesPerSecond }] of Object.entries(results)) {
    const { ratio, from, to, target, met } = ratios[name] ?? {};
    const judged = target === undefined ? '' : `, at most ${target}: ${met ? 'met' : 'NOT MET'}`;
    const compared = ratio === undefined ? '' : `   graph takes ${ratio.toFixed(2)} of that (${from}–${to})${judged}`;
    console.log(
      `  ${name.padEnd(6)}${medianMs.toFixed(1).padStart(10)} ms${picturesPerSecond.toFixed(1).padStart(9)} pictures/s${compared}`,
    );
  }
}

const rows = [];
let versions = {};

async function row(section, network, batch, task, runs, pictures) {
  const measured = await measure({ what: section, spec: specOf(network, load), batch, ...task }, runs);
  versions = Object.fromEntries(Object.entries(measured.about).map(([name, { version }]) => [name, version]));
  rows.push({ section, network, size: NETWORKS[network].size, batch, ...summary(section, measured, pictures) });
  print(rows.at(-1));
}

async function measureFolders() {
  const [count, batch] = [Number(values.photos), Number(values['folder-batch'])];
  const folder = await mkdtemp(join(tmpdir(), 'photos-'));
  try {
    await writePhotos(folder, { width: 500, height: 375, count, classes: CLASSES });
    for (const network of FOLDER_NETWORKS.filter((name) => networks.includes(name))) {
      await row('folder', network, batch, { folder }, 1, count);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const machine = `${cpus()[0].model}, ${threads} cores, Node.js ${process.version}`;
const loadAtStart = loadavg()[0];
console.log(`${machine}; medians of ${rounds} rounds; load ${loadAtStart.toFixed(1)} at the start\n`);
for (const network of networks) {
  const { batch, runs } = NETWORKS[network];
  if (sections.includes('training')) await row('training', network, batch, {}, runs, batch);
  if (!sections.includes('forward')) continue;
  for (const pictures of [1, 8]) await row('forward', network, pictures, {}, pictures === 1 ? 4 * runs : 2 * runs, pictures);
}
if (sections.includes('folder')) await measureFolders();
console.log(
  `\n${Object.entries(versions)
    .map(([name, version]) => `${name}: ${version}`)
    .join('\n')}`,
);
if (values.json) {
  const result = { machine, threads, rounds, load: { start: rounded(loadAtStart), end: rounded(loadavg()[0]) }, versions, rows };
  await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
