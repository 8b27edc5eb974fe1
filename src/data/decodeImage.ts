import { readFile } from 'node:fs/promises';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import { NO_AUGMENTATION } from './augmentation.js';
import { checkCropFraction, checkSize, type PictureSize } from './batchOptions.js';
import { decodePicture } from './decodePicture.js';
import { decodedShorterSide, DEFAULT_CROP_FRACTION, evaluationPicture } from './preparePicture.js';

export interface DecodeImageOptions {
  /** The network's input in pixels: one number, or [height, width]. */
  size: PictureSize;
  /** The share of each side of the centred rectangle that is kept. Default 0.875. */
  cropFraction?: number;
}

/** One picture as a network sees it. */
export interface DecodedImage {
  /** RGB, 0–255, laid out `[height, width, 3]`. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: 3];
}

/** The bytes of a file. @throws InceptionError `NOT_FOUND` or `UNREADABLE_IMAGE`, naming the path. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw expectedGot('NOT_FOUND', 'image', 'a picture file', path, 'Check the path; it is taken from the working directory.', cause);
    throw new InceptionError(
      'UNREADABLE_IMAGE',
      `${path}: expected a picture file, got ${code === 'EISDIR' ? 'a folder' : `an error (${code})`}.`,
      { cause },
    );
  }
}

/**
 * One picture, decoded and resized exactly as validation pictures of {@link imageFolder} are: the same bytes come out.
 *
 * @param image A path, or the encoded bytes of a JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG.
 * @returns RGB bytes, `[height, width, 3]`.
 * @throws InceptionError `NOT_FOUND` if there is no such file, `UNREADABLE_IMAGE` if it is no picture or damaged, `INVALID_ARGUMENT` for a setting.
 * @example
 * ```ts
 * const { pixels, shape } = await decodeImage('photo.jpg', { size: 224 });
 * const input = tf.tensor4d(pixels, [1, ...shape], 'int32');
 * ```
 */
export async function decodeImage(
  image: string | Uint8Array,
  { size, cropFraction = DEFAULT_CROP_FRACTION }: DecodeImageOptions,
): Promise<DecodedImage> {
  if (typeof image !== 'string' && !(image instanceof Uint8Array))
    throw invalidArgument('image', 'a path or the bytes of a picture file', image);
  checkCropFraction('decodeImage.cropFraction', cropFraction);
  const preparation = { size: checkSize('decodeImage.size', size), cropFraction, augmentation: NO_AUGMENTATION, seed: 0 };
  const bytes = typeof image === 'string' ? await bytesOf(image) : image;
  const picture = await decodePicture(bytes, decodedShorterSide(preparation), typeof image === 'string' ? image : 'image');
  const { pixels, height, width } = evaluationPicture(picture, preparation);
  return { pixels, shape: [height, width, 3] };
}
