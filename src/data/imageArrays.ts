import { checkOptions, invalidArgument } from '../errors.js';
import { checkAugmentation, NO_AUGMENTATION, type Augmentation } from './augmentation.js';
import { checkBatchOptions, checkCropFraction, checkSize, type BatchOptions, type PictureSize } from './batchOptions.js';
import type { ImageDataset } from './dataset.js';
import { PictureDataset, type LabelledPicture } from './pictureDataset.js';
import { defaultWorkers, PicturePool, sharedRelease } from './picturePool.js';
import { checkSampling, type Sampling } from './sampling.js';

export interface ImageArraysOptions extends BatchOptions {
  /** All pictures one after the other, or one array each: bytes laid out `[height, width, 3]`, or `[height, width]` for grey ones. */
  pixels: Uint8Array | readonly Uint8Array[];
  /** The class index of each picture. */
  labels: ArrayLike<number>;
  classes: readonly string[];
  /** The network's input in pixels: one number, or [height, width]. */
  size: PictureSize;
  /** The pictures' own size in pixels, if it is another than `size`. */
  pictureSize?: PictureSize;
  /** How pictures vary. Default {@link NO_AUGMENTATION}. */
  augmentation?: Augmentation;
  /** Where no crop is drawn, the share of each side of the centred rectangle that is kept. Default 1. */
  cropFraction?: number;
  /** Whether each epoch has its own order. Default true. */
  shuffle?: boolean;
  /** Whether an epoch has every picture once (default, `'natural'`) or every class equally often, `'balanced'`. */
  sampling?: Sampling;
}

/** One array a picture. @throws InceptionError `INVALID_ARGUMENT` unless there are `count` of them, of `area` grey or RGB pixels. */
function separate(pixels: ImageArraysOptions['pixels'], count: number, area: number): readonly Uint8Array[] {
  if (pixels instanceof Uint8Array) {
    const length = pixels.length / count;
    if (count > 0 && length !== area && length !== area * 3) {
      const expected = `${count} × ${area} bytes (grey) or ${count} × ${area * 3} bytes (RGB)`;
      throw invalidArgument('imageArrays.pixels.length', expected, pixels.length, 'Check labels, size and pictureSize.');
    }
    return Array.from({ length: count }, (_, i) => pixels.subarray(i * length, (i + 1) * length));
  }
  if (pixels.length !== count) throw invalidArgument('imageArrays.pixels', `as many pictures as labels, ${count}`, pixels.length);
  pixels.forEach(({ length }, i) => {
    if (length === area || length === area * 3) return;
    throw invalidArgument(
      `imageArrays.pixels[${i}].length`,
      `${area} bytes (grey) or ${area * 3} bytes (RGB)`,
      length,
      'Check pictureSize.',
    );
  });
  return pixels;
}

/** The pictures one after the other in memory that every thread sees, grey ones as three equal channels. */
function gather(pictures: readonly Uint8Array[], area: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(pictures.length * area * 3);
  const all = new Uint8Array(memory);
  for (const [i, picture] of pictures.entries()) {
    const start = i * area * 3;
    if (picture.length === area * 3) all.set(picture, start);
    else for (let pixel = 0, to = start; pixel < area; pixel++) all[to++] = all[to++] = all[to++] = picture[pixel];
  }
  return memory;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof ImageArraysOptions, true>> = {
  pixels: true,
  labels: true,
  classes: true,
  size: true,
  pictureSize: true,
  augmentation: true,
  cropFraction: true,
  shuffle: true,
  sampling: true,
  batch: true,
  seed: true,
  workers: true,
  prefetch: true,
};

/**
 * Labelled pictures from arrays in memory, with the order, augmentation and batches that folders have.
 *
 * @returns A dataset; picture i is named `String(i)`.
 * @throws InceptionError `INVALID_ARGUMENT` if pictures, labels and classes do not fit together.
 * @example
 * ```ts
 * const pixels = new Uint8Array(2 * 8 * 8).fill(255, 64); // two grey pictures: a black one, a white one
 * const train = imageArrays({ pixels, labels: [0, 1], classes: ['black', 'white'], size: 8, batch: 2 });
 * ```
 */
export function imageArrays(options: ImageArraysOptions): ImageDataset {
  checkOptions<ImageArraysOptions>('imageArrays', options, KNOWN_OPTIONS);
  const { pixels, labels, classes, augmentation = NO_AUGMENTATION, cropFraction = 1, shuffle = true, sampling = 'natural' } = options;
  const { batch = 32, seed = 0, workers = defaultWorkers(), prefetch = workers + 2 } = options;
  const size = checkSize('imageArrays.size', options.size);
  const [height, width] = checkSize('imageArrays.pictureSize', options.pictureSize ?? options.size);
  checkBatchOptions('imageArrays', { batch, seed, workers, prefetch });
  checkCropFraction('imageArrays.cropFraction', cropFraction);
  checkAugmentation('imageArrays.augmentation', augmentation);
  checkSampling('imageArrays.sampling', sampling);
  Array.from(labels).forEach((label, i) => {
    if (Number.isInteger(label) && label >= 0 && label < classes.length) return;
    throw invalidArgument(`imageArrays.labels[${i}]`, `a class index from 0 to ${classes.length - 1}`, label);
  });
  const memory = gather(separate(pixels, labels.length, height * width), height * width);
  const prepared = !augmentation.crop && cropFraction === 1 && height === size[0] && width === size[1];
  const pictures = Array.from(labels, (label, i): LabelledPicture => {
    return { name: String(i), label, source: { memory, offset: i * height * width * 3, width, height, prepared } };
  });
  const pool = new PicturePool(workers);
  const preparation = { size, cropFraction, augmentation, seed };
  const release = sharedRelease(pool, 1)();
  return new PictureDataset({ classes, pictures, preparation, batch, shuffle, sampling, prefetch, pool, release });
}
