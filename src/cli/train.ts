import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { invalidArgument } from '../errors.js';
import { checkSavePlace } from '../io/checkSavePlace.js';
import { saveModel } from '../io/saveModel.js';
import type { TrainedFolder, TrainFolderOptions } from '../training/trainFolder.js';
import { oneOf, pictureSize, positiveNumber, shareOrFolder, wholeNumber } from './arguments.js';
import { BACKEND_FLAG, backendLine, type BackendChoice } from './backend.js';
import { describeEvaluation } from './describeEvaluation.js';
import { finishFirst, sayIfStopped } from './interrupt.js';
import { printJson } from './printJson.js';
import { say } from './progress.js';
import { runTraining } from './runTraining.js';

interface TrainFlags {
  readonly out: string;
  readonly validation: number | string;
  readonly minutes: number;
  readonly recipe: 'auto' | 'paper';
  readonly size?: [number, number];
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly seed: number;
  readonly strict?: boolean;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** What `trainFolder` takes for a seed. */
export const LARGEST_SEED = 2 ** 24 - 1;

/** `inception train DATA --out MODEL`: from folders of pictures to a saved classifier. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train a classifier on a folder that has one folder of pictures per class')
    .argument('<data>', 'the folder of class folders')
    .requiredOption('--out <model>', 'the folder to save the model in; a model that stands there is replaced')
    .option('--validation <share|folder>', 'what is held out: a share of each class, or a folder of class folders', shareOrFolder, 0.2)
    .option('--minutes <n>', 'how long training may take; network, size and epochs are chosen to fit', positiveNumber('--minutes'), 10)
    .option('--recipe <name>', 'auto, or paper: GoogLeNet as arXiv:1409.4842 trains it', oneOf('--recipe', ['auto', 'paper']), 'auto')
    .option('--arch <name>', 'the network: googlenet', oneOf('--arch', ['googlenet']), 'googlenet')
    .option('--size <pixels>', 'input size, as 224 or 240x320 (height x width); chosen if left out', pictureSize)
    .option('--epochs <n>', 'how often every picture is seen; chosen if left out', wholeNumber('--epochs', 1, 100_000))
    .option('--batch <n>', 'pictures a step; chosen if left out', wholeNumber('--batch', 1, 4_096))
    .option('--learning-rate <x>', 'chosen if left out', positiveNumber('--learning-rate'))
    .option('--seed <n>', 'of split, order, augmentation, initial weights and dropout', wholeNumber('--seed', 0, LARGEST_SEED), 0)
    .option('--strict', 'fail on an unreadable picture instead of leaving it out')
    .option(...BACKEND_FLAG)
    .option('--json', 'print plan and training report as JSON')
    .addHelpText(
      'after',
      '\nCtrl-C ends the training; nothing of it is saved.\n\nExample:\n  $ inception train photos --out model --minutes 20',
    )
    .action(trainOnFolder);
}

async function trainOnFolder(directory: string, flags: TrainFlags): Promise<void> {
  const { out, backend: wanted, json } = flags;
  const options = trainFolderOptions(flags);
  assertOutside('--out', out, [directory, options.validation]);
  const { replaces } = await checkSavePlace('--out', out);
  const backend = await useBackend(wanted);
  say(`backend    ${backendLine(backend)}`);
  if (replaces) say(`model      the one in ${out} stays until this training is done, and is then replaced`);
  sayIfStopped(`nothing was saved in ${out}`);
  const trained = await runTraining(directory, options);
  await save(trained, out);
  const { model, folder, plan, report, evaluation } = trained;
  if (json) printJson({ model: out, backend, plan, report });
  else process.stdout.write(`${describeEvaluation(evaluation)}\n`);
  say(`saved      ${out}   (epoch ${report.best.epoch} of ${report.epochs.length})`);
  say(`next       npx inception classify ${/\s/.test(out) ? `"${out}"` : out} PICTURE`);
  await Promise.all([folder.train.close(), folder.validation.close()]);
  model.dispose();
}

function trainFolderOptions(flags: TrainFlags): TrainFolderOptions {
  const { validation, minutes, recipe, size, epochs, batch, learningRate, seed, strict } = flags;
  return { validation, minutes, recipe, size, epochs, batch, learningRate, seed, onUnreadable: strict ? 'fail' : 'skip' };
}

/** A model among the pictures would be taken for a class. */
export function assertOutside(flag: string, out: string, folders: readonly unknown[]): void {
  for (const folder of folders) {
    if (typeof folder !== 'string') continue;
    const way = relative(resolve(folder), resolve(out));
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) continue;
    throw invalidArgument(flag, `a folder outside the pictures in ${folder}`, out, 'It would be taken for a class.');
  }
}

/** Saves a trained model with the record of its training. */
export async function save({ model, report }: TrainedFolder, path: string): Promise<void> {
  await finishFirst(() => saveModel(model, path, { training: report }));
  sayIfStopped(`the model is saved in ${path}`);
}
