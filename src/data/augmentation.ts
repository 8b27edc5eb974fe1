import { checkOptions, invalidArgument } from '../errors.js';

/**
 * How a training picture is varied from epoch to epoch. What is left out does not happen. Every variation is a function of
 * (seed, epoch, picture); what a picture is mixed with, of those of its batch too.
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
  /**
   * Random erasing: a rectangle of some pictures is overwritten, after all changes of color. `{}` is the paper's.
   *
   * @see Zhong et al. 2017, arXiv:1708.04896, algorithm 1
   */
  readonly erase?: RandomErasing;
  /**
   * mixup: each picture becomes a weighted mean of itself and another one of its batch, rounded to bytes, with both classes in the same
   * shares. Its own share is drawn for each picture from Beta(alpha, alpha). The paper: 0.1 to 0.4 for ImageNet, 1 for CIFAR.
   *
   * With `cutmix` beside it, each picture is mixed in one of the two ways, with equal probability. A batch of one picture is not mixed.
   *
   * @see Zhang et al. 2017, arXiv:1710.09412, equation 1
   */
  readonly mixup?: { readonly alpha: number };
  /**
   * CutMix: a rectangle of each picture is replaced by the same place of another one of its batch. How much stays is drawn for each
   * picture from Beta(alpha, alpha); the classes have the shares of the area that is then seen of them. The paper: 1.
   *
   * @see Yun et al. 2019, arXiv:1905.04899, §3.1
   */
  readonly cutmix?: { readonly alpha: number };
}

/** What is erased of how many pictures, and what takes its place. What is left out is as in the paper. */
export interface RandomErasing {
  /** The share of the pictures that something is erased of. Default 0.5. */
  readonly probability?: number;
  /**
   * The rectangle's share of the picture's area, drawn evenly between the two bounds; one that reaches over the border is drawn again,
   * so that small ones are met more often. Default 0.02 to 0.4.
   */
  readonly area?: readonly [smallest: number, largest: number];
  /** Its width over height; height over width is drawn evenly between the reciprocals. Default 0.3 to 1 / 0.3. */
  readonly aspect?: readonly [narrowest: number, widest: number];
  /** Another random color for each pixel (default), the picture's mean color, or one color, each value a byte. */
  readonly fill?: 'noise' | 'mean' | readonly [red: number, green: number, blue: number];
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

/** Every setting there is; the compiler keeps the lists whole. */
const KNOWN_SETTINGS: Readonly<Record<keyof Augmentation, true>> = {
  crop: true,
  flip: true,
  photometric: true,
  interpolation: true,
  erase: true,
  mixup: true,
  cutmix: true,
};
const KNOWN_CROP_SETTINGS: Readonly<Record<keyof NonNullable<Augmentation['crop']>, true>> = { area: true, aspect: true };
const KNOWN_ERASING_SETTINGS: Readonly<Record<keyof RandomErasing, true>> = { probability: true, area: true, aspect: true, fill: true };
const KNOWN_MIXING_SETTINGS = { alpha: true } as const;

const isRange = (range: unknown, largest: number): boolean =>
  Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] > 0 && range[0] <= range[1] && range[1] <= largest;

function checkRectangle(where: string, { area, aspect }: { readonly area: unknown; readonly aspect: unknown }): void {
  if (!isRange(area, 1)) throw invalidArgument(`${where}.area`, 'two shares of the picture, 0 < smallest ≤ largest ≤ 1', area);
  if (!isRange(aspect, Infinity)) {
    throw invalidArgument(`${where}.aspect`, 'two ratios of width to height, 0 < narrowest ≤ widest', aspect);
  }
}

/** The settings with the paper's for those left out. Source: Zhong et al. 2017, arXiv:1708.04896, §4.1; the noise, §3.1. */
export function erasingSettings(erase: RandomErasing): Required<RandomErasing> {
  const { probability = 0.5, area = [0.02, 0.4], aspect = [0.3, 1 / 0.3], fill = 'noise' } = erase;
  return { probability, area, aspect, fill };
}

const isByte = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

function checkErasing(where: string, erase: RandomErasing): void {
  checkOptions<RandomErasing>(where, erase, KNOWN_ERASING_SETTINGS);
  const { probability, area, aspect, fill } = erasingSettings(erase);
  if (!(probability >= 0 && probability <= 1)) throw invalidArgument(`${where}.probability`, 'a probability from 0 to 1', probability);
  checkRectangle(where, { area, aspect });
  if (fill === 'noise' || fill === 'mean' || (Array.isArray(fill) && fill.length === 3 && fill.every(isByte))) return;
  throw invalidArgument(`${where}.fill`, "'noise', 'mean' or [red, green, blue], whole numbers from 0 to 255", fill);
}

function checkMixing(where: string, mixing: { readonly alpha: number }): void {
  checkOptions<{ alpha: number }>(where, mixing, KNOWN_MIXING_SETTINGS);
  if (!(mixing.alpha > 0 && Number.isFinite(mixing.alpha))) throw invalidArgument(`${where}.alpha`, 'a positive number', mixing.alpha);
}

/** @throws InceptionError `INVALID_ARGUMENT` naming the first setting that there is not, is empty or lies outside its range. */
export function checkAugmentation(where: string, augmentation: Augmentation): void {
  checkOptions<Augmentation>(where, augmentation, KNOWN_SETTINGS);
  const { crop, flip, photometric, interpolation, erase, mixup, cutmix } = augmentation;
  if (crop !== undefined) {
    checkOptions<NonNullable<typeof crop>>(`${where}.crop`, crop, KNOWN_CROP_SETTINGS);
    checkRectangle(`${where}.crop`, crop);
  }
  if (flip !== undefined && typeof flip !== 'boolean') throw invalidArgument(`${where}.flip`, 'true or false', flip);
  if (photometric !== undefined && !(photometric >= 0 && photometric <= 1)) {
    throw invalidArgument(`${where}.photometric`, 'a strength from 0 to 1', photometric);
  }
  if (interpolation !== undefined && interpolation !== 'bilinear' && interpolation !== 'random') {
    throw invalidArgument(`${where}.interpolation`, "'bilinear' or 'random'", interpolation);
  }
  if (erase !== undefined) checkErasing(`${where}.erase`, erase);
  if (mixup !== undefined) checkMixing(`${where}.mixup`, mixup);
  if (cutmix !== undefined) checkMixing(`${where}.cutmix`, cutmix);
}
