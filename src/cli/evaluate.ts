import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { imageFolder, type ImageFolder } from '../data/imageFolder.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { predictionsCsv } from '../evaluation/predictions.js';
import { recordedCropFraction } from '../inference/classifierOptions.js';
import { writeFileAtomically } from '../io/atomicFile.js';
import { checkWritable } from '../io/checkWritable.js';
import { loadModel } from '../io/loadModel.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { oneOf, wholeNumber, wholeNumbers } from './arguments.js';
import { BACKEND_FLAG, type BackendChoice } from './backend.js';
import { reportUnreadable } from './dataLines.js';
import { describeEarlyExit, describeEvaluation, describeHeads } from './describeEvaluation.js';
import { checkWishes, measure, type Measurement, type MeasurementWishes } from './measurement.js';
import { printJson } from './printJson.js';
import { startProgress } from './progress.js';
import { measuredPictures, reportMissing, reportTrainedOn, SPLIT_SIDES, type MeasuredPictures, type SplitSide } from './recordedSplit.js';
import { CROPS_FLAG, WITH_FLAG } from './viewsAndModels.js';

interface EvaluateFlags extends MeasurementWishes {
  readonly with?: readonly string[];
  readonly batch: number;
  readonly split?: SplitSide;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ inception evaluate model photos --split validation
  $ inception evaluate model other-photos --crops 10 --predictions answers.csv
  $ inception evaluate model photos/held-out --with second --with third
  $ inception evaluate model photos/held-out --heads --early-exit`;

/** `inception evaluate MODEL DATA`: accuracy on a folder of labelled pictures. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('measure a model on a folder that has one folder of pictures per class')
    .argument('<model>', 'a folder that inception train wrote, or such a model as .keras, .h5 or .safetensors')
    .argument('<data>', 'the folder of class folders, or a manifest: manifest.json or a .csv')
    .option('--split <side>', "only the pictures of one side of the model's own split, train or validation", oneOf('--split', SPLIT_SIDES))
    .option(...WITH_FLAG)
    .option(...CROPS_FLAG)
    .option('--top-k <list>', 'further accuracies, as 3,10', wholeNumbers('--top-k', 1, 1_000_000))
    .option('--heads', 'compare the heads, and what they reach together')
    .option('--early-exit', 'what answering at the first head that is sure enough saves')
    .option('--predictions <file>', 'write every prediction as CSV')
    .option('--batch <n>', 'pictures computed at once', wholeNumber('--batch', 1, 4_096), 32)
    .option(...BACKEND_FLAG)
    .option('--json', 'print the evaluation as JSON; accuracies are fractions')
    .addHelpText('after', EXAMPLES)
    .action(evaluateFolder);
}

async function evaluateFolder(path: string, directory: string, flags: EvaluateFlags): Promise<void> {
  const { split, backend, json } = flags;
  const paths = [path, ...(flags.with ?? [])];
  if (flags.predictions !== undefined) await checkFile(flags.predictions);
  await useBackend(backend);
  const models = await loadAll(paths);
  try {
    checkWishes(flags, models);
    const folder = await readFolder(await measuredPictures(path, directory, split), models[0], flags);
    reportUnreadable(folder);
    if (split) reportMissing(folder, split);
    for (const each of split ? paths.slice(1) : paths) await reportTrainedOn(each, folder);
    const measurement = named(await measureFolder(models, folder, flags), paths);
    // First what was measured: a disk that is full by now must not cost it.
    if (json) printJson(asJson(measurement));
    else process.stdout.write(`${describe(measurement)}\n`);
    if (flags.predictions !== undefined) await writePredictions(flags.predictions, measurement);
  } finally {
    for (const model of models) model.dispose();
  }
}

async function measureFolder(models: readonly InceptionModel[], { train }: ImageFolder, wishes: MeasurementWishes): Promise<Measurement> {
  const progress = startProgress('evaluating', train.count);
  try {
    return await measure(models, train, { wishes, onBatch: ({ done }) => progress.update(done) });
  } finally {
    progress.end();
    await train.close();
  }
}

/** Models of one kind have one name: what tells them apart is where they lie. */
function named({ evaluation, ...rest }: Measurement, paths: readonly string[]): Measurement {
  const members = evaluation.members?.map((member, index) => ({ ...member, name: paths[index] }));
  return { ...rest, evaluation: { ...evaluation, ...(members && { members }) } };
}

/** The evaluation with what else was asked for; the answers behind it are for `--predictions`. */
const asJson = ({ evaluation, headComparison, earlyExit }: Measurement): object => ({ ...evaluation, headComparison, earlyExit });

function describe({ evaluation, headComparison, earlyExit }: Measurement): string {
  const parts = [describeEvaluation(evaluation)];
  if (headComparison) parts.push(describeHeads(headComparison));
  if (earlyExit) parts.push(describeEarlyExit(earlyExit));
  return parts.join('\n\n');
}

async function writePredictions(file: string, { scores }: Measurement): Promise<void> {
  if (scores === undefined) return;
  await writeFileAtomically('--predictions', file, predictionsCsv(scores));
  process.stderr.write(`wrote ${scores.names.length} predictions to ${file}\n`);
}

/** A place that nothing can be written to is said before anything is computed, not after. */
async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw invalidArgument('--predictions', 'a file', `the folder ${file}`, 'Name a file in it.');
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory()) throw expectedGot('NOT_FOUND', '--predictions', 'a file in a folder that exists', file, 'Make the folder.');
  await checkWritable('--predictions', dirname(file), file);
}

async function loadAll(paths: readonly string[]): Promise<InceptionModel[]> {
  const models: InceptionModel[] = [];
  try {
    for (const path of paths) models.push(await loadLabelled(path));
    return models;
  } catch (error) {
    for (const model of models) model.dispose();
    throw error;
  }
}

async function loadLabelled(path: string): Promise<InceptionModel> {
  const model = await loadModel(path);
  if (model instanceof InceptionModel && model.labels.length > 0) return model as InceptionModel;
  model.dispose();
  throw new InceptionError('CORRUPT_MODEL', `${path}: expected a model with labels, got one without. Train it with inception train.`);
}

async function readFolder(
  { path, options }: MeasuredPictures,
  model: InceptionModel,
  { batch, crops }: Pick<EvaluateFlags, 'batch' | 'crops'>,
): Promise<ImageFolder> {
  const [height, width] = model.spec.inputShape;
  const progress = startProgress('reading pictures', 1);
  const onProgress = (done: number, total: number): void => progress.update(done / total);
  // Crops are cut from the files themselves: what would be kept in memory is one view of each.
  const memory = crops === 1 ? {} : { cacheBytes: 0 };
  const views = { size: [height, width] as const, cropFraction: recordedCropFraction(model), batch, shuffle: false, ...memory };
  try {
    return await imageFolder(path, { ...options, ...views, classes: model.labels, onProgress });
  } finally {
    progress.end();
  }
}
