import { checkOptions, expectedGot, invalidArgument } from '../errors.js';
import { checkAugmentation, NO_AUGMENTATION, type Augmentation } from './augmentation.js';
import { checkBatchOptions, checkCropFraction, checkSize, type BatchOptions, type PictureSize } from './batchOptions.js';
import { checkNotEmpty, checkSameClasses, checkTwoClasses, inOrder } from './classFolders.js';
import type { ImageDataset } from './dataset.js';
import { findPictures, type UnreadableFile } from './findPictures.js';
import { FolderReader, unreadableError, type Side } from './folderReader.js';
import { checkSampling, PictureDataset, type Sampling } from './pictureDataset.js';
import { defaultWorkers, PicturePool, sharedRelease } from './picturePool.js';
import { DEFAULT_CROP_FRACTION } from './preparePicture.js';

/** Decoded pictures are kept in memory up to this many bytes. */
export const DEFAULT_CACHE_BYTES = 512 * 1024 * 1024;

export interface ImageFolderOptions extends BatchOptions {
  /** The network's input in pixels: one number, or [height, width]. */
  size: PictureSize;
  /** What validation is made of: a share of each class (0 < share < 1) or another folder with the same class folders. Default: none. */
  validation?: number | string;
  /** Whether a picture that cannot be decoded is left out and reported, or an error. Default `'skip'`. */
  onUnreadable?: 'skip' | 'fail';
  /** How training pictures vary. Default {@link NO_AUGMENTATION}. Validation pictures never do. */
  augmentation?: Augmentation;
  /** Where no crop is drawn, the share of each side of the centred rectangle that is kept. Default 0.875. */
  cropFraction?: number;
  /** The class names in the order of the labels, of a model for instance. Default: the folder's own, sorted. A class may then have no pictures. */
  classes?: readonly string[];
  /** Whether each epoch of `train` has its own order. Default true. */
  shuffle?: boolean;
  /**
   * Whether an epoch of `train` has every picture once (default, `'natural'`) or every class equally often, `'balanced'`: pictures of small
   * classes then repeat, each time varied otherwise, and those of large ones take turns over the epochs. Validation is always natural.
   */
  sampling?: Sampling;
  /**
   * Whether every file is decoded once, now. Default true: damaged files are known and counted before training, and `count` holds. It costs
   * as much as one epoch of decoding. With false, no file is opened beforehand, and one that then fails to decode ends the epoch.
   */
  verify?: boolean;
  /** Decoded pictures kept in memory, so that later epochs only crop and vary them. Default 512 MiB; 0 keeps none. The batches do not depend on it. */
  cacheBytes?: number;
  /** Called as files are decoded the first time. */
  onProgress?: (done: number, total: number) => void;
}

export interface ImageFolder {
  readonly directory: string;
  readonly train: ImageDataset;
  /** `undefined` if none was asked for. */
  readonly validation: ImageDataset | undefined;
  readonly classes: readonly string[];
  /** Every picture that is left out, with the reason. */
  readonly unreadable: readonly UnreadableFile[];
  /** How many files are no pictures; hidden ones are not counted. */
  readonly ignored: number;
}

/** What {@link imageFolder} gives where `validation` was asked for. */
export interface SplitImageFolder extends ImageFolder {
  readonly validation: ImageDataset;
}

type Settings = Required<Omit<ImageFolderOptions, 'size' | 'validation' | 'classes' | 'onProgress'>> &
  Pick<ImageFolderOptions, 'validation' | 'classes' | 'onProgress'> & { size: [height: number, width: number] };

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof ImageFolderOptions, true>> = {
  size: true,
  validation: true,
  onUnreadable: true,
  augmentation: true,
  cropFraction: true,
  classes: true,
  shuffle: true,
  sampling: true,
  verify: true,
  cacheBytes: true,
  onProgress: true,
  batch: true,
  seed: true,
  workers: true,
  prefetch: true,
};

function settingsOf(options: ImageFolderOptions): Settings {
  checkOptions<ImageFolderOptions>('imageFolder', options, KNOWN_OPTIONS);
  const { batch = 32, seed = 0, workers = defaultWorkers(), prefetch = workers + 2, shuffle = true, verify = true } = options;
  const { validation, onUnreadable = 'skip', augmentation = NO_AUGMENTATION, cropFraction = DEFAULT_CROP_FRACTION } = options;
  const { sampling = 'natural', cacheBytes = DEFAULT_CACHE_BYTES, classes, onProgress } = options;
  const size = checkSize('imageFolder.size', options.size);
  checkBatchOptions('imageFolder', { batch, seed, workers, prefetch });
  checkCropFraction('imageFolder.cropFraction', cropFraction);
  checkAugmentation('imageFolder.augmentation', augmentation);
  checkSampling('imageFolder.sampling', sampling);
  if (validation !== undefined && typeof validation !== 'string' && !(validation > 0 && validation < 1)) {
    throw invalidArgument('imageFolder.validation', 'a share of each class, 0 < share < 1, or a folder', validation);
  }
  if (!['skip', 'fail'].includes(onUnreadable)) throw invalidArgument('imageFolder.onUnreadable', "'skip' or 'fail'", onUnreadable);
  if (!(cacheBytes >= 0)) throw invalidArgument('imageFolder.cacheBytes', 'a number of bytes, or 0 for none', cacheBytes);
  return {
    ...{ batch, seed, workers, prefetch, shuffle, sampling, verify, validation, onUnreadable },
    ...{ augmentation, cropFraction, cacheBytes, classes, onProgress, size },
  };
}

