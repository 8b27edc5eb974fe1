import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import type { CropCount } from '../evaluation/crops.js';
import { HEAD_COMBINATIONS, type HeadCombination } from '../evaluation/heads.js';
import type { Classifier, Prediction } from '../inference/classifier.js';
import { ENGINES, type ClassifierOptions } from '../inference/classifierOptions.js';
import { createClassifier } from '../inference/createClassifier.js';
import type { Preprocessing } from '../spec/types.js';
import { oneOf, wholeNumber } from './arguments.js';
import { BACKEND_FLAG, type BackendChoice } from './backend.js';
import { LABELS_FLAG, PREPROCESSING_FLAG } from './plainModelFlags.js';
import { printJson } from './printJson.js';
import { readLabels } from './readLabels.js';
import { CROPS_FLAG, WITH_FLAG } from './viewsAndModels.js';

interface ClassifyFlags {
  readonly top: number;
  readonly with?: readonly string[];
  readonly crops: CropCount;
  readonly heads: HeadCombination;
  readonly engine?: ClassifierOptions['engine'];
  readonly preprocessing?: Preprocessing;
  readonly labels?: string;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ inception classify model photo.jpg
  $ inception classify model --crops 12 --with another-model holidays/*.jpg
  $ inception classify keras-model.h5 --preprocessing symmetric --labels imagenet photo.jpg`;

/** Pictures asked about at once: enough that decoding and computing overlap, few enough that the first answers come soon. */
const PICTURES_AT_ONCE = 32;

/** `inception classify MODEL IMAGE…`: the likeliest classes of each picture. */
export function addClassify(program: Command): void {
  program
    .command('classify')
    .description('print the likeliest classes of pictures')
    .argument('<model>', 'a folder that inception train wrote, or any other model that classifies pictures')
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
    .option(...PREPROCESSING_FLAG)
    .option(...LABELS_FLAG)
    .option(
      '--engine <name>',
      `what computes: ${ENGINES.join(', ')} (default: auto, the fastest; tfjs where --backend is given)`,
      oneOf('--engine', ENGINES),
    )
    .option(...BACKEND_FLAG)
    .option('--json', 'print one array of predictions per picture, empty where it cannot be read')
    .addHelpText('after', EXAMPLES)
    .action(classifyImages);
}

async function classifyImages(model: string, images: readonly string[], flags: ClassifyFlags): Promise<void> {
  const { top, heads, crops, backend, json, preprocessing } = flags;
  await assertFiles(images);
  const labels = flags.labels === undefined ? undefined : await readLabels(flags.labels);
  await useBackend(backend);
  // Who names a backend wants to see it compute.
  const engine = flags.engine ?? (backend === 'auto' ? 'auto' : 'tfjs');
  const options: ClassifierOptions = {
    heads,
    crops,
    topK: top,
    engine,
    ...(preprocessing && { preprocessing }),
    ...(labels && { labels }),
  };
  const classifier = await createClassifier([model, ...(flags.with ?? [])], options);
  if (!json) reportEngine(classifier);
  const results: Prediction[][] = [];
  const unreadable: InceptionError[] = [];
  for (let from = 0; from < images.length; from += PICTURES_AT_ONCE) {
    const part = images.slice(from, from + PICTURES_AT_ONCE);
    const answers = await answersOf(classifier, part, unreadable);
    if (!json && images.length === 1 && unreadable.length > 0) throw unreadable[0];
    results.push(...answers);
    if (!json) part.forEach((image, index) => process.stdout.write(`${describePredictions(image, answers[index])}\n`));
  }
  if (json) printJson(results);
  classifier.dispose();
  throwUnreadable(unreadable, images.length);
}

/** One damaged picture does not keep the answers for the others back: its own are none, and why is kept for the end. */
async function answersOf(classifier: Classifier, images: readonly string[], unreadable: InceptionError[]): Promise<Prediction[][]> {
  try {
    return await classifier.classifyMany(images);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    if (images.length === 1) {
      unreadable.push(error);
      return [[]];
    }
  }
  const answers: Prediction[][] = [];
  for (const image of images) answers.push(...(await answersOf(classifier, [image], unreadable)));
  return answers;
}

const isUnreadable = (error: unknown): error is InceptionError => error instanceof InceptionError && error.code === 'UNREADABLE_IMAGE';

function throwUnreadable(unreadable: readonly InceptionError[], images: number): void {
  if (unreadable.length === 0) return;
  const lines = unreadable.map(({ message }) => `\n  ${message}`).join('');
  const got = `${unreadable.length} of ${images} that cannot be read`;
  throw new InceptionError('UNREADABLE_IMAGE', `inception classify: expected pictures, got ${got}:${lines}`, { cause: unreadable[0] });
}

/** Says once why the faster engine is not used. */
function reportEngine({ engines }: Classifier): void {
  const reasons = new Set(engines.flatMap(({ reason }) => reason ?? []));
  for (const reason of reasons) process.stderr.write(`not on ONNX Runtime: ${reason}\n`);
}

/** A wrong path among many is said before a model is loaded, not after half the output. */
async function assertFiles(images: readonly string[]): Promise<void> {
  for (const image of images) {
    const found = await stat(image).catch((cause: NodeJS.ErrnoException) => {
      const isHidden = cause.code === 'EACCES';
      const advice = isHidden ? 'Grant permission to read its folder.' : 'Check the path; it is taken from the working directory.';
      throw expectedGot(
        'NOT_FOUND',
        'inception classify',
        'picture files',
        isHidden ? `no permission to reach ${image}` : image,
        advice,
        cause,
      );
    });
    if (found.isDirectory())
      throw invalidArgument('inception classify', 'picture files', `the folder ${image}`, `Give ${join(image, '*.jpg')}.`);
  }
}

/** A picture's predictions as lines of text; none, where it cannot be read. */
export function describePredictions(image: string, predictions: readonly Prediction[]): string {
  if (predictions.length === 0) return `${image}\n  cannot be read`;
  const width = Math.max(...predictions.map(({ label }) => label.length));
  const lines = predictions.map(({ label, probability }) => `  ${label.padEnd(width)}  ${(100 * probability).toFixed(1).padStart(5)} %`);
  return [image, ...lines].join('\n');
}
