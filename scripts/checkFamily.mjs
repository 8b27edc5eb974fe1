// Trains every network of the family for real, narrow and small, on the packaged pictures, and holds each to an accuracy far above chance.
// Usage: node scripts/checkFamily.mjs FOLDER [NETWORK…]
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasAuxiliaryHeads, NETWORK_NAMES, trainFolder, useBackend, writePictures } from '../dist/index.mjs';

const ACCURACY_FLOOR = 0.45;

/** wasm computes in one thread: so many networks learn at a time, each in a process of its own. */
const AT_ONCE = Math.min(2, cpus().length);

/** Large enough for the windows of Inception v3's, v4's and Inception-ResNet v2's auxiliary heads. */
const SIZE = [56, 56];
const SETTINGS = { size: SIZE, epochs: 6, batch: 32, seed: 1 };
const NARROW = { stem: 'stride4', widthMultiplier: 0.125 };

const script = fileURLToPath(import.meta.url);
const [folder = 'family', ...asked] = process.argv.slice(2);
const pictures = resolve(folder, 'pictures');

/** With its auxiliary heads, where it has some. */
function choiceOf(architecture) {
  return { architecture, ...(hasAuxiliaryHeads(architecture) && { auxiliaryHeads: true }), ...NARROW };
}

async function learn(architecture) {
  await useBackend('wasm');
  const { train, validationFolder } = await writePictures(pictures);
  const started = performance.now();
  const trained = await trainFolder(train, { ...SETTINGS, validation: validationFolder, network: choiceOf(architecture) });
  const { model, report, evaluation, folder: data } = trained;
  const speeds = report.epochs.map(({ imagesPerSecond }) => imagesPerSecond).sort((a, b) => a - b);
  const counts = data.validation.classCounts;
  return {
    network: architecture,
    heads: Object.keys(model.logits).length,
    parameters: model.countParams(),
    seconds: (performance.now() - started) / 1000,
    stepMs: (1000 * SETTINGS.batch) / speeds[speeds.length >> 1],
    top1: evaluation.top1,
    largestClass: Math.max(...counts) / data.validation.count,
  };
}

/** One network in a process of its own. */
function learnApart(architecture) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, folder, architecture], {
      env: { ...process.env, FAMILY_CHILD: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    child.on('close', (code) => (code === 0 ? done(JSON.parse(out)) : fail(new Error(`${architecture}: ended with ${code}.`))));
  });
}

/** The slowest first, so that none is left alone at the end. */
const SLOWEST_FIRST = [
  'inception-resnet-v2',
  'inception-v4',
  'xception',
  'inception-v2',
  'inception-resnet-v1',
  'inception-v3',
  'googlenet',
];

async function learnAll(names) {
  const waiting = SLOWEST_FIRST.filter((name) => names.includes(name));
  const rows = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const row = await learnApart(name);
      rows.push(row);
      console.log(line(row));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return rows;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const line = ({ network, heads, parameters, seconds, stepMs, top1, largestClass }) =>
  `| ${network.padEnd(19)} | ${heads} | ${parameters.toLocaleString('en').padStart(10)} | ${seconds.toFixed(0).padStart(4)} | ${stepMs.toFixed(0).padStart(5)} | ${percent(top1)} | ${percent(largestClass)} |`;

if (process.env.FAMILY_CHILD) {
  process.stdout.write(JSON.stringify(await learn(asked[0])));
  process.exit(0);
}

const names = asked.length > 0 ? asked : NETWORK_NAMES;
const unknown = names.filter((name) => !SLOWEST_FIRST.includes(name));
if (unknown.length > 0) throw new Error(`NETWORK: expected some of ${SLOWEST_FIRST.join(', ')}, got ${unknown.join(', ')}.`);
const started = performance.now();
const written = await writePictures(pictures);
const total = written.counts.train.reduce((sum, count) => sum + count, 0);
console.log(
  `${SETTINGS.epochs} epochs of ${total.toLocaleString('en')} pictures, ${SIZE.join(' × ')}, width ${NARROW.widthMultiplier}, ${NARROW.stem}, batch ${SETTINGS.batch}; ${AT_ONCE} at a time on ${cpus()[0].model}`,
);
console.log(
  '| network             | heads | parameters | seconds | ms a step | held-out top-1 | largest class |\n| --- | --- | --- | --- | --- | --- | --- |',
);
const rows = await learnAll(names);
const elapsed = performance.now() - started;
const failures = rows.filter(({ top1 }) => top1 < ACCURACY_FLOOR).map(({ network }) => `${network} is under ${percent(ACCURACY_FLOOR)}`);
console.log(`in ${Math.round(elapsed / 1000)} s`);
if (failures.length > 0) {
  console.error(`family: ${failures.join('; ')}.`);
  process.exit(1);
}
