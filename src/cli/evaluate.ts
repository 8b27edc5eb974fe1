import type { Command } from 'commander';
import { imageFolder } from '../data/imageFolder.js';
import { InceptionError } from '../errors.js';
import { evaluate, type Evaluation } from '../evaluation/evaluate.js';
import { loadModel } from '../io/loadModel.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { integer } from './arguments.js';
import { BACKEND_FLAG, startBackend } from './backend.js';
import { reportUnreadable } from './dataLines.js';
import { percent } from './percent.js';
import { printJson } from './printJson.js';
import { startProgress } from './progress.js';

interface EvaluateFlags {
  readonly batch: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** `inception evaluate MODEL DATA`: accuracy on a folder of labelled pictures. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('measure a model on a folder that has one folder of pictures per class')
    .argument('<model>', 'a folder that inception train wrote')
    .argument('<data>', 'the folder of class folders')
    .option('--batch <n>', 'pictures computed at once', integer(1), 32)
    .option(...BACKEND_FLAG)
    .option('--json', 'print the evaluation as JSON; accuracies are fractions')
    .addHelpText('after', '\nExample:\n  $ inception evaluate model photos/held-out')
    .action(evaluateFolder);
}

async function evaluateFolder(path: string, directory: string, { batch, backend, json }: EvaluateFlags): Promise<void> {
  await startBackend(backend);
  const model = await loadModel(path);
  if (!(model instanceof InceptionModel) || model.labels.length === 0) {
    throw new InceptionError('CORRUPT_MODEL', `${path}: expected a model with labels, got one without. Train it with inception train.`);
  }
  const [height, width] = model.spec.inputShape;
  const folder = await imageFolder(directory, { size: [height, width], batch, shuffle: false, classes: model.labels });
  if (!json) reportUnreadable(folder);
  const progress = startProgress('evaluating', folder.train.count);
  try {
    const evaluation = await evaluate(model, folder.train, { onBatch: ({ done }) => progress.update(done, '') });
    progress.end();
    if (json) printJson(evaluation);
    else process.stdout.write(`${describeEvaluation(evaluation)}\n`);
  } finally {
    progress.end();
    await folder.train.close();
    model.dispose();
  }
}

/** An evaluation as a person reads it. */
export function describeEvaluation({ count, heads, classes, perClass, confusion, majorityShare }: Evaluation): string {
  const headLines = Object.entries(heads).map(
    ([name, { loss, top1, top5 }]) => `${name.padEnd(14)} top-1 ${percent(top1)}  top-5 ${percent(top5)}  loss ${loss.toFixed(4)}`,
  );
  const width = Math.max(...classes.map((name) => name.length), 5);
  const classLines = perClass.map(({ precision, recall, count: size }, index) => {
    const cells = confusion[index].map((cell) => String(cell).padStart(6)).join('');
    return `${classes[index].padEnd(width)} ${String(size).padStart(6)}  ${percent(precision)}  ${percent(recall)}  ${cells}`;
  });
  return [
    `${count} pictures, ${classes.length} classes; always saying the largest class would reach ${percent(majorityShare)}`,
    ...headLines,
    '',
    `${'class'.padEnd(width)}  count  precision recall   predicted as (in the order of the rows)`,
    ...classLines,
  ].join('\n');
}
