import { plannedResumption } from './plannedResumption.js';
import type { TrainingPlan } from './planTraining.js';
import { checkTrainFolderOptions, type TrainFolderOptions } from './trainFolderOptions.js';
import type { TrainingReport } from './trainingReport.js';

/**
 * What the training came to that `trainFolder` with these options would go on with, if it is complete: then there is nothing to do.
 *
 * @throws InceptionError as `trainFolder`, for options and checkpoint.
 */
export async function completedTraining(
  options: TrainFolderOptions,
): Promise<{ readonly plan: TrainingPlan; readonly report: TrainingReport } | undefined> {
  const resumption = await plannedResumption(await checkTrainFolderOptions(options), options);
  return resumption?.report && { plan: resumption.plan, report: resumption.report };
}
