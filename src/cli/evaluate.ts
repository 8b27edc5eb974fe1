import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { imageFolder, type ImageFolder } from '../data/imageFolder.js';
import { InceptionError } from '../errors.js';
import { evaluate } from '../evaluation/evaluate.js';
import { loadModel } from '../io/loadModel.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { oneOf, wholeNumber } from './arguments.js';
import { BACKEND_FLAG, type BackendChoice } from './backend.js';
import { reportUnreadable } from './dataLines.js';
import { describeEvaluation } from './describeEvaluation.js';
import { printJson } from './printJson.js';
import { startProgress } from './progress.js';
import { measuredPictures, reportMissing, reportTrainedOn, SPLIT_SIDES, type MeasuredPictures, type SplitSide } from './recordedSplit.js';

interface EvaluateFlags {
  readonly batch: number;
  readonly split?: SplitSide;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** `inception evaluate MODEL DATA`: accuracy on a folder of labelled pictures. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('measure a model on a folder that has one folder of pictures per class')
    .argument('<model>', 'a folder that inception train wrote')
    .argument('<data>', 'the folder of class folders, or a manifest: manifest.json or a .csv')
    .option('--split <side>', "only the pictures of one side of the model's own split, train or validation", oneOf('--split', SPLIT_SIDES))
    .option('--batch <n>', 'pictures computed at once', wholeNumber('--batch', 1, 4_096), 32)
    .option(...BACKEND_FLAG)
    .option('--json', 'print the evaluation as JSON; accuracies are fractions')
    .addHelpText('after', '\nExample:\n  $ inception evaluate model photos --split validation\n  $ inception evaluate model other-photos')
    .action(evaluateFolder);
}

async function evaluateFolder(path: string, directory: string, { split, batch, backend, json }: EvaluateFlags): Promise<void> {
  await useBackend(backend);
  const model = await loadLabelled(path);
  const folder = await readFolder(await measuredPictures(path, directory, split), model, batch);
  reportUnreadable(folder);
  await (split ? reportMissing(folder, split) : reportTrainedOn(path, folder));
  const progress = startProgress('evaluating', folder.train.count);
  try {
    const evaluation = await evaluate(model, folder.train, { onBatch: ({ done }) => progress.update(done) });
    progress.end();
    if (json) printJson(evaluation);
    else process.stdout.write(`${describeEvaluation(evaluation)}\n`);
  } finally {
    progress.end();
    await folder.train.close();
    model.dispose();
  }
}

async function loadLabelled(path: string): Promise<InceptionModel> {
  const model = await loadModel(path);
  if (model instanceof InceptionModel && model.labels.length > 0) return model as InceptionModel;
  throw new InceptionError('CORRUPT_MODEL', `${path}: expected a model with labels, got one without. Train it with inception train.`);
}

async function readFolder({ path, options }: MeasuredPictures, { spec, labels }: InceptionModel, batch: number): Promise<ImageFolder> {
  const [height, width] = spec.inputShape;
  const progress = startProgress('reading pictures', 1);
  const onProgress = (done: number, total: number): void => progress.update(done / total);
  try {
    return await imageFolder(path, { ...options, size: [height, width], batch, shuffle: false, classes: labels, onProgress });
  } finally {
    progress.end();
  }
}
