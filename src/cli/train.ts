import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { invalidArgument } from '../errors.js';
import { checkSavePlace } from '../io/checkSavePlace.js';
import { completedTraining } from '../training/completedTraining.js';
import { countText } from '../training/planReasons.js';
import { NETWORK_NAMES } from '../spec/networkSpec.js';
import type { NetworkChoice } from '../training/networkLadder.js';
import { ENGINES } from '../training/engine.js';
import { RECIPE_NAMES } from '../training/recipe.js';
import { NO_GRAPHS } from '../training/trainingReport.js';
import type { TrainFolderOptions } from '../training/trainFolderOptions.js';
import { architecture, oneOf, pictureSize, positiveNumber, shareOrFolder, wholeNumber } from './arguments.js';
import { BACKEND_FLAG, backendLine, type BackendChoice } from './backend.js';
import { describeEvaluation } from './describeEvaluation.js';
import { sayIfStopped } from './interrupt.js';
import { printJson } from './printJson.js';
import { say } from './progress.js';
import { runTraining } from './runTraining.js';
import { BESIDE, ownCommand, save, saveManifest, saveReport, saveUnaveraged } from './trainedFiles.js';

interface TrainFlags extends Pick<
  TrainFolderOptions,
  | 'validation'
  | 'minutes'
  | 'epochs'
  | 'batch'
  | 'learningRate'
  | 'weights'
  | 'freezeTo'
  | 'sampling'
  | 'duplicates'
  | 'engine'
  | 'resume'
  | 'acceptChanges'
