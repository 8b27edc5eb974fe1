import { classBalance, type ClassBalance } from './classBalance.js';
import { compareSides } from './compareSides.js';
import type { ImageDataset } from './dataset.js';
import type { FolderReader } from './folderReader.js';
import type { DuplicateReport } from './duplicateReport.js';
import type { Side, UnreadableFile } from './foundPictures.js';
import { settingsOf, type ImageFolderOptions } from './imageFolderOptions.js';
import { PictureDataset } from './pictureDataset.js';
import { PicturePool, sharedRelease } from './picturePool.js';
import { readSides } from './readSides.js';

export interface ImageFolder {
  /** What was read, as it was given: a folder or a manifest. */
  readonly path: string;
  /** Where the pictures' names begin: the folder itself, or a manifest's. */
  readonly directory: string;
  /** Where the names of `validation` begin, if it was another folder or manifest. */
  readonly validationDirectory: string | undefined;
  readonly train: ImageDataset;
  /** `undefined` if none was asked for. */
  readonly validation: ImageDataset | undefined;
  readonly classes: readonly string[];
  /** Every picture that is left out, with the reason. */
  readonly unreadable: readonly UnreadableFile[];
  /** How many files are no pictures; hidden ones are not counted. */
  readonly ignored: number;
  /** Which pictures are there more than once. `undefined` with `verify: false`, as the files were not read. */
  readonly duplicates: DuplicateReport | undefined;
  /** How evenly the training pictures are spread over the classes. */
  readonly balance: ClassBalance;
  /** The cache on the disk, with `cacheDirectory`. */
  readonly cache: FolderCache | undefined;
}

/** What came of keeping decoded pictures on the disk. */
export interface FolderCache {
  readonly directory: string;
  /** How many pictures needed no decoding when the folder was read, since an earlier run had done it. */
  readonly reused: number;
  /** Why nothing more is stored: the disk is full, or a write failed. `undefined` as long as all is well; it may come later. */
  readonly stopped: string | undefined;
}

/** What {@link imageFolder} gives where `validation` was asked for. */
export interface SplitImageFolder extends ImageFolder {
  readonly validation: ImageDataset;
}

/** As it is at the time of looking. */
function cacheOf(pool: PicturePool, { reused }: FolderReader): FolderCache | undefined {
  if (pool.cacheDirectory === undefined) return undefined;
  return {
    directory: pool.cacheDirectory,
    reused,
    get stopped() {
      return pool.cacheStopped;
    },
  };
}

/**
 * Labelled pictures from a folder that has one folder per class, nested folders and links included, or from a manifest: JPEG, PNG, WebP, GIF
 * (first frame), TIFF, AVIF and SVG, upright by EXIF, transparency on white, colour profiles ignored. They are decoded on worker threads.
 *
 * A manifest is a JSON file, `{ "version": 1, "classes"?: […], "pictures": [{ "path", "label", "split"?, "sha256"? }] }`, or a CSV with the
 * columns path, label, split, sha256. Paths are relative to its folder, or absolute; `split` is `train` or `validation`, for all pictures or
 * for none; a file whose SHA-256 is another than the recorded one is left out as unreadable.
 *
 * Every file is decoded once before the call returns (`verify`), so that damaged ones are known; small sets then stay in memory. Which
 * pictures are held out is a function of (seed, class, file name) of the readable ones; the batches are one of (seed, epoch).
 *
 * @param path The folder of class folders, or a manifest that ends in `.json` or `.csv`.
 * @returns Both datasets, the class names sorted by character code, and what was left out with the reasons. Close both datasets when done.
 * @throws InceptionError `NOT_FOUND` if there is no such folder or manifest; `EMPTY_DATASET` if it has fewer than two classes or one of them
 * nothing readable; `UNREADABLE_IMAGE` for a damaged picture with `onUnreadable: 'fail'`; `INVALID_ARGUMENT` for a setting, a manifest that
 * breaks its rules (the message names the place), one folder for two classes, or a validation folder with other classes or the same pictures;
 * `WRITE_FAILED` for a `cacheDirectory` that cannot be written to.
 * @example
 * ```ts
 * const { train, validation, classes } = await imageFolder('photos', { size: 128, validation: 0.2, augmentation: LIGHT_AUGMENTATION });
 * for await (const { pixels, shape, labels } of train.batches(0)) console.log(shape, classes[labels[0]!]); // [ 32, 128, 128, 3 ] cat
 * ```
 */
export async function imageFolder(path: string, options: ImageFolderOptions & { validation: number | string }): Promise<SplitImageFolder>;
export async function imageFolder(path: string, options: ImageFolderOptions): Promise<ImageFolder>;
export async function imageFolder(path: string, options: ImageFolderOptions): Promise<ImageFolder> {
  const settings = settingsOf(options);
  const pool = new PicturePool(settings.workers, settings.cacheDirectory);
  try {
    const { training, heldOut, hasValidation, unreadable, ignored, reader, ...read } = await readSides(path, settings, pool);
    const { sides, duplicates } = compareSides(read.sides, training.classes, settings.duplicates);
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
    const train = dataset('train');
    const validation = hasValidation ? dataset('validation') : undefined;
    return {
      ...{ path, directory: training.directory, validationDirectory: heldOut?.directory, train, validation, classes: training.classes },
      ...{ unreadable, ignored, duplicates, balance: classBalance(train.classes, train.classCounts) },
      cache: cacheOf(pool, reader),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
