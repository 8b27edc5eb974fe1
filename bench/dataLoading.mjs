// Images per second from JPEG files to batches with the paper's augmentation, beside a PyTorch DataLoader.
//
//   npm run build && node bench/dataLoading.mjs [--runs 5] [--photos 400] [--python PATH] [--no-torch]
//
// Photos of 500 × 375 pixels and of 12 megapixels are made from a seed in a temporary folder. Each measurement is a process of its own, its
// second and third epoch; both sides take turns, and the medians are printed. Main thread idle: as many workers as there are cores, at most
// 4. Main thread computing without pause, as training does: one worker less, and for PyTorch a process that computes beside it. With a cache
// directory, reading the folder fills it.
//
// --python names an interpreter that has torch and torchvision; without it they are installed from PyPI into a temporary environment
// (about 6 GB). Target: 3 times what the fastest backend here trains on, GoogLeNet at 224² in a compiled graph: 3 × 28 images/s.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePhotos } from './generatedPhotos.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    photos: { type: 'string', default: '400' },
    python: { type: 'string' },
    'no-torch': { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
    measure: { type: 'string' },
  },
});
const CORES = Math.min(4, availableParallelism());
const PYTHON_PROGRAM = fileURLToPath(new URL('dataLoading.py', import.meta.url));
const SETTINGS = { size: 224, batch: 32, epochs: 2 };
const TARGET = 3 * 28;

const SETS = [
  { name: '500 × 375', look: { width: 500, height: 375 }, count: Number(values.photos) },
  { name: '12 megapixels', look: { width: 4032, height: 3024 }, count: 32 },
];
const MODES = [
  { name: 'main thread idle', workers: CORES, busy: false },
  { name: 'main thread computing', workers: Math.max(1, CORES - 1), busy: true },
  { name: 'main thread idle, decoded pictures on the disk', workers: CORES, busy: false, disk: true },
];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Keeps this thread computing; messages are answered every 100 ms, as between two steps. */
function compute() {
  const until = performance.now() + 100;
  while (performance.now() < until);
  setImmediate(compute);
}

async function measure({ folder, workers, busy, disk, size, batch, epochs }) {
  const require = createRequire(import.meta.url);
  const load = (path) => require(resolve(values.dist, path));
  const { imageFolder } = load('data/imageFolder.js');
  const { PAPER_AUGMENTATION } = load('data/augmentation.js');
  const options = { size, batch, workers, verify: disk ?? false, cacheBytes: 0, augmentation: PAPER_AUGMENTATION };
  const { train } = await imageFolder(folder, { ...options, ...(disk && { cacheDirectory: join(folder, '.cache') }) });
  let count = 0;
  let start;
  let processor;
  for (let epoch = 0; epoch <= epochs; epoch++) {
    // The first epoch starts the workers.
    if (epoch === 1) {
      start = performance.now();
      processor = process.cpuUsage();
      if (busy) setImmediate(compute);
    }
    for await (const { indices } of train.batches(epoch)) count += epoch === 0 ? 0 : indices.length;
  }
  const { user, system } = process.cpuUsage(processor);
  const imagesPerSecond = (count * 1000) / (performance.now() - start);
  console.log(JSON.stringify({ imagesPerSecond, processorMs: (user + system) / 1000 / count }));
  process.exit();
}

function run(program, given) {
  const { status, stdout, stderr } = spawnSync(program, given, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout);
}

const ours = (folder, { workers, busy, disk }) =>
  run(process.execPath, [
    fileURLToPath(import.meta.url),
    '--dist',
    values.dist,
    '--measure',
    JSON.stringify({ folder, workers, busy, disk, ...SETTINGS }),
  ]);

const torch = (python, folder, { workers, busy }) =>
  run(python, [
    PYTHON_PROGRAM,
    folder,
    ...Object.entries({ workers, ...SETTINGS }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(busy ? ['--busy'] : []),
  ]);

/** An interpreter with torchvision, or why there is none. */
function interpreter(folder) {
  if (values['no-torch']) return { reason: '--no-torch' };
  if (values.python) return { python: values.python };
  try {
    execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'pipe' });
    const python = join(folder, 'venv/bin/python');
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'torch', 'torchvision'], { stdio: 'pipe' });
    return { python };
  } catch (error) {
    return {
      reason: String(error.stderr ?? error.message)
        .trim()
        .split('\n')
        .at(-1),
    };
  }
}

async function compare(folder) {
  const { python, reason } = interpreter(folder);
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, Node.js ${process.version}; ${SETTINGS.size}², batch ${SETTINGS.batch}, paper augmentation; medians of ${values.runs}`,
  );
  if (reason) console.log(`PyTorch is not measured: ${reason}`);
  for (const { name, look, count } of SETS) {
    const photos = join(folder, `${look.width}`);
    const bytes = await writePhotos(photos, { ...look, count });
    console.log(`\n${count} photos, ${name}, ${(bytes / 1024).toFixed(0)} KiB each`);
    const rows = MODES.map((mode) => ({ mode, ours: [], torch: [] }));
    for (let round = 0; round < Number(values.runs); round++) {
      for (const row of rows) {
        row.ours.push(ours(photos, row.mode));
        if (python && !row.mode.disk) row.torch.push(torch(python, photos, row.mode));
      }
    }
    for (const row of rows) report(row);
  }
}

const medianOf = (results, key) => median(results.map((result) => result[key]));

/** Processor time is every thread's and process's; where something else computes beside, it says nothing. */
const side = (results, busy) =>
  `${medianOf(results, 'imagesPerSecond').toFixed(0).padStart(5)} images/s${busy ? '' : `, ${medianOf(results, 'processorMs').toFixed(1)} ms of a core each`}`;

function report({ mode: { name, workers, busy }, ours, torch }) {
  const rate = medianOf(ours, 'imagesPerSecond');
  console.log(`${name}, ${workers} worker${workers === 1 ? '' : 's'}`);
  console.log(`  tfjs-inception ${side(ours, busy)}   ${(rate / TARGET).toFixed(1)} × the target`);
  if (torch.length === 0) return;
  const ratio = (rate / medianOf(torch, 'imagesPerSecond')).toFixed(2);
  console.log(`  PyTorch        ${side(torch, busy)}   tfjs-inception / PyTorch ${ratio}   (${torch[0].versions})`);
}

if (values.measure) {
  await measure(JSON.parse(values.measure));
} else {
  const folder = await mkdtemp(join(tmpdir(), 'photos-'));
  try {
    await compare(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