> {
  readonly out: string;
  readonly recipe?: string;
  readonly arch?: NetworkChoice;
  readonly heads?: boolean;
  readonly size?: [number, number];
  readonly seed: number;
  readonly strict?: boolean;
  readonly cache?: string;
  readonly checkpointMinutes: number;
  readonly tensorboard?: boolean;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** What `trainFolder` takes for a seed. */
export const LARGEST_SEED = 2 ** 24 - 1;

const HELP = `
Ctrl-C finishes the step and writes a checkpoint; a second one leaves at once. The same command with --resume goes on from it, also after a
kill or a power cut, to the same bits on wasm and cpu.

The folder holds the model, checkpoint.safetensors, manifest.json (which picture is on which side), history.json and history.csv,
report.html, and where weights were averaged the model without averaging in unaveraged/.

Examples:
  $ inception train photos --out model --minutes 20
  $ inception train photos --out model --minutes 20 --resume
  $ inception train photos --out model --arch inception-v3:slim --heads
  $ inception train flowers --out flower-model --weights model --freeze-to inception_3b`;

/** `inception train DATA --out MODEL`: from pictures to a saved classifier. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train a classifier on a folder that has one folder of pictures per class')
    .argument('<data>', 'the folder of class folders, or a manifest.json or .csv that lists pictures')
    .requiredOption('--out <model>', 'the folder to save the model in; a model that stands there is replaced')
    .option(
      '--validation <share|folder>',
      'what is held out: a share of each class (0.2), or a folder; left out, what a manifest says',
      shareOrFolder,
    )
    .option('--minutes <n>', 'how long training may take (10); network, size and epochs are chosen to fit', positiveNumber('--minutes'))
    .option('--recipe <name|file>', `auto, ${RECIPE_NAMES.join(', ')}, or a recipe of your own (.json)`)
    .option('--arch <name>', `the network, or NAME:VARIANT: ${NETWORK_NAMES.join(', ')} (googlenet if left out)`, architecture)
    .option('--heads', 'with the auxiliary heads of the network, whose losses count as in its paper')
    .option(
      '--weights <model>',
      'start from a trained model; with --recipe finetune, the default then: first the new classifier alone, then all',
    )
    .option('--freeze-to <endpoint>', 'keep the stages up to this one as they are, such as inception_4a; trunk for all')
    .option('--size <pixels>', 'input size, as 224 or 240x320 (height x width); chosen if left out', pictureSize)
    .option('--epochs <n>', 'how often every picture is seen; chosen if left out', wholeNumber('--epochs', 1, 100_000))
    .option('--batch <n>', 'pictures a step; chosen if left out', wholeNumber('--batch', 1, 4_096))
    .option('--learning-rate <x>', 'chosen if left out', positiveNumber('--learning-rate'))
    .option('--seed <n>', 'of split, order, augmentation, initial weights and dropout', wholeNumber('--seed', 0, LARGEST_SEED), 0)
    .option('--sampling <how>', 'natural, or balanced: every class equally often', oneOf('--sampling', ['natural', 'balanced']))
    .option(
      '--duplicates <what>',
      'of training pictures held out too: report, or drop them from training',
      oneOf('--duplicates', ['report', 'drop']),
    )
    .option('--strict', 'fail on an unreadable picture instead of leaving it out')
    .option('--cache <folder>', 'keep decoded pictures there, for more of them than memory holds')
    .option('--resume', 'go on with the training that --out holds; without one, start')
    .option('--no-resume', 'start anew over an unfinished training')
    .option('--accept-changes', 'go on with other settings or data than before')
    .option('--checkpoint-minutes <n>', 'also within an epoch, so often', positiveNumber('--checkpoint-minutes'), 10)
    .option('--tensorboard', 'write event files for TensorBoard to OUT/tensorboard')
    .option(...BACKEND_FLAG)
    .option(
      '--engine <name>',
      'graph: steps as one native graph, on tfjs-node or tfjs-node-gpu; eager: operation by operation; auto: graph where it can be',
      oneOf('--engine', ENGINES),
      'auto',
    )
    .option('--json', 'print plan and training report as JSON')
    .addHelpText('after', HELP)
    .action(trainOnFolder);
}

async function trainOnFolder(directory: string, flags: TrainFlags): Promise<void> {
  const { out, backend: wanted, json } = flags;
  assertOutside('--out', out, [directory, flags.validation]);
  const place = await checkSavePlace('--out', out, [...Object.values(BESIDE).flat()]);
  const options = trainFolderOptions(flags, place.folder);
  const complete = await completedTraining(directory, options);
  // A model that stands there may be of an earlier training, whose successor was killed before it was saved.
  if (complete && isDeepStrictEqual(complete.report, Object.assign({ engine: NO_GRAPHS }, place.training))) {
    if (json) printJson({ model: out, ...complete });
    return say(`complete   the training in ${out} is done: nothing to resume`);
  }
  const backend = await useBackend(wanted);
  say(`backend    ${backendLine(backend)}`);
  if (place.replaces) say(`model      the one in ${out} stays until this training is done, and is then replaced`);
  const isBegun = flags.resume === true && existsSync(join(place.folder, BESIDE.checkpoint));
  sayIfStopped(isBegun ? `${out} holds the training as before; the same command goes on` : `nothing was saved in ${out}`);
  const trained = await runTraining(directory, { ...options, onCheckpoint: sayHowToGoOn(out) });
  // The model last: until it stands there, --resume has something to do.
  await saveUnaveraged(trained, place.folder);
  await saveManifest(trained, place.folder);
  await saveReport(trained, place.folder, { backend: backendLine(backend), seed: flags.seed, command: ownCommand() });
  await save(trained, out);
  const { model, folder, plan, report, evaluation } = trained;
  if (json) printJson({ model: out, backend, plan, report });
  else process.stdout.write(`${describeEvaluation(evaluation)}\n`);
  say(`saved      ${out}   (epoch ${report.best.epoch} of ${report.epochs.length})`);
  say(`report     ${join(place.folder, BESIDE.report)}`);
  say(`next       npx inception classify ${/\s/.test(out) ? `"${out}"` : out} PICTURE`);
  await Promise.all([folder.train.close(), folder.validation.close()]);
  model.dispose();
}

function trainFolderOptions(flags: TrainFlags, folder: string): TrainFolderOptions {
  const { validation, minutes, recipe, arch, heads, size, epochs, batch, learningRate, seed, strict, weights, freezeTo } = flags;
  const network = arch || heads ? { ...arch, ...(heads && { auxiliaryHeads: true }) } : undefined;
  const { sampling, duplicates, engine, cache, resume, acceptChanges, checkpointMinutes, tensorboard } = flags;
  return {
    ...{ validation, minutes, recipe, network, size, epochs, batch, learningRate, seed, weights, freezeTo, sampling, duplicates },
    ...{ engine, resume, acceptChanges, cacheDirectory: cache },
    onUnreadable: strict ? 'fail' : 'skip',
    checkpoint: { path: join(folder, BESIDE.checkpoint), everyMinutes: checkpointMinutes },
    history: folder,
    ...(tensorboard && { tensorBoard: join(folder, BESIDE.tensorBoard) }),
  };
}

/** After each checkpoint, what a Ctrl-C leaves. */
function sayHowToGoOn(out: string): TrainFolderOptions['onCheckpoint'] {
  return ({ steps }) => sayIfStopped(`${out} holds the training after ${countText(steps, 'step')}; the same command with --resume goes on`);
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
