import { ensureBackend } from '../backends/ensureBackend.js';
import { glanceAtFolder } from '../data/glanceAtFolder.js';
import { imageFolder, type SplitImageFolder } from '../data/imageFolder.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { inceptionNet } from '../networks/inceptionNet.js';
import { assertGraphs } from './engine.js';
import { folderSpeed, throwIfAborted } from './folderSpeed.js';
import { readWeights, startingModel } from './initialWeights.js';
import { freezingReasons } from './planReasons.js';
import { planTraining, type TrainingPlan } from './planTraining.js';
import { assertClassesAsBefore, plannedResumption, type PlannedResumption } from './plannedResumption.js';
import { train } from './train.js';
import { checkTrainFolderOptions, type FolderRequest, type TrainFolderOptions } from './trainFolderOptions.js';
import type { TrainingReport } from './trainingReport.js';
import { withinMemory } from './withinMemory.js';

/** Of each class. */
const DEFAULT_SHARE = 0.2;

/** What {@link trainFolder} is about to train, or has trained. */
export interface PreparedTraining {
  readonly model: InceptionModel;
  readonly folder: SplitImageFolder;
  readonly plan: TrainingPlan;
}

/** What {@link trainFolder} made. The caller saves or disposes of the model, and closes the folder's datasets. */
export interface TrainedFolder extends PreparedTraining {
  readonly report: TrainingReport;
  /** On the held-out pictures, by the weights of the best epoch, which was chosen on them: it flatters a little. */
  readonly evaluation: Evaluation;
}

/**
 * From pictures, in one folder per class or listed in a manifest, to a trained classifier: looks at the pictures, measures the backend,
 * chooses network, input size and schedule by what fits, and trains; or as a recipe says, or from a trained network's weights.
 *
 * @param directory The folder of class folders, a `manifest.json` or a `.csv`.
 * @returns The model with the weights of its best epoch, the data, the plan with its reasons, and the record of every epoch.
 * @throws InceptionError What `imageFolder` and `train` throw; `INVALID_ARGUMENT` for an option that is not usable, before anything is
 * read, and where the backend has no memory for steps of this size; `CHECKPOINT_MISMATCH` where the checkpoint's training was asked for in
 * other words; `ABORTED` once `signal` says so.
 * @example
 * ```ts
 * const { model, evaluation } = await trainFolder('photos', { minutes: 5 });
 * console.log(evaluation.top1);
 * await saveModel(model, 'photos-model');
 * ```
 */
export async function trainFolder(directory: string, options: TrainFolderOptions = {}): Promise<TrainedFolder> {
  const request = await checkTrainFolderOptions(options);
  await ensureBackend();
  assertGraphs('trainFolder.engine', options.engine);
  const resumption = await plannedResumption(request, options);
  const weights = resumption ? undefined : await readWeights(options);
  try {
    const validation = await settledValidation(directory, request);
    const settled = { ...options, validation };
    const plan = resumption?.plan ?? (await makePlan(directory, request, settled, weights?.model));
    return await withinMemory(plan, () => trainAsPlanned(directory, plan, request, { ...settled, resumption, from: weights?.model }));
  } finally {
    weights?.dispose();
  }
}

async function makePlan(
  directory: string,
  request: FolderRequest,
  options: TrainFolderOptions,
  from: InceptionModel | undefined,
): Promise<TrainingPlan> {
  const glance = await glanceAtFolder(directory, options.validation);
  const trained = from && { name: request.weights ?? from.name, size: [from.spec.inputShape[0], from.spec.inputShape[1]] as const };
  const speedOf = folderSpeed(glance.classes.length, from, options);
  const plan = await planTraining(glance, { ...request, trained }, speedOf);
  const { freezeTo } = request;
  const training = freezeTo === undefined ? plan.training : { ...plan.training, freezeTo };
  return { ...plan, training, reasons: [...plan.reasons, ...freezingReasons(training)] };
}

/** What is held out where nobody says it: the split that a manifest records, else a fifth of each class. */
async function settledValidation(directory: string, { validation }: FolderRequest): Promise<FolderRequest['validation']> {
  if (validation !== undefined) return validation;
  const { heldOut } = await glanceAtFolder(directory);
  return heldOut > 0 ? undefined : DEFAULT_SHARE;
}

async function readFolder(
  directory: string,
  { size, batch, augmentation, sampling }: TrainingPlan,
  request: FolderRequest,
  { signal, onProgress, cacheDirectory, validation }: TrainFolderOptions,
): Promise<SplitImageFolder> {
  const { seed, duplicates, onUnreadable } = request;
  const folder = await imageFolder(directory, {
    ...{ size, batch, seed, augmentation, cacheDirectory, duplicates, onUnreadable, validation },
    sampling: request.sampling ?? sampling,
    onProgress: (done, total) => {
      throwIfAborted(signal);
      onProgress?.(done, total);
    },
  });
  return folder as SplitImageFolder;
}

interface Circumstances extends TrainFolderOptions {
  readonly resumption: PlannedResumption | undefined;
  /** The model whose weights training starts from. */
  readonly from: InceptionModel | undefined;
}

async function trainAsPlanned(
  directory: string,
  plan: TrainingPlan,
  request: FolderRequest,
  { signal, resumption, from, ...options }: Circumstances,
): Promise<TrainedFolder> {
  const folder = await readFolder(directory, plan, request, { ...options, signal });
  let model: InceptionModel | undefined;
  try {
    if (resumption) assertClassesAsBefore(resumption, folder.classes);
    model = resumption ? inceptionNet(resumption.spec) : startingModel(plan, { from, classes: folder.classes, seed: request.seed });
    const prepared = { model, folder, plan };
    await options.onReady?.(prepared);
    const { engine, onResume, onStep, onEpoch, onCheckpoint, checkpoint, resume, acceptChanges, history, tensorBoard } = options;
    const report = await train(model, folder, {
      ...plan.training,
      ...{
        seed: request.seed,
        engine,
        signal,
        onResume,
        onStep,
        onEpoch,
        onCheckpoint,
        checkpoint,
        resume,
        acceptChanges,
        history,
        tensorBoard,
      },
      notes: { request, plan },
    });
    return { ...prepared, report, evaluation: report.evaluation as Evaluation };
  } catch (error) {
    await Promise.all([folder.train.close(), folder.validation.close()]);
    model?.dispose();
    throw error;
  }
}
