import { ensureBackend } from '../backends/ensureBackend.js';
import { glanceAtFolder } from '../data/glanceAtFolder.js';
import { imageFolder, type SplitImageFolder } from '../data/imageFolder.js';
import type { ImageFolderOptions } from '../data/imageFolderOptions.js';
import { checkOptions, expectedGot, InceptionError, invalidArgument } from '../errors.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { googLeNet } from '../networks/googLeNet.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { measureSpeed } from './measureSpeed.js';
import type { GoogLeNetOptions } from './networkLadder.js';
import { checkPlanRequest, type PlanRequest } from './planRequest.js';
import { planTraining, type SpeedOf, type TrainingPlan } from './planTraining.js';
import { train } from './train.js';
import type { TrainingOptions } from './trainingOptions.js';
import { assertSeed } from './trainingSettings.js';
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

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof TrainFolderOptions, true>> = {
  recipe: true,
  minutes: true,
  size: true,
  epochs: true,
  batch: true,
  learningRate: true,
  network: true,
  validation: true,
  seed: true,
  onUnreadable: true,
  signal: true,
  onProgress: true,
  onMeasured: true,
  onReady: true,
  onStep: true,
  onEpoch: true,
};

/** What {@link trainFolder} is about to train, or has trained. */
export interface PreparedTraining {
  readonly model: InceptionModel;
  readonly folder: SplitImageFolder;
  readonly plan: TrainingPlan;
}

/** What {@link trainFolder} made. The caller saves or disposes of the model, and closes the folder's datasets. */
export interface TrainedFolder extends PreparedTraining {
  readonly report: TrainingReport;
  /** On the held-out pictures, by the best epoch, which was chosen on them: it flatters a little. */
  readonly evaluation: Evaluation;
}

/**
 * From a folder of pictures, one folder per class, to a trained classifier: looks at the pictures, measures the backend, chooses network,
 * input size and schedule by what fits, and trains.
 *
 * @param directory The folder of class folders.
 * @returns The model with the weights of its best epoch, the data, the plan with its reasons, and the record of every epoch.
 * @throws InceptionError What `imageFolder` and `train` throw; `INVALID_ARGUMENT` for an option that is not usable, before anything is
 * read, and where the backend has no memory for steps of this size; `ABORTED` once `signal` says so.
 * @example
 * ```ts
 * const { model, evaluation } = await trainFolder('photos', { minutes: 5 });
 * console.log(evaluation.top1);
 * await saveModel(model, 'photos-model');
 * ```
 */
export async function trainFolder(directory: string, options: TrainFolderOptions = {}): Promise<TrainedFolder> {
  checkOptions<TrainFolderOptions>('trainFolder', options, KNOWN_OPTIONS);
  const { validation = 0.2, seed = 0, minutes = 10 } = options;
  const request = { ...options, minutes };
  checkPlanRequest('trainFolder', request);
  if (typeof validation === 'number' && !(validation > 0 && validation < 1)) {
    throw invalidArgument('trainFolder.validation', 'a share of each class, 0 < share < 1, or a folder', validation);
  }
  assertSeed('trainFolder.seed', seed);
  await ensureBackend();
  const glance = await glanceAtFolder(directory, validation);
  const plan = await planTraining(glance, request, speedOfNetworks(glance.classes.length, options));
  return withinMemory(plan, () => trainAsPlanned(directory, plan, { ...options, validation, seed }));
}

async function trainAsPlanned(
  directory: string,
  plan: TrainingPlan,
  {
    validation,
    seed,
    onUnreadable,
    signal,
    onStep,
    onEpoch,
    onReady,
    ...options
  }: TrainFolderOptions & { readonly validation: number | string },
): Promise<TrainedFolder> {
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
    return { ...prepared, report, evaluation: report.evaluation as Evaluation };
  } catch (error) {
    await Promise.all([folder.train.close(), folder.validation.close()]);
    model?.dispose();
    throw error;
  }
}

/** Measures networks one after the other, and says so. */
function speedOfNetworks(classes: number, { onMeasured, signal }: TrainFolderOptions): SpeedOf {
  let measured = 0;
  onMeasured?.(measured);
  const measure = async (network: GoogLeNetOptions, batch: number, enough?: number): Promise<number> => {
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
  return (network, batch, enough) => withinMemory({ network, batch }, () => measure(network, batch, enough));
}

/** What a backend says when a step does not fit: wasm's heap, JavaScript's arrays, TensorFlow's allocator. */
const OUT_OF_MEMORY = /memory access out of bounds|memory limit|allocation failed|OOM|out of memory/i;

/** Steps that the backend has no memory for fail with words that say what to change. */
async function withinMemory<Result>(
  { network, batch }: Pick<TrainingPlan, 'network' | 'batch'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof InceptionError || !(cause instanceof Error && OUT_OF_MEMORY.test(cause.message))) throw cause;
    const got = `pictures of ${network.inputShape?.slice(0, 2).join(' × ')} in batches of ${batch} (${cause.message})`;
    const advice = 'Choose a smaller size or batch, or another backend.';
    throw expectedGot('INVALID_ARGUMENT', 'trainFolder', "steps that fit into the backend's memory", got, advice, cause);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new InceptionError('ABORTED', 'trainFolder: ended by the caller before training began.', { cause: signal.reason });
}
