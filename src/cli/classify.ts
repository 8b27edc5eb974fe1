import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { expectedGot, invalidArgument } from '../errors.js';
import type { CropCount } from '../evaluation/crops.js';
import { HEAD_COMBINATIONS, type HeadCombination } from '../evaluation/heads.js';
import type { Prediction } from '../inference/classifier.js';
import { createClassifier } from '../inference/createClassifier.js';
import { oneOf, wholeNumber } from './arguments.js';
import { BACKEND_FLAG, type BackendChoice } from './backend.js';
import { CROPS_FLAG, WITH_FLAG } from './viewsAndModels.js';
import { printJson } from './printJson.js';

interface ClassifyFlags {
  readonly top: number;
  readonly with?: readonly string[];
  readonly crops: CropCount;
  readonly heads: HeadCombination;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ inception classify model photo.jpg
  $ inception classify model --crops 12 --with another-model holidays/*.jpg`;

/** `inception classify MODEL IMAGE…`: the likeliest classes of each picture. */
export function addClassify(program: Command): void {
  program
    .command('classify')
    .description('print the likeliest classes of pictures')
    .argument('<model>', 'a folder that inception train wrote')
    .argument('<images...>', 'picture files')
    .option('--top <n>', 'how many classes to print', wholeNumber('--top', 1, 1_000_000), 5)
    .option(
      '--heads <name>',
      `which heads of a model with auxiliary heads: ${HEAD_COMBINATIONS.join(', ')}`,
      oneOf('--heads', HEAD_COMBINATIONS),
      'main',
    )
    .option(...WITH_FLAG)
    .option(...CROPS_FLAG)
    .option(...BACKEND_FLAG)
    .option('--json', 'print one array of predictions per picture')
    .addHelpText('after', EXAMPLES)
    .action(classifyImages);
}

async function classifyImages(model: string, images: readonly string[], flags: ClassifyFlags): Promise<void> {
  const { top, heads, crops, backend, json } = flags;
  await assertFiles(images);
  await useBackend(backend);
  const classifier = await createClassifier([model, ...(flags.with ?? [])], { heads, crops, topK: top });
  const results: Prediction[][] = [];
  for (const image of images) {
    const predictions = await classifier.classify(image);
    results.push(predictions);
    if (!json) process.stdout.write(`${describePredictions(image, predictions)}\n`);
  }
  if (json) printJson(results);
  classifier.dispose();
}

/** A wrong path among many is said before a model is loaded, not after half the output. */
async function assertFiles(images: readonly string[]): Promise<void> {
  for (const image of images) {
    const found = await stat(image).catch(() => undefined);
    const advice = 'Check the path; it is taken from the working directory.';
    if (!found) throw expectedGot('NOT_FOUND', 'inception classify', 'picture files', image, advice);
    if (found.isDirectory())
      throw invalidArgument('inception classify', 'picture files', `the folder ${image}`, `Give ${join(image, '*.jpg')}.`);
  }
}

/** A picture's predictions as lines of text. */
export function describePredictions(image: string, predictions: readonly Prediction[]): string {
  const width = Math.max(...predictions.map(({ label }) => label.length));
  const lines = predictions.map(({ label, probability }) => `  ${label.padEnd(width)}  ${(100 * probability).toFixed(1).padStart(5)} %`);
  return [image, ...lines].join('\n');
}
