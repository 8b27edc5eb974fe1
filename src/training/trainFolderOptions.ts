import type { ImageFolderOptions } from '../data/imageFolderOptions.js';
import { checkOptions, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { assertEngine } from './engine.js';
import { checkPlanRequest, type PlanRequest } from './planRequest.js';
import { readRecipe, type Recipe } from './recipe.js';
import type { PreparedTraining } from './trainFolder.js';
import type { TrainingOptions } from './trainingOptions.js';
import { assertSeed } from './trainingSettings.js';

/** What of the pictures' reading may be asked for. */
type ReadingOptions = Pick<ImageFolderOptions, 'onUnreadable' | 'onProgress' | 'duplicates' | 'sampling' | 'cacheDirectory'>;

/** What of the training's may be. */
type RunOptions = Pick<
  TrainingOptions,
  | 'engine'
  | 'onResume'
  | 'onStep'
  | 'onEpoch'
  | 'onCheckpoint'
  | 'checkpoint'
  | 'resume'
  | 'acceptChanges'
  | 'history'
  | 'tensorBoard'
  | 'freezeTo'
>;

/** Options of `trainFolder`. What is left out is chosen from the data and the backend's measured speed. */
export interface TrainFolderOptions extends Partial<Omit<PlanRequest, 'recipe' | 'trained'>>, ReadingOptions, RunOptions {
  /**
   * `'auto'`, the name of a recipe that comes with the package, the path of one's own, or a recipe.
   * @default 'auto': all is chosen; with `weights`, 'finetune'
   */
  readonly recipe?: string | Recipe;
  /** How long training may take, in minutes; reading the pictures is not counted. @default the recipe's, else 10 */
  readonly minutes?: number;
  /** A share of each class to hold out, or a folder or manifest of held-out pictures. @default the split that a manifest records, else 0.2 */
  readonly validation?: number | string;
  /** A trained model to start from, or its path: it gets a classifier for these classes, unless it has them already. @default none */
  readonly weights?: string | InceptionModel;
  /** Of the split, the order, the augmentation, the initial weights and dropout: an integer, 0 ≤ seed < 2^24. @default 0 */
  readonly seed?: number;
  /** Ends the call with `ABORTED` after what is running, and after a checkpoint where one was asked for; the model is disposed of. */
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
  weights: true,
  freezeTo: true,
  seed: true,
  engine: true,
  sampling: true,
  duplicates: true,
  onUnreadable: true,
  cacheDirectory: true,
  checkpoint: true,
  resume: true,
  acceptChanges: true,
  history: true,
  tensorBoard: true,
  signal: true,
  onProgress: true,
  onMeasured: true,
  onReady: true,
  onResume: true,
  onStep: true,
  onEpoch: true,
  onCheckpoint: true,
};

/** What a training was asked for, whatever comes of it: a resumption must ask for the same. Plain JSON. */
export interface FolderRequest
  extends
    Omit<PlanRequest, 'trained'>,
    Pick<TrainFolderOptions, 'validation' | 'freezeTo' | 'sampling' | 'duplicates' | 'onUnreadable'>,
    Required<Pick<TrainFolderOptions, 'seed'>> {
  /** The path or the name of the model that training starts from. */
  readonly weights?: string;
}

/** How long training may take where nobody says it. */
const MINUTES = 10;

/**
 * Checks the options, reads the recipe and fills in what needs no picture.
 *
 * @throws InceptionError `INVALID_ARGUMENT` naming the option; `NOT_FOUND` for a recipe that there is not.
 */
export async function checkTrainFolderOptions(options: TrainFolderOptions): Promise<FolderRequest> {
  checkOptions<TrainFolderOptions>('trainFolder', options, KNOWN_OPTIONS);
  const { validation, seed = 0, weights, size, epochs, batch, learningRate, network } = options;
  const { freezeTo, sampling, duplicates, onUnreadable } = options;
  if (weights !== undefined && typeof weights !== 'string' && !(weights instanceof InceptionModel)) {
    throw invalidArgument('trainFolder.weights', 'an InceptionModel or the path of one', weights);
  }
  if (weights !== undefined && network !== undefined) {
    throw invalidArgument(
      'trainFolder.network',
      'none beside weights, which have their own',
      network,
      'Leave out network (--arch, --heads).',
    );
  }
  if (freezeTo !== undefined && weights === undefined) {
    throw invalidArgument(
      'trainFolder.freezeTo',
      'weights to start from',
      undefined,
      'Untrained stages are not worth keeping: give a trained model (weights, --weights).',
    );
  }
  const named = options.recipe ?? (weights === undefined ? 'auto' : 'finetune');
  const recipe = named === 'auto' ? undefined : await readRecipe(named);
  const minutes = options.minutes ?? recipe?.minutes ?? MINUTES;
  const plan = { recipe, minutes, size, epochs, batch, learningRate, network };
  checkPlanRequest('trainFolder', plan, weights !== undefined);
  if (typeof validation === 'number' && !(validation > 0 && validation < 1)) {
    throw invalidArgument('trainFolder.validation', 'a share of each class, 0 < share < 1, or a folder', validation);
  }
  assertSeed('trainFolder.seed', seed);
  assertEngine('trainFolder.engine', options.engine);
  const name = typeof weights === 'string' ? weights : weights?.name;
  const request = { ...plan, ...{ validation, freezeTo, sampling, duplicates, onUnreadable, seed }, weights: name };
  // Plain JSON: what was not asked for is absent, here as in a checkpoint that is read back.
  return JSON.parse(JSON.stringify(request)) as FolderRequest;
}
