import { centerView, viewRectangle, type PictureView } from '../data/pictureView.js';
import { DEFAULT_CROP_FRACTION } from '../data/preparePicture.js';
import type { Rectangle } from '../data/resample.js';
import { invalidArgument } from '../errors.js';

/** How many views of a picture a network judges, to be averaged. */
export type CropCount = 1 | 10 | 12 | 144;

/** A view of a picture, in the picture's pixels, not rounded. */
export interface CropRectangle extends Rectangle {
  /** Whether it is turned over, left to right. */
  readonly mirror: boolean;
}

/** How the views of a picture are laid out. */
interface CropPlan {
  /** Pixels of the resized picture's shorter side, for the papers' input of 224. */
  readonly scales: readonly number[];
  /** Where the squares lie along the longer side: 0 left or top, 1 right or bottom. */
  readonly squares: readonly number[];
  /** Whether the whole square is a view too, besides its corners and centre. */
  readonly takesWholeSquare: boolean;
}

/** The input size that the scales are written for. */
const PAPER_SIZE = 224;

const PLANS: Readonly<Record<Exclude<CropCount, 1>, CropPlan>> = {
  // Krizhevsky et al. 2012, §4.1; arXiv:1409.4842, table 3.
  10: { scales: [256], squares: [0.5], takesWholeSquare: false },
  // arXiv:1602.07261, table 4, counts 12 and does not say which: GoogLeNet's six of the centre square at its first scale, mirrored.
  12: { scales: [256], squares: [0.5], takesWholeSquare: true },
  // arXiv:1409.4842, §7.
  144: { scales: [256, 288, 320, 352], squares: [0, 0.5, 1], takesWholeSquare: true },
};

export const CROP_COUNTS: readonly CropCount[] = [1, 10, 12, 144];

const CORNERS_AND_CENTER = [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]] as const; // prettier-ignore

/** @throws InceptionError `INVALID_ARGUMENT` unless `crops` is 1, 10, 12 or 144. */
export function checkCrops(where: string, crops: unknown): asserts crops is CropCount {
  if (!CROP_COUNTS.includes(crops as CropCount)) throw invalidArgument(where, `one of ${CROP_COUNTS.join(', ')}`, crops);
}

/**
 * The views that a number of crops stands for, whatever the picture's size: scales, then squares, then corners, centre and whole square,
 * each followed by its mirror image. For another input than 224 the scales are in proportion, rounded to whole pixels.
 */
export function cropViews(size: readonly [height: number, width: number], crops: CropCount): PictureView[] {
  if (crops === 1) return [centerView(DEFAULT_CROP_FRACTION)];
  const { scales, squares, takesWholeSquare } = PLANS[crops];
  const shorter = Math.min(...size);
  return scales.flatMap((scale) => {
    const side = shorter / Math.round((shorter * scale) / PAPER_SIZE);
    return squares.flatMap((frame) => {
      const views = CORNERS_AND_CENTER.map((place) => ({ frame, place, side }));
      if (takesWholeSquare) views.push({ frame, place: [0.5, 0.5], side: 1 });
      return views.flatMap((view) => [false, true].map((mirror) => ({ ...view, mirror })));
    });
  });
}

/**
 * Where the crops of a picture lie.
 *
 * - 1: the centre, 0.875 of each side of the largest square.
 * - 10: at the scale where the shorter side has 256 pixels, the centre square's four corners and centre of 224 × 224, and their mirror images.
 * - 12: those and the whole square, resized.
 * - 144: GoogLeNet's. At shorter sides of 256, 288, 320 and 352 pixels, of the left, centre and right square (top, centre and bottom of an
 *   upright picture) the four corners, the centre and the whole square, and their mirror images: 4 × 3 × 6 × 2.
 *
 * The positions are exact, not rounded to pixels of a resized picture: each crop is to be resampled once, from the picture itself. For an
 * input that is not square, the squares are rectangles of its shape.
 *
 * @param picture Width and height in pixels.
 * @param size The network's input in pixels: one number, or [height, width].
 * @returns As many rectangles as `crops`, none outside the picture.
 * @throws InceptionError `INVALID_ARGUMENT` if a size is not positive or `crops` is another number.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §7.
 * @example
 * ```ts
 * cropRectangles({ width: 500, height: 375 }, 224, 10)[0]; // { left: 62.5, top: 0, width: 328.125, height: 328.125, mirror: false }
 * ```
 */
export function cropRectangles(
  picture: { readonly width: number; readonly height: number },
  size: number | readonly [height: number, width: number],
  crops: CropCount,
): CropRectangle[] {
  checkCrops('cropRectangles.crops', crops);
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  for (const [name, value] of Object.entries({ width: picture.width, height: picture.height, 'size[0]': height, 'size[1]': width })) {
    if (!(Number.isInteger(value) && value > 0)) throw invalidArgument(`cropRectangles.${name}`, 'a positive integer', value);
  }
  return cropViews([height, width], crops).map((view) => ({ ...viewRectangle(view, picture, width / height), mirror: view.mirror }));
}
