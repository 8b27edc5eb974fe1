import { checkOptions, invalidArgument } from '../errors.js';
import { checkAugmentation, NO_AUGMENTATION, type Augmentation } from './augmentation.js';
import { checkBatchOptions, checkCropFraction, checkSize, type BatchOptions, type PictureSize } from './batchOptions.js';
import type { ManifestSide } from './manifestPictures.js';
import { defaultWorkers } from './picturePool.js';
import { DEFAULT_CROP_FRACTION } from './preparePicture.js';
import { checkSampling, type Sampling } from './sampling.js';

/** Decoded pictures are kept in memory up to this many bytes. */
export const DEFAULT_CACHE_BYTES = 512 * 1024 * 1024;

export interface ImageFolderOptions extends BatchOptions {
  /** The network's input in pixels: one number, or [height, width]. */
  size: PictureSize;
  /**
   * What validation is made of: a share of each class (0 < share < 1), or another folder or manifest with the same classes. Default: what a
   * manifest records, otherwise none. A folder within the training folder is no class of it.
   */
  validation?: number | string;
  /** Where the relative paths of a manifest begin. Default: the folder it is in. */
  directory?: string;
  /** Of a manifest that records a split, the pictures of one side, or `'all'` whatever their side; they become `train`. Default: both sides. */
  side?: ManifestSide;
  /**
   * What becomes of training pictures that stand in validation too, byte for byte or but for size, compression and the like: they are
   * reported (default), or left out of training with `'drop'`, which makes validation honest and leaves it whole.
   */
  duplicates?: 'report' | 'drop';
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
  /**
   * A folder for decoded pictures, so that later runs need not decode them again; it may serve several processes, other folders and other
   * settings, and may be removed at any time. It pays for large pictures: one of 12 megapixels is back in a fortieth of the time. A picture
   * takes 3 bytes a pixel: 150 kB at 224², 0.8 MB where crops are drawn. When the disk has less than 2 GiB left, or a write fails, nothing
   * more is stored and reading goes on. The batches do not depend on it. Default: none.
   */
  cacheDirectory?: string;
  /** Called as files are decoded the first time. */
  onProgress?: (done: number, total: number) => void;
}

/** Options that say something by not being there. */
type Unset = 'validation' | 'classes' | 'directory' | 'side' | 'cacheDirectory' | 'onProgress';

/** The options with what was left out. */
export type ImageFolderSettings = Required<Omit<ImageFolderOptions, 'size' | Unset>> &
  Pick<ImageFolderOptions, Unset> & { size: [height: number, width: number] };

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof ImageFolderOptions, true>> = {
  size: true,
  validation: true,
  directory: true,
  side: true,
  duplicates: true,
  onUnreadable: true,
  augmentation: true,
  cropFraction: true,
  classes: true,
  shuffle: true,
  sampling: true,
  verify: true,
  cacheBytes: true,
  cacheDirectory: true,
  onProgress: true,
  batch: true,
  seed: true,
  workers: true,
  prefetch: true,
};

/** @throws InceptionError `INVALID_ARGUMENT` for a value that is not usable. */
export function settingsOf(options: ImageFolderOptions): ImageFolderSettings {
  checkOptions<ImageFolderOptions>('imageFolder', options, KNOWN_OPTIONS);
  const { batch = 32, seed = 0, workers = defaultWorkers(), prefetch = workers + 2, shuffle = true, verify = true } = options;
  const { validation, onUnreadable = 'skip', augmentation = NO_AUGMENTATION, cropFraction = DEFAULT_CROP_FRACTION } = options;
  const { sampling = 'natural', cacheBytes = DEFAULT_CACHE_BYTES, classes, onProgress } = options;
  const { directory, side, duplicates = 'report', cacheDirectory } = options;
  const size = checkSize('imageFolder.size', options.size);
  checkBatchOptions('imageFolder', { batch, seed, workers, prefetch });
  checkCropFraction('imageFolder.cropFraction', cropFraction);
  checkAugmentation('imageFolder.augmentation', augmentation);
  checkSampling('imageFolder.sampling', sampling);
  if (validation !== undefined && typeof validation !== 'string' && !(validation > 0 && validation < 1)) {
    throw invalidArgument('imageFolder.validation', 'a share of each class, 0 < share < 1, or a folder or manifest', validation);
  }
  if (!['skip', 'fail'].includes(onUnreadable)) throw invalidArgument('imageFolder.onUnreadable', "'skip' or 'fail'", onUnreadable);
  if (!['report', 'drop'].includes(duplicates)) throw invalidArgument('imageFolder.duplicates', "'report' or 'drop'", duplicates);
  if (duplicates === 'drop' && !verify)
    throw invalidArgument('imageFolder.verify', "true with duplicates: 'drop', as files must be compared", verify);
  if (side !== undefined && !['train', 'validation', 'all'].includes(side)) {
    throw invalidArgument('imageFolder.side', "'train', 'validation' or 'all'", side);
  }
  if (!(cacheBytes >= 0)) throw invalidArgument('imageFolder.cacheBytes', 'a number of bytes, or 0 for none', cacheBytes);
  if (cacheDirectory !== undefined && (typeof cacheDirectory !== 'string' || cacheDirectory === '')) {
    throw invalidArgument('imageFolder.cacheDirectory', 'the path of a folder', cacheDirectory);
  }
  return {
    ...{ batch, seed, workers, prefetch, shuffle, sampling, verify, validation, onUnreadable },
    ...{ augmentation, cropFraction, cacheBytes, cacheDirectory, classes, onProgress, size, directory, side, duplicates },
  };
}
