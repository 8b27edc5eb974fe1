import { TINY_SPEC } from './tinyNetwork.js';

/** Where a training kills itself. */
export interface Moment {
  /**
   * `step`: after a step, before its checkpoint. `write`: half of the checkpoint's file is written. `rename`: all of it, under its temporary
   * name. `renamed`: it is in place. `validation`: while the held-out pictures are measured. `epoch`: an epoch is recorded, and in no
   * checkpoint yet. `reestimate`: while batch normalization's statistics are measured anew. `done`: the model is there.
   */
  readonly at: 'step' | 'write' | 'rename' | 'renamed' | 'validation' | 'epoch' | 'reestimate' | 'done';
  /** Not before so many steps are done in all. */
  readonly from: number;
  /** The how-manieth of these moments of this process. Default 1. */
  readonly count?: number;
}

/** What the uninterrupted training, and the one that was killed, print at their end. */
export interface Outcome {
  /** SHA-256 over all weights of the model. */
  readonly weights: string;
  readonly epochs: readonly object[];
  readonly evaluation: object;
  readonly steps: number;
  readonly resumedAt: readonly number[];
}

/** 3 epochs of 6 steps. */
export const STEPS = { epochs: 3, anEpoch: 6, all: 18 } as const;

/**
 * Trains the tiny network on a folder of pictures that two threads decode, vary and mix, with a checkpoint after every step, and prints its
 * {@link Outcome}: `node train.js BACKEND PICTURES CHECKPOINT|none MOMENT|none`. Every step prints a line.
 */
export const TRAINING = `
const fs = require('node:fs');
const promises = require('node:fs/promises');
const { createHash } = require('node:crypto');
const { useBackend } = require('./dist/backends/useBackend.js');
const { imageFolder } = require('./dist/data/imageFolder.js');
const { inceptionNet } = require('./dist/networks/inceptionNet.js');
const { train } = require('./dist/training/train.js');
const [backend, pictures, checkpoint, wanted] = process.argv.slice(2);
const moment = wanted === 'none' ? {} : JSON.parse(wanted);

let steps = 0;
let met = 0;
const pass = (at) => {
  if (at === moment.at && steps >= moment.from && ++met === (moment.count ?? 1)) process.kill(process.pid, 'SIGKILL');
};

const { open, rename } = promises;
promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!/checkpoint.*tmp$/.test(path)) return handle;
  const { writeFile } = handle;
  let bytes = 0;
  handle.writeFile = async (piece) => {
    await writeFile.call(handle, piece.subarray(0, piece.length / 2));
    if (bytes > 20_000) pass('write');
    await writeFile.call(handle, piece.subarray(piece.length / 2));
    bytes += piece.length;
  };
  return handle;
};
promises.rename = async (from, to) => {
  if (/checkpoint/.test(to)) pass('rename');
  await rename(from, to);
  if (/checkpoint/.test(to)) pass('renamed');
};

/** The same dataset; when one of its batches is asked for again, that is a moment. */
const watched = (dataset, at, isIt) => new Proxy(dataset, {
  get: (target, key) => key !== 'batches' ? target[key] : async function* (...order) {
    let batches = 0;
    for await (const batch of target.batches(...order)) {
      if (batches++ > 0 && isIt()) pass(at);
      yield batch;
    }
  },
});

(async () => {
  await useBackend(backend);
  const augmentation = { crop: { area: [0.5, 1], aspect: [0.75, 4 / 3] }, flip: true, photometric: 0.5, erase: { probability: 0.3 }, mixup: { alpha: 0.4 }, cutmix: { alpha: 1 } };
  const folder = await imageFolder(pictures, { size: 8, batch: 6, validation: 0.2, seed: 3, workers: 2, augmentation });
  // A process that goes on has other weights to begin with: the checkpoint's replace them.
  const model = inceptionNet(${JSON.stringify({ ...TINY_SPEC, inputShape: [8, 8, 3] })}, { seed: checkpoint !== 'none' && fs.existsSync(checkpoint) ? 99 : 1 });
  const data = {
    train: watched(folder.train, 'reestimate', () => steps === ${STEPS.all}),
    validation: watched(folder.validation, 'validation', () => true),
  };
  const report = await train(model, data, {
    // Graphs come after two steps that are not, in each process anew: the same to the bit is what runs operation by operation.
    epochs: ${STEPS.epochs}, seed: 5, engine: 'eager', optimizer: 'adamw', learningRate: 0.01, averaging: { decay: 0.9 }, gradientClip: { norm: 1 },
    headWeights: { auxiliary_3a: [0.3, 0] }, reestimateBatchNormalization: { batches: 2 },
    ...(checkpoint !== 'none' && { checkpoint: { path: checkpoint, everyMinutes: 0 }, resume: true }),
    onResume: (from) => { steps = from.steps; },
    onStep: (progress) => {
      steps = progress.steps;
      fs.writeSync(1, 'step ' + steps + '\\n');
      pass('step');
    },
    onEpoch: () => pass('epoch'),
  });
  pass('done');
  const hash = createHash('sha256');
  for (const weight of model.weights) hash.update(Float32Array.from(weight.read().dataSync()));
  const epochs = report.epochs.map(({ elapsedMs, imagesPerSecond, ...measured }) => measured);
  const { evaluation, resumedAt } = report;
  fs.writeSync(1, JSON.stringify({ weights: hash.digest('hex'), epochs, evaluation, steps: report.steps, resumedAt }) + '\\n');
  await Promise.all([folder.train.close(), folder.validation.close()]);
})().catch((error) => {
  fs.writeSync(1, JSON.stringify({ code: error.code, message: error.message, cause: error.cause?.code }) + '\\n');
  process.exit(1);
});
`;
