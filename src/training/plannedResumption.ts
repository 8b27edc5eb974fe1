import type { InceptionModel } from '../networks/inceptionModel.js';
import type { TrainingPlan } from './planTraining.js';
import { valueDifferences } from './resumeDifferences.js';
import { mismatch, wantedCheckpoint } from './resumeTraining.js';
import type { FolderRequest, TrainFolderOptions } from './trainFolderOptions.js';
import type { TrainingReport } from './trainingReport.js';

/** What a checkpoint says of a training that is to go on: its network and its plan, which are not made again. */
export interface PlannedResumption {
  readonly spec: InceptionModel['spec'];
  readonly plan: TrainingPlan;
  /** The checkpoint's. */
  readonly path: string;
  readonly classes: readonly string[];
  /** Of a training that is complete. */
  readonly report?: TrainingReport;
}

/**
 * The plan to go on with.
 *
 * @returns Undefined where there is no checkpoint, or the caller begins anew.
 * @throws InceptionError `CHECKPOINT_MISMATCH` if the training in it is unfinished and the caller has not said whether to go on, or was
 *   asked for in other words and changes are not accepted; `CORRUPT_WEIGHTS` if the file is damaged.
 */
export async function plannedResumption(
  request: FolderRequest,
  { acceptChanges = false, ...options }: TrainFolderOptions,
): Promise<PlannedResumption | undefined> {
  const checkpoint = await wantedCheckpoint(options);
  if (checkpoint === undefined) return undefined;
  const { path, state } = checkpoint;
  const { spec, notes, report } = state;
  const { request: asked, plan } = (notes ?? {}) as { request?: FolderRequest; plan?: TrainingPlan };
  if (asked === undefined || plan === undefined) {
    throw mismatch(path, ['it was written by train, without a plan'], 'Go on with train, or choose another path.');
  }
  const differences = valueDifferences('', asked, request);
  if (differences.length > 0 && report) {
    throw mismatch(path, differences, 'That training is complete: begin anew (resume: false, --no-resume), or ask for the same.');
  }
  const settled = valueDifferences('', settledOf(asked), settledOf(request));
  if (settled.length > 0) {
    throw mismatch(path, settled, 'What a plan was made of cannot change under way: undo it, or begin anew (resume: false, --no-resume).');
  }
  if (differences.length > 0 && !acceptChanges) {
    throw mismatch(path, differences, 'Go on with the changes (acceptChanges: true, --accept-changes), or undo them.');
  }
  const { classes } = state.data.train;
  return { spec, path, classes, plan: differences.length > 0 ? changed(plan, request) : plan, ...(report && { report }) };
}

/**
 * @throws InceptionError `CHECKPOINT_MISMATCH` where pictures have other classes than those that the network learned; in a training that
 *   goes on, another number of them: new names are a change that may be accepted.
 */
export function assertClassesAsBefore({ path, classes: before, report }: PlannedResumption, now: readonly string[]): void {
  const isSame = report ? now.join('\n') === before.join('\n') : now.length === before.length;
  if (isSame) return;
  const advice = 'Other classes want another training: undo it, or begin anew (resume: false, --no-resume).';
  throw mismatch(path, [`classes: ${before.join(', ')} then, ${now.join(', ')} now`], advice);
}

/** What the network and the way it learns were chosen by. */
function settledOf({ recipe, minutes, size, network, weights, freezeTo }: FolderRequest): Partial<FolderRequest> {
  return { recipe, minutes, size, network, weights, freezeTo };
}

/** The plan, with those of its numbers that were asked for anew. */
function changed(plan: TrainingPlan, { epochs, batch, learningRate }: FolderRequest): TrainingPlan {
  const { training } = plan;
  return {
    ...plan,
    batch: batch ?? plan.batch,
    training: {
      ...training,
      epochs: typeof epochs === 'number' ? epochs : training.epochs,
      learningRate: learningRate ?? training.learningRate,
    },
  };
}
