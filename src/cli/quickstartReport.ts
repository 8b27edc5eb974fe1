import type { BackendReport } from '../backends/useBackend.js';
import { decodeImage } from '../data/decodeImage.js';
import type { Baseline } from '../evaluation/logisticRegression.js';
import type { PicturePrediction } from '../explain/predictionCards.js';
import type { TrainingReportContent } from '../explain/report.js';
import { trainedFolderReport } from '../explain/trainedFolderReport.js';
import type { Prediction } from '../inference/classifier.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import { backendLine } from './backend.js';
import type { QuickstartSubject } from './quickstartSubject.js';
import { ownCommand } from './trainedFiles.js';

/** A held-out picture that the reloaded model classified. */
interface ShownPicture {
  /** `class/file`. */
  readonly name: string;
  readonly file: string;
  readonly predictions: readonly Prediction[];
}

/** All that a quickstart found. */
interface QuickstartRun {
  readonly trained: TrainedFolder;
  readonly baseline: Baseline;
  readonly backend: BackendReport;
  readonly shown: readonly ShownPicture[];
  readonly seed: number;
}

/** What the report of a quickstart says. */
export async function quickstartReport({ title, provenance }: QuickstartSubject, run: QuickstartRun): Promise<TrainingReportContent> {
  const { trained, baseline, backend, shown, seed } = run;
  const { model, report } = trained;
  return trainedFolderReport(trained, {
    title,
    lead: `A GoogLeNet-family network of ${model.countParams().toLocaleString('en-US')} parameters, trained from nothing in ${Math.round(report.elapsedMs / 1000)} seconds.`,
    ...{ backend: backendLine(backend), seed, command: ownCommand(), provenance },
    baselines: [{ name: 'Logistic regression', top1: baseline.top1 }],
    classified: await Promise.all(shown.map((picture) => pictureOf(picture, trained))),
  });
}

async function pictureOf({ name, file, predictions }: ShownPicture, { model }: TrainedFolder): Promise<PicturePrediction> {
  const [height, width] = model.spec.inputShape;
  const { pixels } = await decodeImage(file, { size: [height, width] });
  return { name, picture: { pixels, height, width }, truth: name.split('/')[0], predictions };
}
