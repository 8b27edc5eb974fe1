import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { expectedGot, invalidArgument } from '../errors.js';
import type { Prediction } from '../inference/classifier.js';
import { createClassifier } from '../inference/createClassifier.js';
import { HEAD_COMBINATIONS, type HeadCombination } from '../evaluation/heads.js';
import { integer } from './arguments.js';
import { BACKEND_FLAG, startBackend } from './backend.js';
import { printJson } from './printJson.js';

interface ClassifyFlags {
  readonly top: number;
  readonly heads: string;
  readonly backend: string;
  readonly json?: boolean;
}

/** `inception classify MODEL IMAGE…`: the likeliest classes of each picture. */
export function addClassify(program: Command): void {
  program
    .command('classify')
    .description('print the likeliest classes of pictures')
    .argument('<model>', 'a folder that inception train wrote')
    .argument('<images...>', 'picture files')
    .option('--top <n>', 'how many classes to print', integer(1), 5)
    .option('--heads <name>', `which heads of a model with auxiliary heads: ${HEAD_COMBINATIONS.join(', ')}`, 'main')
    .option(...BACKEND_FLAG)
    .option('--json', 'print one array of predictions per picture')
    .addHelpText('after', '\nExample:\n  $ inception classify model photo.jpg')
    .action(classifyImages);
}

async function classifyImages(model: string, images: readonly string[], { top, heads, backend, json }: ClassifyFlags): Promise<void> {
  if (!HEAD_COMBINATIONS.includes(heads as HeadCombination))
    throw invalidArgument('--heads', `one of ${HEAD_COMBINATIONS.join(', ')}`, heads);
  await assertFiles(images);
  await startBackend(backend);
  const classifier = await createClassifier(model, { heads: heads as HeadCombination, topK: top });
  const results: Prediction[][] = [];
  for (const image of images) {
    const predictions = await classifier.classify(image);
    results.push(predictions);
    if (!json) process.stdout.write(`${describe(image, predictions)}\n`);
  }
  if (json) printJson(results);
  classifier.dispose();
}

/** A wrong path among many is said before a model is loaded, not after half the output. */
async function assertFiles(images: readonly string[]): Promise<void> {
  for (const image of images) {
    const found = await stat(image).catch(() => undefined);
    if (!found) throw expectedGot('NOT_FOUND', 'classify', 'picture files', image, 'There is nothing of that name.');
  }
}

/** A picture's predictions as lines of text. */
export function describe(image: string, predictions: readonly Prediction[]): string {
  const width = Math.max(...predictions.map(({ label }) => label.length));
  const lines = predictions.map(({ label, probability }) => `  ${label.padEnd(width)}  ${(100 * probability).toFixed(1).padStart(5)} %`);
  return [image, ...lines].join('\n');
}
