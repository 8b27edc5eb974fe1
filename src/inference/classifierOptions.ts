import { checkCropFraction } from '../data/batchOptions.js';
import { DEFAULT_CROP_FRACTION } from '../data/preparePicture.js';
import { checkOptions, InceptionError, invalidArgument } from '../errors.js';
import { checkCrops, type CropCount } from '../evaluation/crops.js';
import { HEAD_COMBINATIONS, type HeadCombination } from '../evaluation/heads.js';
import type { InceptionModel } from '../networks/inceptionModel.js';

/** Options of `createClassifier`. */
export interface ClassifierOptions {
  /** What computes. @default 'auto', which is TensorFlow.js; `'onnx'` is not part of this version. */
  readonly engine?: 'auto' | 'onnx' | 'tfjs';
  /** Which of a model's classifiers answer: see {@link HeadCombination}. Without auxiliary heads all mean the same. @default 'main' */
  readonly heads?: HeadCombination;
  /** How many predictions a picture gets, at most; never more than there are classes. @default 5 */
  readonly topK?: number;
  /** How many views of a picture are judged, their probabilities averaged: see `cropRectangles`. @default 1 */
  readonly crops?: CropCount;
  /**
   * The share of each side of a picture's centre that the network sees with one crop, 0 < share ≤ 1. It should be what training validated
   * with.
   * @default `cropFraction` of the training record saved with the model, else 0.875
   */
  readonly cropFraction?: number;
}

/** {@link ClassifierOptions}, checked and complete. */
export interface ClassifierSettings {
  readonly heads: HeadCombination;
  readonly crops: CropCount;
  readonly cropFraction: number;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof ClassifierOptions, true>> = {
  engine: true,
  heads: true,
  topK: true,
  crops: true,
  cropFraction: true,
};

/** @throws InceptionError `INVALID_ARGUMENT` naming the option; `UNSUPPORTED_FORMAT` for what a later version will do. */
export function checkClassifierOptions(where: string, options: ClassifierOptions): void {
  checkOptions<ClassifierOptions>(where, options, KNOWN_OPTIONS);
  const { engine = 'auto', heads = 'main', topK = 5, crops = 1, cropFraction } = options;
  if (!['auto', 'onnx', 'tfjs'].includes(engine)) throw invalidArgument(`${where}.engine`, `'auto' or 'tfjs'`, engine);
  if (engine === 'onnx') throw notYet(`${where}.engine`, `'auto' or 'tfjs'`, engine);
  if (!HEAD_COMBINATIONS.includes(heads)) {
    throw invalidArgument(`${where}.heads`, HEAD_COMBINATIONS.map((name) => `'${name}'`).join(', '), heads);
  }
  if (!Number.isInteger(topK) || topK < 1) throw invalidArgument(`${where}.topK`, 'a positive integer', topK);
  checkCrops(`${where}.crops`, crops);
  if (cropFraction !== undefined) checkCropFraction(`${where}.cropFraction`, cropFraction);
}

/** Defaults put in, some of them from the model. */
export function settleOptions(options: ClassifierOptions, model: InceptionModel): ClassifierSettings {
  const { heads = 'main', crops = 1, cropFraction = recordedCropFraction(model) ?? DEFAULT_CROP_FRACTION } = options;
  return { heads, crops, cropFraction };
}

/** What training validated with, if the record of it that is saved with the model says so. */
export function recordedCropFraction(model: InceptionModel): number | undefined {
  const saved = model.getUserDefinedMetadata() as { 'tfjs-inception'?: { training?: { cropFraction?: unknown } } } | undefined;
  const fraction = saved?.['tfjs-inception']?.training?.cropFraction;
  return typeof fraction === 'number' && fraction > 0 && fraction <= 1 ? fraction : undefined;
}

function notYet(where: string, expected: string, actual: string): InceptionError {
  return new InceptionError('UNSUPPORTED_FORMAT', `${where}: expected ${expected}, got ${actual}. That is not part of this version.`);
}
