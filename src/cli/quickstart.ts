import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import type { BackendReport } from '../backends/useBackend.js';
import { decodeImage } from '../data/decodeImage.js';
import { imageFolder } from '../data/imageFolder.js';
import { writePictures } from '../data/pictures.js';
import { InceptionError } from '../errors.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { logisticRegression, type Baseline } from '../evaluation/logisticRegression.js';
import { heldOutPictures } from '../explain/heldOutPictures.js';
import type { PicturePrediction } from '../explain/predictionCards.js';
import { trainingReportHtml, type TrainingReportContent } from '../explain/report.js';
import { createClassifier } from '../inference/createClassifier.js';
import type { Prediction } from '../inference/classifier.js';
import { writeFileAtomically } from '../io/atomicFile.js';
import type { TrainedFolder, TrainFolderOptions } from '../training/trainFolder.js';
import { BACKEND_FLAG, backendLine, startBackend } from './backend.js';
import { integer } from './arguments.js';
import { describe } from './classify.js';
import { percent } from './percent.js';
import { printJson } from './printJson.js';
import { runTraining, save } from './train.js';

interface QuickstartFlags {
  readonly data?: string;
  readonly out: string;
  readonly seed: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Three modules at 48 × 48, about 72,000 parameters: what two cores train on the packaged pictures in a minute and a half on wasm. */
const PICTURES_TRAINING: TrainFolderOptions = {
  size: [48, 48],
  network: { stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a' },
  epochs: 12,
};

/** Held-out pictures that the reloaded model must answer to the last bit as the trained one did. */
const COMPARED = 100;
const CLASSIFIED = 3;

/** `inception quickstart`: pictures, training, evaluation, saving, reloading, classifying, a report. */
export function addQuickstart(program: Command): void {
  program
    .command('quickstart')
    .description('train, save, reload and use a small Inception network, from pictures to a report, in under three minutes')
    .option('--data <folder>', 'your own folder that has one folder of pictures per class, instead of the packaged pictures')
    .option('--out <folder>', 'where pictures, model and report go', 'quickstart')
    .option('--seed <n>', 'of split, order, augmentation, initial weights and dropout', integer(0), 1)
    .option(...BACKEND_FLAG)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  $ inception quickstart\n  $ inception quickstart --data photos')
    .action(quickstart);
}

/** What the run is about: the folder, and how to read and train on it. */
interface Subject {
  readonly directory: string;
  readonly options: TrainFolderOptions;
  readonly title: string;
  readonly provenance?: TrainingReportContent['provenance'];
}

async function quickstart({ data, out, seed, backend: wanted, json }: QuickstartFlags): Promise<void> {
  const startedAt = performance.now();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  const subject = data === undefined ? await packagedPictures(folder, say) : ownPictures(data);
  const backend = await startBackend(wanted);
  say(`backend    ${backendLine(backend)}`);
  const trained = await runTraining(subject.directory, { ...subject.options, seed }, folder);
  const { model, report } = trained;
  const validation = trained.folder.validation as NonNullable<typeof trained.folder.validation>;
  const evaluation = report.best.validation as Evaluation;
  try {
    const baseline = await baselineOf(subject, seed);
    const path = join(folder, 'model');
    await save(trained, path);
    const files = spread(validation.count, COMPARED).map((index) => pathOf(subject, trained, index));
    const predictions = await proveReload(trained, path, files, wanted);
    say(
      `saved      ${path}\nreloaded   in a new process: ${files.length} held-out pictures classified, every probability identical to the last bit`,
    );
    const shown = spread(files.length, CLASSIFIED);
    for (const index of shown) say(describe(relative(process.cwd(), files[index]), predictions[index].slice(0, 3)));
    const classified = await Promise.all(shown.map((index) => shownPicture(files[index], predictions[index], trained)));
    const content = await reportContent(subject, { trained, evaluation, baseline, backend, classified, seed });
    const page = join(folder, 'report.html');
    await writeFileAtomically('quickstart', page, trainingReportHtml(content));
    const elapsedMs = performance.now() - startedAt;
    const { majorityTop1, top1: logisticTop1 } = baseline;
    if (json)
      printJson({
        top1: evaluation.top1,
        majorityTop1,
        logisticTop1,
        pictures: evaluation.count,
        backend,
        model: path,
        report: page,
        elapsedMs,
      });
    else process.stdout.write(summary(evaluation, baseline, page, elapsedMs));
  } finally {
    await Promise.all([trained.folder.train.close(), validation.close()]);
    model.dispose();
  }
}

function summary({ top1, count }: Evaluation, { top1: logistic, majorityTop1 }: Baseline, page: string, elapsedMs: number): string {
  return [
    '',
    `held-out top-1      ${percent(top1)}   of ${count} pictures never trained on`,
    `logistic regression ${percent(logistic)}   on the same pixels`,
    `largest class       ${percent(majorityTop1)}   by always saying its name`,
    `report              ${page}`,
    `time                ${Math.round(elapsedMs / 1000)} s`,
    '',
  ].join('\n');
}

async function packagedPictures(folder: string, say: (text: string) => void): Promise<Subject> {
  const { train, validationFolder, counts, concepts, packages, reused } = await writePictures(join(folder, 'pictures'));
  const total = [...counts.train, ...counts.validation].reduce((sum, value) => sum + value, 0);
  const note =
    `${total.toLocaleString('en-US')} emoji of ${concepts.train + concepts.validation} concepts drawn by three artists: artwork, not photographs. ` +
    'No concept stands on both sides of the split.';
  say(`pictures   ${reused ? 'found' : 'drawn'} in ${relative(process.cwd(), join(folder, 'pictures')) || '.'}: ${note}`);
  const licenses: Readonly<Record<string, string>> = { noto: 'Apache-2.0', 'fluent-emoji-flat': 'MIT', twemoji: 'CC-BY-4.0' };
  const sources = Object.entries(packages).map(([name, version]) => ({
    name: `${name} ${version}`,
    license: licenses[name.split('/')[1]] ?? 'see the package',
    url: `https://www.npmjs.com/package/${name}`,
  }));
  return {
    directory: train,
    options: { ...PICTURES_TRAINING, validation: validationFolder },
    title: 'Quickstart: animals, food, smileys or travel?',
    provenance: { note, sources },
  };
}

function ownPictures(directory: string): Subject {
  return { directory, options: { minutes: 2 }, title: `Quickstart on ${directory}` };
}

/** The numbers that a network has to beat, from the very pictures it learned from. */
async function baselineOf({ directory, options }: Subject, seed: number): Promise<Baseline> {
  const { train, validation } = await imageFolder(directory, { size: 24, validation: options.validation ?? 0.2, seed });
  if (!validation) throw new InceptionError('EMPTY_DATASET', `${directory}: expected held-out pictures, got none.`);
  try {
    return await logisticRegression({ train, validation });
  } finally {
    await Promise.all([train.close(), validation.close()]);
  }
}

/** Where the held-out picture `index` lies. */
function pathOf({ directory, options }: Subject, { folder }: TrainedFolder, index: number): string {
  const base = typeof options.validation === 'string' ? options.validation : directory;
  return join(base, (folder.validation as NonNullable<typeof folder.validation>).nameOf(index));
}

/** Classifies files with the model in memory and, in a new process, with the saved one; any difference is an error. */
async function proveReload({ model }: TrainedFolder, path: string, files: readonly string[], backend: string): Promise<Prediction[][]> {
  const topK = model.spec.classes;
  const classifier = await createClassifier(model, { topK });
  const here: Prediction[][] = [];
  for (const file of files) here.push(await classifier.classify(file));
  classifier.dispose();
  const args = [join(__dirname, 'main.js'), 'classify', path, ...files, '--top', String(topK), '--backend', backend, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 });
  const there = JSON.parse(stdout) as Prediction[][];
  const different = files.filter((_file, index) => JSON.stringify(here[index]) !== JSON.stringify(there[index]));
  if (different.length > 0) {
    throw new InceptionError(
      'CORRUPT_MODEL',
      `${path}: expected the answers of the trained model, got others for ${different.length} of ${files.length} pictures.`,
    );
  }
  return here;
}

async function shownPicture(
  file: string,
  predictions: readonly Prediction[],
  { model, folder }: TrainedFolder,
): Promise<PicturePrediction> {
  const [height, width] = model.spec.inputShape;
  const { pixels } = await decodeImage(file, { size: [height, width] });
  const truth = folder.classes.find((name) => file.includes(join('/', name, '/')));
  return { name: file.split(/[\\/]/).slice(-2).join('/'), picture: { pixels, height, width }, truth, predictions };
}

async function reportContent(
  { title, provenance }: Subject,
  run: {
    trained: TrainedFolder;
    evaluation: Evaluation;
    baseline: Baseline;
    backend: BackendReport;
    classified: PicturePrediction[];
    seed: number;
  },
): Promise<TrainingReportContent> {
  const { trained, evaluation, baseline, backend, classified, seed } = run;
  const { model, folder, plan, report } = trained;
  return {
    title,
    lead: `A GoogLeNet-family network of ${model.countParams().toLocaleString('en-US')} parameters, trained from nothing in ${Math.round(report.elapsedMs / 1000)} seconds.`,
    settings: [
      { name: 'Backend', value: backendLine(backend) },
      { name: 'Pictures', value: `${folder.train.count} to learn from, ${evaluation.count} held out` },
      { name: 'Seed', value: seed },
      ...plan.reasons.map((reason, index) => ({ name: index === 0 ? 'Choices' : '', value: reason })),
    ],
    spec: model.spec,
    training: report,
    evaluation,
    baselines: [{ name: 'Logistic regression', top1: baseline.top1 }],
    classified,
    heldOut: await heldOutPictures(model, folder.validation as NonNullable<typeof folder.validation>),
    ...(provenance && { provenance }),
  };
}

/** At most `wanted` of the numbers below `count`, evenly apart. */
function spread(count: number, wanted: number): number[] {
  const taken = Math.min(count, wanted);
  return Array.from({ length: taken }, (_, place) => Math.floor(((place + 0.5) * count) / taken));
}
