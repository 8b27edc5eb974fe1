import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot, invalidArgument } from '../errors.js';
import { applyWeights } from './weights/applyWeights.js';
import type { Normalization } from './weights/inputRange.js';
import type { WeightFile } from './modelFile.js';
import { NAME_SOURCES } from './names/nameTable.js';
import { matchNames, type MatchedNames } from './names/recognizeNetwork.js';
import { openWeights } from './openWeights.js';
import type { WeightReport } from './weights/weightReport.js';

/** What {@link LoadWeightsOptions.source} may be. */
export const WEIGHT_SOURCES = ['auto', ...NAME_SOURCES, 'tfjs-inception'] as const;

/** Whose names and layouts a weight file follows. */
export type WeightSource = (typeof WEIGHT_SOURCES)[number];

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** @default 'auto': found out from the names of the file's tensors; `'tfjs-inception'`: they are the model's own */
  readonly source?: WeightSource;
  /**
   * Names of layers, of the model or of the file, that are passed over. Every other weight must be on both sides and fit, but for heads that
   * one side lacks or that are for other classes. @default none
   */
  readonly except?: readonly string[];
  /**
   * How the weights' own training normalised pictures, where it was not as the source's published weights want them: the first convolution is
   * changed so that the model takes its own preprocessing all the same. @default the source's
   */
  readonly normalization?: Normalization;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof LoadWeightsOptions, true>> = { source: true, except: true, normalization: true };

/**
 * Sets a model's weights from a file, by name, all or none.
 *
 * Reads tfjs-layers folders, Keras' `.keras`, `.h5` and `.weights.h5`, `.safetensors`, PyTorch's `.pth` and Caffe's `.caffemodel`, with our
 * own names or those of Keras, torchvision, timm, facenet-pytorch, Cadene's pretrained-models and BVLC Caffe. Nothing in a file is executed.
 *
 * @param path What the file is shows in its content, not in its name.
 * @returns What was used, what was not, and what to mind; see {@link WeightReport}.
 * @throws InceptionError `WEIGHTS_MISMATCH` with every difference at once (`-` missing, `+` unexpected, `≠` of another shape), and then the model
 *   is as it was; `NOT_FOUND`, `CORRUPT_MODEL`, `CORRUPT_WEIGHTS` as in {@link loadModel}; `UNSUPPORTED_FORMAT` for a file of no known format.
 * @example
 * ```ts
 * const model = inceptionV3({ variant: 'torchvision', classes: 5 });
 * const report = await loadWeights(model, 'inception_v3_google-0cc3c7bd.pth');
 * report.notes; // "The head 'main' is new: the file's is for 1000 classes, the model's for 5. Train it.", …
 * ```
 */
export async function loadWeights(model: tf.LayersModel, path: string, options: LoadWeightsOptions = {}): Promise<WeightReport> {
  checkOptions<LoadWeightsOptions>('loadWeights', options, KNOWN_OPTIONS);
  const where = 'loadWeights';
  const { source = 'auto', ...rest } = options;
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}.model`, 'a tf.LayersModel', model);
  if (!WEIGHT_SOURCES.includes(source))
    throw invalidArgument(`${where}.source`, WEIGHT_SOURCES.map((name) => `'${name}'`).join(', '), source);
  const file = await openWeights(where, path);
  try {
    const matched = chooseNames(model, file, source);
    await ensureBackend();
    return await applyWeights(where, model, file, { ...rest, matched });
  } finally {
    await file.close();
  }
}

/** A source's names, or none where the file has the model's own. */
function chooseNames(model: tf.LayersModel, file: WeightFile, source: WeightSource): MatchedNames | undefined {
  if (source === 'tfjs-inception') return undefined;
  if (source === 'auto') {
    const hasOwnNames = file.record !== undefined || trunkNames(model).every((name) => file.tensors.has(name));
    const matched = hasOwnNames ? undefined : matchNames(file.tensors);
    // A model of somebody else's layers has names of its own, whatever the file's are.
    return matched?.slots.some(({ ours }) => trunkNames(model).includes(ours)) ? matched : undefined;
  }
  const matched = matchNames(file.tensors, source);
  if (matched) return matched;
  const names = [...file.tensors.keys()].slice(0, 4);
  const advice = "Leave `source` out to have it found, or give 'tfjs-inception' for the model's own names.";
  throw expectedGot('WEIGHTS_MISMATCH', file.file, `tensors named as ${source} names those of one of its networks`, names, advice);
}

const trunkNames = (model: tf.LayersModel): string[] =>
  model.weights.map((weight) => weight.originalName).filter((name) => !/_logits\//.test(name));
