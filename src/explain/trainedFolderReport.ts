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
    training: report,
    evaluation,
    heldOut: await heldOutPictures(model, folder.validation),
    repeat: repeatRecord(folder, options),
  };
}
