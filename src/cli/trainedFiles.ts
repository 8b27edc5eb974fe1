import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetManifest } from '../data/datasetManifest.js';
import { trainingReportHtml } from '../explain/report.js';
import { trainedFolderReport, type TrainedFolderReportOptions } from '../explain/trainedFolderReport.js';
import { writeFileAtomically } from '../io/atomicFile.js';
import { saveModel } from '../io/saveModel.js';
import { loadCheckpoint } from '../training/loadCheckpoint.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import { writeManifest } from '../training/writeManifest.js';
import { finishFirst, sayIfStopped } from './interrupt.js';
import { showing } from './progress.js';
import { MANIFEST_FILE } from './recordedSplit.js';

/** What a training leaves beside the model. */
export const BESIDE = {
  checkpoint: 'checkpoint.safetensors',
  manifest: MANIFEST_FILE,
  tensorBoard: 'tensorboard',
  unaveraged: 'unaveraged',
  histories: ['history.json', 'history.csv'],
  report: 'report.html',
} as const;

/** Saves a trained model with the record of its training. */
export async function save({ model, report }: TrainedFolder, path: string): Promise<void> {
  await finishFirst(() => saveModel(model, path, { training: report }));
  sayIfStopped(`the model is saved in ${path}`);
}

/** Of a training that averaged its weights, the best epoch's own as a model beside; those of an earlier training go with its model. */
export async function saveUnaveraged({ report }: TrainedFolder, out: string): Promise<void> {
  if (report.settings.averaging === undefined) return rm(join(out, BESIDE.unaveraged), { recursive: true, force: true });
  const model = await loadCheckpoint(join(out, BESIDE.checkpoint), { weights: 'unaveraged' });
  try {
    await finishFirst(() => saveModel(model, join(out, BESIDE.unaveraged)));
  } finally {
    model.dispose();
  }
}

/** Which picture the model learned from, and which are held out. */
export async function saveManifest({ folder }: TrainedFolder, out: string): Promise<void> {
  const manifest = datasetManifest(folder);
  if (manifest) await finishFirst(() => writeManifest(join(out, BESIDE.manifest), manifest));
}

/** The page that tells how the training went. */
export async function saveReport(trained: TrainedFolder, out: string, options: TrainedFolderReportOptions): Promise<void> {
  const html = await showing('writing the report', async () => trainingReportHtml(await trainedFolderReport(trained, options)));
  await finishFirst(() => writeFileAtomically('--out', join(out, BESIDE.report), html));
}

/** The command line of this process, as a user would type it. */
export const ownCommand = (): string[] => ['npx', 'inception', ...process.argv.slice(2)];
