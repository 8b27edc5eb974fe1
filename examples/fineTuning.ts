// Transfer learning: a network that knows three kinds of pictures learns a fourth, against one that starts from nothing, in equal time.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  evaluate,
  googLeNet,
  imageFolder,
  LIGHT_AUGMENTATION,
  replaceHead,
  train,
  useBackend,
  writePictures,
  type InceptionModel,
  type SplitImageFolder,
  type TrainingOptions,
} from 'tfjs-inception';

const NETWORK = {
  inputShape: [32, 32, 3],
  stem: 'stride4',
  widthMultiplier: 0.25,
  finalModule: 'inception_4a',
  momentum: 0.9,
  dropout: 0.2,
} as const;

/** At the rate that did best for it among 0.005, 0.01, 0.02, 0.05 and 0.1. */
const FROM_NOTHING: TrainingOptions = { epochs: 2, learningRate: 0.02 };

/** The head first, then all at the better of the rates 0.01 and 0.02. An epoch of the head alone costs a third of one of all layers. */
const FINE_TUNING: TrainingOptions = {
  epochs: 2,
  phases: [
    { epochs: 1, learningRate: 0.05, freezeTo: 'trunk' },
    { epochs: 1, learningRate: 0.01 },
  ],
};

/** A list of the pictures of some classes on one side of the split, every one or every other. */
async function list(folder: string, side: 'train' | 'validation', classes: readonly string[], step: 1 | 2): Promise<string> {
  const rows: string[] = [];
  for (const name of classes) {
    const files = (await readdir(join(folder, side, name))).sort().filter((_, index) => index % step === 0);
    rows.push(...files.map((file) => `${side}/${name}/${file},${name}`));
  }
  const path = join(folder, `${side}-${classes.join('-')}.csv`);
  await writeFile(path, ['path,label', ...rows].join('\n'));
  return path;
}

async function read(folder: string, classes: readonly string[], options: { step: 1 | 2; batch: number; seed: number }) {
  const { step, ...rest } = options;
  const validation = await list(folder, 'validation', classes, 1);
  const settings = { size: 32, cropFraction: 1, augmentation: LIGHT_AUGMENTATION, validation, ...rest };
  return imageFolder(await list(folder, 'train', classes, step), settings);
}

const close = ({ train: pictures, validation }: SplitImageFolder): Promise<unknown> => Promise.all([pictures.close(), validation.close()]);

/** Trains a model on the pictures, measures it on the held-out ones, and disposes of it. */
async function result(model: InceptionModel, { train: pictures, validation }: SplitImageFolder, options: TrainingOptions) {
  const { elapsedMs } = await train(model, { train: pictures }, options);
  const { top1, loss } = await evaluate(model, validation);
  model.dispose();
  return { elapsedMs, top1, loss };
}

export async function fineTuning({ fourth = 'animals', epochs = 12, seeds = [1, 2, 3] } = {}, print: (line: string) => void = console.log) {
  await useBackend();
  const folder = await mkdtemp(join(tmpdir(), 'fine-tuning-'));
  const { classes } = await writePictures(folder);
  const others = classes.filter((name) => name !== fourth);
  const three = await read(folder, others, { step: 1, batch: 32, seed: 1 });
  const known = googLeNet({ ...NETWORK, classes: 3, seed: 1 });
  await train(known, { train: three.train }, { epochs, seed: 1 });
  const { top1, count } = await evaluate(known, three.validation);
  print(`trained on ${three.train.count} pictures of ${others.join(', ')}: ${percent(top1)} of ${count} held out`);
  const runs = [];
  for (const seed of seeds) {
    const four = await read(folder, classes, { step: 2, batch: 16, seed });
    const fromNothing = await result(googLeNet({ ...NETWORK, classes: 4, seed }), four, { ...FROM_NOTHING, seed });
    const fineTuned = await result(replaceHead(known, { classes: 4, seed }), four, { ...FINE_TUNING, seed });
    await close(four);
    const task = `${four.train.count} pictures of these and ${fourth}`;
    print(`${task}, seed ${seed}: from nothing ${shown(fromNothing)}; fine-tuned ${shown(fineTuned)}`);
    runs.push({ fromNothing, fineTuned });
  }
  await close(three);
  known.dispose();
  await rm(folder, { recursive: true });
  return runs;
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

const shown = ({ top1, loss, elapsedMs }: { top1: number; loss: number; elapsedMs: number }): string =>
  `${percent(top1)}, loss ${loss.toFixed(2)} (${(elapsedMs / 1000).toFixed(1)} s)`;
