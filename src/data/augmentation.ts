import { invalidArgument } from '../errors.js';

/**
 * How a training picture is varied from epoch to epoch. What is left out does not happen. Every variation is a function of
 * (seed, epoch, picture).
 */
export interface Augmentation {
  /**
   * A rectangle at a random place: its share of the picture's area is drawn evenly, its width over height evenly on a logarithmic
   * scale, each between the two bounds. It is then resized to the network's input.
   */
  readonly crop?: {
    readonly area: readonly [smallest: number, largest: number];
    readonly aspect: readonly [narrowest: number, widest: number];
  };
  /** Whether every second picture, on average, is mirrored left to right. */
  readonly flip?: boolean;
  /** Strength of the changes in brightness, saturation, hue and contrast: 0 (none) to 1 (TF-slim's: ±32, ×0.5–1.5, ±72°, ×0.5–1.5). */
  readonly photometric?: number;
  /** How crops are resized: always bilinear (default), or one of bilinear, area, nearest and cubic, drawn at random. */
  readonly interpolation?: 'bilinear' | 'random';
}

/** Pictures as evaluation sees them, in another order each epoch. */
export const NO_AUGMENTATION: Augmentation = {};

/** Mild crops and mirroring: for small sets and short runs, where the paper's crops leave a small network too little to see. */
export const LIGHT_AUGMENTATION: Augmentation = { crop: { area: [0.5, 1], aspect: [4 / 5, 5 / 4] }, flip: true, photometric: 0.2 };

/**
 * The paper's: crops of 8 to 100 % of the area with sides in ratio 3:4 to 4:3, mirroring, photometric distortion, random interpolation.
 *
 * @see Szegedy et al. 2014, arXiv:1409.4842, §6
 */
export const PAPER_AUGMENTATION: Augmentation = {
  crop: { area: [0.08, 1], aspect: [3 / 4, 4 / 3] },
  flip: true,
  photometric: 1,
  interpolation: 'random',
};

const isRange = (range: unknown, largest: number): boolean =>
  Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] > 0 && range[0] <= range[1] && range[1] <= largest;

/** @throws InceptionError `INVALID_ARGUMENT` where a range is empty or a strength lies outside 0–1. */
export function checkAugmentation(where: string, augmentation: Augmentation): void {
  const { crop, flip, photometric, interpolation } = augmentation;
  if (crop && !isRange(crop.area, 1)) {
    throw invalidArgument(`${where}.crop.area`, 'two shares of the picture, 0 < smallest ≤ largest ≤ 1', crop.area);
  }
  if (crop && !isRange(crop.aspect, Infinity)) {
    throw invalidArgument(`${where}.crop.aspect`, 'two ratios of width to height, 0 < narrowest ≤ widest', crop.aspect);
  }
  if (flip !== undefined && typeof flip !== 'boolean') throw invalidArgument(`${where}.flip`, 'true or false', flip);
  if (photometric !== undefined && !(photometric >= 0 && photometric <= 1)) {
    throw invalidArgument(`${where}.photometric`, 'a strength from 0 to 1', photometric);
  }
  if (interpolation !== undefined && interpolation !== 'bilinear' && interpolation !== 'random') {
    throw invalidArgument(`${where}.interpolation`, "'bilinear' or 'random'", interpolation);
  }
}
