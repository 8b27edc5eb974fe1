import { checkCropFraction } from '../data/batchOptions.js';
import { DEFAULT_CROP_FRACTION } from '../data/preparePicture.js';
import { checkOptions, invalidArgument } from '../errors.js';
import { checkCrops, type CropCount } from '../evaluation/crops.js';
import { HEAD_COMBINATIONS, type HeadCombination } from '../evaluation/heads.js';
import { recordOf } from '../io/modelRecord.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import type { Preprocessing } from '../networks/preprocessPictures.js';
import type { PictureNetwork } from './pictureNetwork.js';

/** What computes: see {@link ClassifierOptions.engine}. */
export const ENGINES = ['auto', 'onnx', 'tfjs'] as const;

/** Options of `createClassifier`. */
export interface ClassifierOptions {
  /**
   * What computes.
   *
   * - `'onnx'`: ONNX Runtime, of the optional package `onnxruntime-node`, on the CPU. It takes the weights of this moment: training the model
   *   further changes nothing in a classifier that exists. Its telemetry is switched off, unless `ORT_DISABLE_TELEMETRY` is set already.
   * - `'tfjs'`: TensorFlow.js, on the backend of `useBackend`, with the model's own weights, whatever becomes of them.
   * - `'auto'`: ONNX Runtime, unless it is not installed, the model has a layer that ONNX does not know, or TensorFlow.js runs on CUDA. The
   *   classifier's `engine` says which it is, and why.
   *
   * Their probabilities differ by less than 1e-4.
   * @default 'auto'
   */
  readonly engine?: (typeof ENGINES)[number];
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
  /**
   * How pictures become the input of models that do not say: plain Keras or TensorFlow.js models, and graph models. Needed for those, and for
   * no other: an InceptionModel has its own.
   */
  readonly preprocessing?: Preprocessing;
  /** The class names by index; `'imagenet'` for `IMAGENET_LABELS`. @default the model's own */
  readonly labels?: readonly string[] | 'imagenet';
}

/** What of {@link ClassifierOptions} concerns one network, complete. */
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
  preprocessing: true,
  labels: true,
};

/** @throws InceptionError `INVALID_ARGUMENT` naming the option. */
export function checkClassifierOptions(where: string, options: ClassifierOptions): void {
  checkOptions<ClassifierOptions>(where, options, KNOWN_OPTIONS);
  const { engine = 'auto', heads = 'main', topK = 5, crops = 1, cropFraction, preprocessing, labels } = options;
  checkName(`${where}.engine`, ENGINES, engine);
  checkName(`${where}.heads`, HEAD_COMBINATIONS, heads);
  if (!Number.isInteger(topK) || topK < 1) throw invalidArgument(`${where}.topK`, 'a positive integer', topK);
  checkCrops(`${where}.crops`, crops);
  if (cropFraction !== undefined) checkCropFraction(`${where}.cropFraction`, cropFraction);
  if (preprocessing !== undefined) checkPreprocessing(`${where}.preprocessing`, preprocessing);
  const isList = Array.isArray(labels) && labels.every((label) => typeof label === 'string');
  if (labels !== undefined && labels !== 'imagenet' && !isList) {
    throw invalidArgument(`${where}.labels`, `an array of class names, or 'imagenet'`, labels);
  }
}

/** Defaults put in, some of them from the model. */
export function settleOptions(options: ClassifierOptions, network: PictureNetwork): ClassifierSettings {
  const { heads = 'main', crops = 1, cropFraction = network.cropFraction ?? DEFAULT_CROP_FRACTION } = options;
  return { heads, crops, cropFraction };
}

/** What training validated with, if the record of it that is saved with the model says so. */
export function recordedCropFraction(model: InceptionModel): number | undefined {
  const fraction = recordOf(model)?.training?.cropFraction;
  return typeof fraction === 'number' && fraction > 0 && fraction <= 1 ? fraction : undefined;
}

/** @throws InceptionError `INVALID_ARGUMENT` if there is none for a model that needs it, with the usual one as an example. */
export function requirePreprocessing(where: string, { preprocessing }: ClassifierOptions): Preprocessing {
  if (preprocessing !== undefined) return preprocessing;
  const expected = 'how pictures become the input of a model that does not say';
  throw invalidArgument(
    `${where}.preprocessing`,
    expected,
    undefined,
    `Usual is ${EXAMPLE} (--preprocessing symmetric); networks differ in it.`,
  );
}

const EXAMPLE = `{ channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] }`;

function checkName(where: string, names: readonly string[], name: string): void {
  if (!names.includes(name)) throw invalidArgument(where, names.map((each) => `'${each}'`).join(', '), name);
}

function checkPreprocessing(where: string, preprocessing: Preprocessing): void {
  const { channelOrder, scale, offset } = (preprocessing ?? {}) as Partial<Preprocessing>;
  const numbers: unknown[] = Array.isArray(offset) && offset.length === 3 ? [scale, ...(offset as unknown[])] : [undefined];
  if (numbers.every((value) => Number.isFinite(value)) && (channelOrder === 'rgb' || channelOrder === 'bgr')) return;
  throw invalidArgument(where, `channelOrder 'rgb' or 'bgr', a scale and three offsets, as in ${EXAMPLE}`, preprocessing);
}
