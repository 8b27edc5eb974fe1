import type { Augmentation } from './augmentation.js';
import { distortColors } from './distortColors.js';
import type { Draw } from './draw.js';
import { centerRectangle, drawColorDistortion, drawCrop, drawFlip, drawInterpolation } from './drawAugmentation.js';
import { eraseAtRandom } from './randomErasing.js';
import { resample, type Picture } from './resample.js';
import { scratchFloats } from './scratch.js';

/** From a decoded picture of any size to the network's input. */
export interface Preparation {
  readonly size: readonly [height: number, width: number];
  /** Of the largest centred rectangle with the input's shape, the share of each side that is kept where no crop is drawn. */
  readonly cropFraction: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/** The share of each side that evaluation keeps. Source: TF-slim's `inception_preprocessing`, `central_fraction`. */
export const DEFAULT_CROP_FRACTION = 0.875;

/** A picture is decoded to at most this many times the input's size: a crop of less than a quarter of its area is enlarged a little. */
const LARGEST_OVERSIZE = 2;

/** The shorter side in pixels that a picture is decoded to, if it is larger. */
export function decodedShorterSide({ size, augmentation }: Preparation): number {
  const smallestArea = augmentation.crop?.area[0] ?? 0;
  return Math.ceil(Math.max(...size) * Math.min(LARGEST_OVERSIZE, 1 / Math.sqrt(smallestArea)));
}

/** The input's values before they are rounded. */
const scratchValues = scratchFloats();

/** Rounds to bytes, clipped to 0–255; mirrored left to right if `flip`. */
export function writeBytes(values: Float32Array, width: number, flip: boolean, output: Uint8Array): void {
  // The clamped view rounds and clips as it stores, several times faster than Math.round, min and max.
  const bytes = new Uint8ClampedArray(output.buffer, output.byteOffset, output.length);
  if (!flip) {
    bytes.set(values);
    return;
  }
  for (let row = 0; row < values.length; row += width * 3) {
    for (let to = row, from = row + (width - 1) * 3; from >= row; to += 3, from -= 3) {
      bytes[to] = values[from];
      bytes[to + 1] = values[from + 1];
      bytes[to + 2] = values[from + 2];
    }
  }
}

/** The picture as evaluation and classification see it: its centre, resized. */
export function evaluationPicture(picture: Picture, { size, cropFraction }: Pick<Preparation, 'size' | 'cropFraction'>): Picture {
  const [height, width] = size;
  const pixels = new Uint8Array(height * width * 3);
  const rectangle = centerRectangle(picture.width, picture.height, width / height, cropFraction);
  writeBytes(resample(picture, rectangle, size, 'bilinear', scratchValues(pixels.length)), width, false, pixels);
  return { pixels, width, height };
}

/** All variations but erasing, which wants bytes. */
function writeVaried(picture: Picture, prepared: boolean, preparation: Preparation, draw: Draw, output: Uint8Array): void {
  const { size, augmentation } = preparation;
  const [height, width] = size;
  const { crop, photometric = 0 } = augmentation;
  const flip = drawFlip(draw, augmentation.flip);
  const seen = prepared || crop ? picture : evaluationPicture(picture, preparation);
  if (!prepared && crop) {
    // The paper's aspects are those of a square input; another input's own shape is the middle of the range.
    const aspect = crop.aspect.map((ratio) => (ratio * width) / height) as [number, number];
    const rectangle = drawCrop(draw, { area: crop.area, aspect }, picture.width, picture.height);
    const values = resample(picture, rectangle, size, drawInterpolation(draw, augmentation.interpolation), scratchValues(output.length));
    if (photometric > 0) distortColors(values, drawColorDistortion(draw, photometric));
    writeBytes(values, width, flip, output);
    return;
  }
  if (!flip && photometric === 0) {
    output.set(seen.pixels);
    return;
  }
  const values = scratchValues(output.length);
  values.set(seen.pixels);
  if (photometric > 0) distortColors(values, drawColorDistortion(draw, photometric));
  writeBytes(values, width, flip, output);
}

/**
 * The picture as one training epoch sees it.
 *
 * @param prepared Whether `picture` is already the evaluation's view, to be varied further; otherwise a crop is drawn from it.
 * @param output Receives the RGB bytes, `[height, width, 3]`.
 */
export function writeTrainingPicture(picture: Picture, prepared: boolean, preparation: Preparation, draw: Draw, output: Uint8Array): void {
  writeVaried(picture, prepared, preparation, draw, output);
  const { size, augmentation } = preparation;
  if (augmentation.erase) eraseAtRandom(output, size[1], augmentation.erase, draw);
}
