// Whether memory stays flat over 2,000 training steps with everything on: a folder of photos, worker threads, augmentation with mixing,
// averaged weights, validation and a checkpoint after each epoch and every few seconds, history and TensorBoard files.
//
//   npm run build && node --expose-gc bench/flatMemory.mjs [--steps 2000] [--backend wasm|cpu|tfjs-node] [--photos 640] [--batch 8] [--size 48]
//
// Prints a line every 100 steps, and what the least of the last quarter is above the least of the second. With --expose-gc, garbage is
// collected before each measurement, so that what is shown is what is held.
// Target: no tensor more than after the first quarter, neither in TensorFlow.js nor in TensorFlow behind tfjs-node, and per 1,000 steps
// less than 10 MB of resident memory and 1 MB of heap more. One batch that is kept per step would be 55 MB.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writePhotos } from './generatedPhotos.mjs';
import { machine, MemoryRecord } from './memoryRecord.mjs';

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
const { useBackend } = load('backends/useBackend.js');
const { imageFolder } = load('data/imageFolder.js');
const { googLeNet } = load('networks/googLeNet.js');
const { train } = load('training/train.js');

const [steps, every, photos, batch, size] = ['steps', 'every', 'photos', 'batch', 'size'].map((name) => Number(values[name]));

const augmentation = {
  crop: { area: [0.3, 1], aspect: [3 / 4, 4 / 3] },
  flip: true,
  photometric: 0.5,
  erase: { probability: 0.25 },
  mixup: { alpha: 0.2 },
  cutmix: { alpha: 1 },
};

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
  console.log(`${name} (${engine}), ${machine()}`);
  console.log(
    `${model.countParams()} parameters, input ${size} × ${size}, batches of ${batch}; an epoch is ${folder.train.batchesPerEpoch} steps on ` +
      `${folder.train.count} photos and validation on ${folder.validation.count}${globalThis.gc ? '' : '; garbage is not collected before measuring'}`,
  );
  const memory = new MemoryRecord('step', 1000);
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
      if (done % every === 0) memory.measure(done);
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all([folder.train.close(), folder.validation.close()]);
  console.log(
    `${epochs * folder.train.batchesPerEpoch} steps, ${epochs} validations and ${checkpoints} checkpoints in ${seconds.toFixed(0)} s`,
  );
  process.exitCode = memory.judge() ? 1 : 0;
} finally {
  await rm(work, { recursive: true, force: true });
}
