import { ensureBackend } from '../backends/ensureBackend.js';
import { glanceAtFolder } from '../data/glanceAtFolder.js';
import { imageFolder, type ImageFolder, type ImageFolderOptions } from '../data/imageFolder.js';
import { InceptionError, invalidArgument } from '../errors.js';
import { googLeNet } from '../networks/googLeNet.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { measureSpeed } from './measureSpeed.js';
import { checkPlanRequest, type PlanRequest } from './planRequest.js';
import { planTraining, type SpeedOf, type TrainingPlan } from './planTraining.js';
import { train } from './train.js';
import { assertSeed, type TrainingOptions } from './trainingOptions.js';
import type { TrainingReport } from './trainingReport.js';

/** Options of {@link trainFolder}. What is left out is chosen from the data and the backend's measured speed. */
export interface TrainFolderOptions
  extends Partial<PlanRequest>, Pick<ImageFolderOptions, 'onUnreadable' | 'onProgress'>, Pick<TrainingOptions, 'onStep' | 'onEpoch'> {
  /** How long training may take, in minutes; reading the pictures is not counted. @default 10 */
  readonly minutes?: number;
  /** A share of each class to hold out, or a folder of held-out pictures. @default 0.2 */
  readonly validation?: number | string;
  /** Of the split, the order, the augmentation, the initial weights and dropout: an integer, 0 ≤ seed < 2^24. @default 0 */
  readonly seed?: number;
  /** Ends the call with `ABORTED` after what is running: the model is disposed of, nothing of it is kept. */
  readonly signal?: AbortSignal;
  /** Called before the speed of networks is measured, and after each. */
  readonly onMeasured?: (networks: number) => void;
  /** Called once the pictures are read and the network is built, before the first step. */
  readonly onReady?: (prepared: PreparedTraining) => void | Promise<void>;
}

/** What {@link trainFolder} is about to train, or has trained. */
export interface PreparedTraining {
  readonly model: InceptionModel;
  readonly folder: ImageFolder;
  readonly plan: TrainingPlan;
}

/** What {@link trainFolder} made. The caller saves or disposes of the model, and closes the folder's datasets. */
export interface TrainedFolder extends PreparedTraining {
  readonly report: TrainingReport;
}

/**
 * From a folder of pictures, one folder per class, to a trained classifier: looks at the pictures, measures the backend, chooses network,
 * input size and schedule by what fits, and trains.
 *
 * @param directory The folder of class folders.
 * @returns The model with the weights of its best epoch, the data, the plan with its reasons, and the record of every epoch.
 * @throws InceptionError What `imageFolder` and `train` throw; `ABORTED` once `signal` says so.
 * @example
 * ```ts
 * const { model, report } = await trainFolder('photos', { minutes: 5 });
 * console.log(report.best.validation?.top1);
 * await saveModel(model, 'photos-model');
 * ```
 */
export async function trainFolder(directory: string, options: TrainFolderOptions = {}): Promise<TrainedFolder> {
  const { validation = 0.2, seed = 0, minutes = 10, onUnreadable, signal, onStep, onEpoch, onReady } = options;
  const request = { ...options, minutes };
  checkPlanRequest('trainFolder', request);
  if (typeof validation === 'number' && !(validation > 0 && validation < 1)) {
    throw invalidArgument('trainFolder.validation', 'a share of each class, 0 < share < 1, or a folder', validation);
  }
  assertSeed('trainFolder.seed', seed);
  await ensureBackend();
  const glance = await glanceAtFolder(directory, validation);
  const plan = await planTraining(glance, request, speedOfNetworks(glance.classes.length, options));
  const { size, batch, augmentation } = plan;
  const onProgress = (done: number, total: number): void => {
    throwIfAborted(signal);
    options.onProgress?.(done, total);
  };
  const folder = await imageFolder(directory, { size, batch, validation, seed, augmentation, onUnreadable, onProgress });
  let model: InceptionModel | undefined;
  try {
    model = googLeNet({ ...plan.network, classes: folder.classes.length, seed });
    const prepared = { model, folder, plan };
    await onReady?.(prepared);
    const report = await train(model, folder, { ...plan.training, seed, signal, onStep, onEpoch });
    return { ...prepared, report };
  } catch (error) {
    model?.dispose();
    await Promise.all([folder.train.close(), folder.validation?.close()]);
    throw error;
  }
}

/** Measures networks one after the other, and says so. */
function speedOfNetworks(classes: number, { onMeasured, signal }: TrainFolderOptions): SpeedOf {
  let measured = 0;
  onMeasured?.(measured);
  return async (network, batch, enough) => {
    throwIfAborted(signal);
    const model = googLeNet({ ...network, classes });
    try {
      return await measureSpeed(model, batch, enough);
    } finally {
      model.dispose();
      onMeasured?.(++measured);
      // A step holds the thread; between networks timers and signals get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new InceptionError('ABORTED', 'trainFolder: ended by the caller before training began.', { cause: signal.reason });
}
