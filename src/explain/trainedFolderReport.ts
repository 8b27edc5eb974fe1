import { exitCosts } from '../cost/exitCosts.js';
import { earlyExit, type EarlyExit } from '../evaluation/earlyExit.js';
import { scoreDataset } from '../evaluation/scoreDataset.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import { dataSummary } from './dataSummary.js';
import type { ReportFact } from './factList.js';
import { heldOutPictures } from './heldOutPictures.js';
import { repeatRecord, type RepeatOptions } from './repeatRecord.js';
import type { TrainingReportContent } from './report.js';
import { spellSetting } from './spellSetting.js';

/** What a report says of a run that the run itself does not know. */
export interface TrainedFolderReportOptions
  extends RepeatOptions, Partial<Pick<TrainingReportContent, 'title' | 'lead' | 'baselines' | 'classified' | 'provenance'>> {
  /** Stand before the settings of the plan and the training. */
  readonly settings?: readonly ReportFact[];
}

/**
 * What the report of a `trainFolder` run says; for `trainingReportHtml`. Reads the held-out pictures once more, to show some.
 *
 * @throws InceptionError As `heldOutPictures`.
 * @example
 * ```ts
 * const trained = await trainFolder('photos');
 * const content = await trainedFolderReport(trained, { backend: 'wasm', seed: 0, command: ['node', 'train.js'] });
 * await writeFile('report.html', trainingReportHtml(content));
 * ```
 */
export async function trainedFolderReport(trained: TrainedFolder, options: TrainedFolderReportOptions): Promise<TrainingReportContent> {
  const { model, folder, plan, report, evaluation } = trained;
  const { title = `Trained on ${folder.path}`, settings = [], baselines, classified, provenance } = options;
  const parameters = model.countParams().toLocaleString('en-US');
  const { lead = `A ${model.name} network of ${parameters} parameters, ${folder.classes.length} classes.` } = options;
  return {
    ...{ title, lead, baselines, classified, provenance },
    settings: [
      ...settings,
      { name: 'input', value: `${plan.size.join(' × ')} pixels (height × width)` },
      { name: 'augmentation', value: spellSetting(plan.augmentation) },
      ...(plan.sampling === undefined ? [] : [{ name: 'sampling', value: plan.sampling }]),
      ...(plan.reasons.length === 0 ? [] : [{ name: 'choices', value: plan.reasons }]),
    ],
    data: await dataSummary(folder),
    spec: model.spec,
    earlyExit: await earlyExitOf(trained),
    training: report,
    evaluation,
    heldOut: await heldOutPictures(model, folder.validation),
    repeat: repeatRecord(folder, options),
  };
}

/** Probabilities that are held at once: 80 MB. */
const MOST_SCORES = 10_000_000;

/** What answering early would save, where the network has heads to do so and their answers fit into memory. */
async function earlyExitOf({ model, folder: { validation, classes } }: TrainedFolder): Promise<EarlyExit | undefined> {
  const heads = 1 + model.spec.auxiliaryHeads.length;
  if (heads === 1 || heads * validation.count * classes.length > MOST_SCORES) return undefined;
  return earlyExit(await scoreDataset(model, validation), exitCosts(model));
}
