import type { Command } from 'commander';
import { describeFolder } from '../data/describeFolder.js';
import { InceptionError } from '../errors.js';
import { saveModel } from '../io/saveModel.js';
import { trainFolder, type TrainedFolder, type TrainFolderOptions } from '../training/trainFolder.js';
import { fractionOrDirectory, integer, pictureSize, positiveNumber } from './arguments.js';
import { BACKEND_FLAG, backendLine, startBackend } from './backend.js';
import { describeEvaluation } from './evaluate.js';
import { percent } from './percent.js';
import { printJson } from './printJson.js';
import { startProgress } from './progress.js';
import { stopOnInterrupt } from './stopOnInterrupt.js';

interface TrainFlags {
  readonly out: string;
  readonly validation: number | string;
  readonly minutes: number;
  readonly recipe: string;
  readonly size?: [number, number];
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly seed: number;
  readonly arch: string;
  readonly strict?: boolean;
  readonly backend: string;
  readonly json?: boolean;
}

/** `inception train DATA --out MODEL`: from folders of pictures to a saved classifier. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train a classifier on a folder that has one folder of pictures per class')
    .argument('<data>', 'the folder of class folders')
    .requiredOption('--out <model>', 'the folder to save the model in')
    .option(
      '--validation <share|folder>',
      'what is held out: a share of each class, or a folder of class folders',
      fractionOrDirectory,
      0.2,
    )
    .option('--minutes <n>', 'how long training may take; network, size and epochs are chosen to fit', positiveNumber, 10)
    .option('--recipe <name>', 'auto, or paper: GoogLeNet as arXiv:1409.4842 trains it', 'auto')
    .option('--arch <name>', 'the network: googlenet', 'googlenet')
    .option('--size <pixels>', 'input size, as 224 or 240x320 (height x width); chosen if left out', pictureSize)
    .option('--epochs <n>', 'how often every picture is seen; chosen if left out', integer(1))
    .option('--batch <n>', 'pictures a step; chosen if left out', integer(1))
    .option('--learning-rate <x>', 'chosen if left out', positiveNumber)
    .option('--seed <n>', 'of split, order, augmentation, initial weights and dropout', integer(0), 0)
    .option('--strict', 'fail on the first unreadable picture instead of leaving it out')
    .option(...BACKEND_FLAG)
    .option('--json', 'print the training report as JSON')
    .addHelpText('after', '\nExample:\n  $ inception train photos --out model --minutes 20')
    .action(trainOnFolder);
}

async function trainOnFolder(directory: string, flags: TrainFlags): Promise<void> {
  if (flags.arch !== 'googlenet') throw new InceptionError('INVALID_ARGUMENT', `--arch: expected googlenet, got '${flags.arch}'.`);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const backend = await startBackend(flags.backend);
  say(`backend    ${backendLine(backend)}`);
  const trained = await runTraining(
    directory,
    { ...flags, onUnreadable: flags.strict ? 'fail' : 'skip', recipe: recipeOf(flags.recipe) },
    flags.out,
  );
  await save(trained, flags.out);
  const { model, folder, report } = trained;
  if (flags.json) printJson({ model: flags.out, backend, plan: trained.plan, report });
  else if (report.best.validation) process.stdout.write(`${describeEvaluation(report.best.validation)}\n`);
  say(
    `saved      ${flags.out}   (epoch ${report.best.epoch} of ${report.epochs.length})\nnext       npx inception classify ${flags.out} PICTURE`,
  );
  await Promise.all([folder.train.close(), folder.validation?.close()]);
  model.dispose();
}

function recipeOf(name: string): 'auto' | 'paper' {
  if (name === 'auto' || name === 'paper') return name;
  throw new InceptionError('INVALID_ARGUMENT', `--recipe: expected auto or paper, got '${name}'.`);
}

/** Saves a trained model with the record of its training. */
export async function save({ model, report }: TrainedFolder, path: string): Promise<void> {
  await saveModel(model, path, { training: report });
}

/** Trains with everything on standard error that a person wants to see: the data, the choices, progress, a line an epoch. */
export async function runTraining(directory: string, options: TrainFolderOptions, out: string): Promise<TrainedFolder> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const interrupt = stopOnInterrupt();
  const decoding = startProgress('reading pictures', 1);
  let training = startProgress('', 1);
  try {
    return await trainFolder(directory, {
      ...options,
      signal: interrupt.signal,
      onProgress: (done, total) => decoding.update(done / total, ''),
      onReady: ({ folder, plan, model }) => {
        decoding.end();
        say(describeFolder(folder));
        say(`network    ${model.name}, ${model.countParams().toLocaleString('en-US')} parameters`);
        for (const reason of plan.reasons) say(`  ${reason}`);
        training = startProgress('training', plan.training.epochs * folder.train.batchesPerEpoch);
      },
      onStep: ({ epoch, step, stepsPerEpoch, epochLoss, epochTop1, imagesPerSecond }) => {
        const note = `loss ${epochLoss.toFixed(3)} top-1 ${percent(epochTop1)} ${Math.round(imagesPerSecond)} pictures/s`;
        training.update((epoch - 1) * stepsPerEpoch + step, note);
      },
      onEpoch: ({ epoch, loss, top1, validation, imagesPerSecond }) => {
        const held = validation ? `   held out: loss ${validation.loss.toFixed(3)} top-1 ${percent(validation.top1)}` : '';
        training.say(
          `epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(3)} top-1 ${percent(top1)}${held}   ${Math.round(imagesPerSecond)} pictures/s`,
        );
      },
    });
  } catch (error) {
    if (error instanceof InceptionError && error.code === 'ABORTED') {
      throw new InceptionError('ABORTED', `train: stopped. Nothing was saved in ${out}.`, { cause: error });
    }
    throw error;
  } finally {
    decoding.end();
    training.end();
    interrupt.end();
  }
}
