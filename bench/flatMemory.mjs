// Whether memory stays flat over 2,000 training steps with everything on: a folder of photos, worker threads, augmentation with mixing,
// averaged weights, validation and a checkpoint after each epoch and every few seconds, history and TensorBoard files.
//
//   npm run build && node --expose-gc bench/flatMemory.mjs [--steps 2000] [--backend wasm|cpu|tfjs-node] [--photos 640] [--batch 8] [--size 48]
//
// Prints a line every 100 steps, and the slope of a straight line through the last three quarters of them. With --expose-gc, garbage is
// collected before each measurement, so that what is shown is what is held.
// Target: no tensor more than at the first measurement, and per 1,000 steps less than 10 MB of resident memory and 1 MB of heap more. One
// batch that is kept per step would be 55 MB.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writePhotos } from './generatedPhotos.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '2000' },
    every: { type: 'string', default: '100' },
    backend: { type: 'string', default: 'wasm' },
    photos: { type: 'string', default: '640' },
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '48' },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const tf = require('@tensorflow/tfjs');
const { useBackend } = load('backends/useBackend.js');
const { imageFolder } = load('data/imageFolder.js');
const { googLeNet } = load('networks/googLeNet.js');
const { train } = load('training/train.js');

const [steps, every, photos, batch, size] = ['steps', 'every', 'photos', 'batch', 'size'].map((name) => Number(values[name]));
const MB = 2 ** 20;
const LIMITS_PER_1000_STEPS = { rss: 10, heap: 1, external: 10, wasm: 1 };

const augmentation = {
  crop: { area: [0.3, 1], aspect: [3 / 4, 4 / 3] },
  flip: true,
  photometric: 0.5,
  erase: { probability: 0.25 },
  mixup: { alpha: 0.2 },
  cutmix: { alpha: 1 },
};

/** Of a straight line by least squares, with its standard error. */
function slopeOf(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / spread) };
}

/** Of the wasm backend, its heap: it grows and never shrinks. */
const wasmHeapMb = () => (tf.getBackend() === 'wasm' ? tf.backend().wasm.HEAPU8.buffer.byteLength / MB : 0);

function measure(step) {
  globalThis.gc?.();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { numTensors } = tf.memory();
  return { step, rss: rss / MB, heap: heapUsed / MB, external: external / MB, buffers: arrayBuffers / MB, wasm: wasmHeapMb(), numTensors };
}

const COLUMNS = ['step', 'rss', 'heap', 'external', 'buffers', 'wasm', 'numTensors'];
const print = (cells) => console.log(cells.map((cell) => String(cell).padStart(11)).join(''));

const work = await mkdtemp(join(tmpdir(), 'flat-memory-'));
try {
  const { name, engine } = await useBackend(values.backend);
  const pictures = join(work, 'photos');
  await writePhotos(pictures, { count: Math.round(photos * 1.25), width: 96, height: 72 });
  const folder = await imageFolder(pictures, { size, batch, validation: 0.2, workers: 2, augmentation });
  const model = googLeNet({
    classes: 2,
    inputShape: [size, size, 3],
    stem: 'stride4',
    widthMultiplier: 0.125,
    auxiliaryHeads: true,
    seed: 1,
  });
  const epochs = Math.ceil(steps / folder.train.batchesPerEpoch);
  const { model: cpu } = cpus()[0];
  console.log(`${name} (${engine}), Node ${process.version}, ${cpus().length} × ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GB`);
  console.log(
    `${model.countParams()} parameters, input ${size} × ${size}, batches of ${batch}; an epoch is ${folder.train.batchesPerEpoch} steps on ` +
      `${folder.train.count} photos and validation on ${folder.validation.count}${globalThis.gc ? '' : '; garbage is not collected before measuring'}`,
  );
  print(COLUMNS.map((column) => (column === 'step' || column === 'numTensors' ? column : `${column} MB`)));
  const measured = [];
  let checkpoints = 0;
  const startedAt = performance.now();
  await train(model, folder, {
    epochs,
    optimizer: 'adamw',
    averaging: { decay: 0.99 },
    gradientClip: { norm: 1 },
    checkpoint: { path: join(work, 'checkpoint.safetensors'), everyMinutes: 1 / 20 },
    history: work,
    tensorBoard: join(work, 'tensorboard'),
    onCheckpoint: () => void checkpoints++,
    onStep: ({ steps: done }) => {
      if (done % every !== 0) return;
      const now = measure(done);
      measured.push(now);
      print(COLUMNS.map((column) => (column === 'step' || column === 'numTensors' ? now[column] : now[column].toFixed(1))));
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all([folder.train.close(), folder.validation.close()]);
  const later = measured.filter(({ step }) => step >= steps / 4);
  console.log(`${measured.length * every} steps, ${epochs} validations and ${checkpoints} checkpoints in ${seconds.toFixed(0)} s`);
  console.log(`MB per 1,000 steps, from step ${later[0].step} to ${later.at(-1).step}:`);
  let grows = false;
  for (const [column, limit] of Object.entries(LIMITS_PER_1000_STEPS)) {
    const { slope, error } = slopeOf(later.map((point) => [point.step / 1000, point[column]]));
    grows ||= slope >= limit;
    console.log(`  ${column.padEnd(9)} ${slope.toFixed(2).padStart(6)} ± ${error.toFixed(2)}   (less than ${limit})`);
  }
  const more = Math.max(...measured.map(({ numTensors }) => numTensors)) - measured[0].numTensors;
  console.log(`  tensors   ${String(more).padStart(6)} more than at first`);
  grows ||= more > 0;
  console.log(grows ? 'GROWS' : 'flat');
  process.exitCode = grows ? 1 : 0;
} finally {
  await rm(work, { recursive: true, force: true });
}
