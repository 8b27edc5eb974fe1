import { glanceAtFolder } from '../data/glanceAtFolder.js';
import { assertClassesAsBefore, plannedResumption } from './plannedResumption.js';
import type { TrainingPlan } from './planTraining.js';
import { checkTrainFolderOptions, type TrainFolderOptions } from './trainFolderOptions.js';
import type { TrainingReport } from './trainingReport.js';

/**
 * What the training came to that `trainFolder` with these options would go on with, if it is complete: then there is nothing to do.
 *
 * The pictures are not read again: only their classes are compared.
 *
 * @throws InceptionError as `trainFolder`, for options, checkpoint and classes.
 */
export async function completedTraining(
  directory: string,
  options: TrainFolderOptions,
): Promise<{ readonly plan: TrainingPlan; readonly report: TrainingReport } | undefined> {
  const request = await checkTrainFolderOptions(options);
  const resumption = await plannedResumption(request, options);
  if (resumption?.report) assertClassesAsBefore(resumption, (await glanceAtFolder(directory, request.validation)).classes);
  return resumption?.report && { plan: resumption.plan, report: resumption.report };
}