/** Finds, divides and reads the pictures of both sides. */
async function readSides(directory: string, settings: Settings, pool: PicturePool) {
  const { validation, onUnreadable, seed } = settings;
  const { size, cropFraction, augmentation } = settings;
  const training = inOrder(directory, await findPictures('imageFolder.directory', directory), settings.classes);
  if (!settings.classes) checkTwoClasses(directory, training);
  const other =
    typeof validation === 'string'
      ? inOrder(validation, await findPictures('imageFolder.validation', validation), settings.classes)
      : undefined;
  if (other) checkSameClasses(training, other);
  const found = [...training.unreadable, ...(other?.unreadable ?? [])];
  if (found.length > 0 && onUnreadable === 'fail') throw unreadableError('imageFolder', found);
  const reader = new FolderReader({ ...settings, where: 'imageFolder', pool, preparation: { size, cropFraction, augmentation, seed } });
  const sides = await reader.divide(directory, training, typeof validation === 'number' ? validation : 0, seed);
  if (other) sides.validation = await reader.readAll('validation', validation as string, other);
  const unreadable = [...found, ...reader.unreadable].sort((a, b) => (a.path < b.path ? -1 : 1));
  checkNotEmpty(directory, training, sides.train, unreadable, settings.classes !== undefined);
  if (other) checkNotEmpty(validation as string, other, sides.validation, unreadable, settings.classes !== undefined);
  if (typeof validation === 'number' && sides.validation.length === 0) {
    throw expectedGot(
      'EMPTY_DATASET',
      'imageFolder.validation',
      'a class with two readable pictures or more to hold one out',
      'one in each',
      'Add pictures.',
    );
  }
  return { training, sides, unreadable, ignored: training.ignored + (other?.ignored ?? 0), reader };
}

/**
 * Labelled pictures from a folder that has one folder per class, nested folders and links included: JPEG, PNG, WebP, GIF (first frame),
 * TIFF, AVIF and SVG, upright by EXIF, transparency on white, colour profiles ignored. They are decoded on worker threads.
 *
 * Every file is decoded once before the call returns (`verify`), so that damaged ones are known; small sets then stay in memory. Which
 * pictures are held out is a function of (seed, class, file name) of the readable ones; the batches are one of (seed, epoch).
 *
 * @returns Both datasets, the class names sorted by character code, and what was left out with the reasons. Close both datasets when done.
 * @throws InceptionError `NOT_FOUND` if there is no such folder; `EMPTY_DATASET` if it has fewer than two classes or one of them nothing
 * readable; `UNREADABLE_IMAGE` for a damaged picture with `onUnreadable: 'fail'`; `INVALID_ARGUMENT` for a setting, or a validation folder
 * with other classes.
 * @example
 * ```ts
 * const { train, validation, classes } = await imageFolder('photos', { size: 128, validation: 0.2, augmentation: LIGHT_AUGMENTATION });
 * for await (const { pixels, shape, labels } of train.batches(0)) console.log(shape, classes[labels[0]!]); // [ 32, 128, 128, 3 ] cat
 * ```
 */
export async function imageFolder(
  directory: string,
  options: ImageFolderOptions & { validation: number | string },
): Promise<SplitImageFolder>;
export async function imageFolder(directory: string, options: ImageFolderOptions): Promise<ImageFolder>;
export async function imageFolder(directory: string, options: ImageFolderOptions): Promise<ImageFolder> {
  const settings = settingsOf(options);
  const pool = new PicturePool(settings.workers);
  try {
    const { training, sides, unreadable, ignored, reader } = await readSides(directory, settings, pool);
    const hasValidation = settings.validation !== undefined;
    const release = sharedRelease(pool, hasValidation ? 2 : 1);
    const dataset = (side: Side): ImageDataset =>
      new PictureDataset({
        classes: training.classes,
        pictures: sides[side],
        preparation: reader.preparationOf(side),
        batch: settings.batch,
        shuffle: side === 'train' && settings.shuffle,
        sampling: side === 'train' ? settings.sampling : 'natural',
        prefetch: settings.prefetch,
        pool,
        release: release(),
      });
    const validation = hasValidation ? dataset('validation') : undefined;
    return { directory, train: dataset('train'), validation, classes: training.classes, unreadable, ignored };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
