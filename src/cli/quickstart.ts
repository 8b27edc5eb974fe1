import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { useBackend } from '../backends/useBackend.js';
import { imageFolder } from '../data/imageFolder.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { logisticRegression, type Baseline } from '../evaluation/logisticRegression.js';
import { evenly } from '../explain/evenly.js';
import { trainingReportHtml } from '../explain/report.js';
import { writeFileAtomically } from '../io/atomicFile.js';
import { checkSavePlace } from '../io/checkSavePlace.js';
import { wholeNumber } from './arguments.js';
import { BACKEND_FLAG, backendLine, type BackendChoice } from './backend.js';
import { describePredictions } from './classify.js';
import { finishFirst, sayIfStopped } from './interrupt.js';
import { percent } from './percent.js';
import { printJson } from './printJson.js';
import { say, showing } from './progress.js';
import { proveReload } from './proveReload.js';
import { quickstartReport } from './quickstartReport.js';
import { ownPictures, packagedPictures, type QuickstartSubject } from './quickstartSubject.js';
import { runTraining } from './runTraining.js';
import { assertOutside, LARGEST_SEED } from './train.js';
import { save } from './trainedFiles.js';

interface QuickstartFlags {
  readonly data?: string;
  readonly out: string;
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** Held-out pictures that the reloaded model must answer to the last bit as the trained one did; and those of them that are shown. */
const COMPARED = 100;
const SHOWN = 3;

/** Side in pixels of what logistic regression looks at. */
const BASELINE_SIDE = 24;

/** `inception quickstart`: pictures, training, evaluation, saving, reloading, classifying, a report. */
export function addQuickstart(program: Command): void {
  program
    .command('quickstart')
    .description('train, save, reload and use a small Inception network, from pictures to a report, in under three minutes')
    .option('--data <folder>', 'your own folder that has one folder of pictures per class, instead of the packaged pictures')
    .option('--out <folder>', 'where pictures, model and report go', 'quickstart')
    .option('--seed <n>', 'of split, order, augmentation, initial weights and dropout', wholeNumber('--seed', 0, LARGEST_SEED), 1)
    .option(...BACKEND_FLAG)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  $ inception quickstart\n  $ inception quickstart --data photos')
    .action(quickstart);
}

async function quickstart({ data, out, seed, backend: wanted, json }: QuickstartFlags): Promise<void> {
  const startedAt = performance.now();
  const folder = resolve(out);
  const path = join(folder, 'model');
  assertOutside('--out', out, [data]);
  await checkSavePlace('--out', path);
  sayIfStopped(`nothing was saved in ${path}`);
  const subject = data === undefined ? await packagedPictures(folder) : ownPictures(data);
  const backend = await useBackend(wanted);
  say(`backend    ${backendLine(backend)}`);
  const trained = await runTraining(subject.directory, { ...subject.options, seed });
  await save(trained, path);
  const { model, evaluation } = trained;
  const { validation } = trained.folder;
  try {
    const baseline = await showing('logistic regression on the same pixels', () => baselineOf(subject, seed));
    const names = evenly(indicesOf(validation.count), COMPARED).map((index) => validation.nameOf(index));
    const files = names.map((name) => join(heldOutFolder(subject), name));
    const predictions = await showing('reloading the model in a new process', () => proveReload(model, path, files, wanted));
    say(`saved      ${path}`);
    say(`reloaded   in a new process: ${files.length} held-out pictures classified, every probability identical to the last bit`);
    const shown = evenly(indicesOf(files.length), SHOWN).map((index) => ({
      name: names[index],
      file: files[index],
      predictions: predictions[index].slice(0, 3),
    }));
    for (const picture of shown) say(describePredictions(relative(process.cwd(), picture.file), picture.predictions));
    const html = trainingReportHtml(await quickstartReport(subject, { trained, baseline, backend, shown, seed }));
    const page = join(folder, 'report.html');
    await finishFirst(() => writeFileAtomically('quickstart', page, html));
    const result = { ...numbers(evaluation, baseline), model: path, report: page, elapsedMs: performance.now() - startedAt };
    if (json) printJson({ ...result, backend });
    else process.stdout.write(summary(result));
  } finally {
    await Promise.all([trained.folder.train.close(), validation.close()]);
    model.dispose();
  }
}

function numbers({ top1, count }: Evaluation, { top1: logisticTop1, majorityTop1 }: Baseline) {
  return { top1, majorityTop1, logisticTop1, pictures: count };
}

function summary(result: ReturnType<typeof numbers> & { readonly report: string; readonly elapsedMs: number }): string {
  return [
    '',
    `held-out top-1      ${percent(result.top1)}   of ${result.pictures} pictures never trained on; they chose the epoch`,
    `logistic regression ${percent(result.logisticTop1)}   on the same pixels`,
    `largest class       ${percent(result.majorityTop1)}   by always saying its name`,
    `report              ${result.report}`,
    `time                ${Math.round(result.elapsedMs / 1000)} s`,
    '',
  ].join('\n');
}

/** The numbers that a network has to beat, from the very pictures it learned from. */
async function baselineOf({ directory, options }: QuickstartSubject, seed: number): Promise<Baseline> {
  const { train, validation } = await imageFolder(directory, { size: BASELINE_SIDE, validation: options.validation, seed });
  try {
    return await logisticRegression({ train, validation });
  } finally {
    await Promise.all([train.close(), validation.close()]);
  }
}

const heldOutFolder = ({ directory, options }: QuickstartSubject): string =>
  typeof options.validation === 'string' ? options.validation : directory;

const indicesOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
