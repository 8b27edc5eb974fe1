import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, InceptionError, invalidArgument } from '../errors.js';
import { decodeWeights } from './loadModel.js';
import { resolveModelPath } from './modelPath.js';
import { assignWeights, checkWeightsFit, layerOf, weightsByName } from './namedWeights.js';
import { readTfjsLayers } from './tfjsLayers.js';

/** Whose names and layouts a weight file follows. */
export type WeightSource = 'auto' | 'keras' | 'torchvision' | 'timm' | 'facenet' | 'cadene' | 'caffe' | 'tfjs-inception';

const SOURCES: readonly WeightSource[] = ['auto', 'keras', 'torchvision', 'timm', 'facenet', 'cadene', 'caffe', 'tfjs-inception'];
const READABLE: readonly WeightSource[] = ['auto', 'tfjs-inception'];

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** @default 'auto': found out from the file. Today `'tfjs-inception'` is what can be found. */
  readonly source?: WeightSource;
  /**
   * Names of layers, of the model or of the file, that are passed over: `['main_logits']` to go on with other classes. Every other weight
   * must be on both sides and fit. @default none
   */
  readonly except?: readonly string[];
}

/** What {@link loadWeights} did. */
export interface WeightReport {
  readonly source: Exclude<WeightSource, 'auto'>;
  /** How many of the model's weights (kernels, biases, statistics) were set. */
  readonly loaded: number;
  /** How many numbers those hold. */
  readonly parameters: number;
  /** The model's weights that stayed as they were, because `except` names their layers; sorted. */
  readonly kept: readonly string[];
  /** The file's weights that were not used, because `except` names their layers; sorted. */
  readonly unused: readonly string[];
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof LoadWeightsOptions, true>> = { source: true, except: true };

/**
 * Sets a model's weights from a file, by name, all or none.
 *
 * @param path A tfjs-layers folder, or the `.json` file in it.
 * @throws InceptionError `WEIGHTS_MISMATCH` with every difference at once (`-` missing, `+` unexpected, `≠` of another shape), and then the model
 *   is as it was; `NOT_FOUND`, `CORRUPT_MODEL`, `CORRUPT_WEIGHTS` as in {@link loadModel}; `UNSUPPORTED_FORMAT` for a source that cannot be read.
 * @example
 * ```ts
 * const model = googLeNet({ classes: 5 });
 * await loadWeights(model, 'pets', { except: ['main_logits'] }); // the trunk of a two-class model under a new classifier
 * ```
 */
export async function loadWeights(model: tf.LayersModel, path: string, options: LoadWeightsOptions = {}): Promise<WeightReport> {
  checkOptions<LoadWeightsOptions>('loadWeights', options, KNOWN_OPTIONS);
  const where = 'loadWeights';
  const { source = 'auto', except = [] } = options;
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}.model`, 'a tf.LayersModel', model);
  if (!SOURCES.includes(source)) throw invalidArgument(`${where}.source`, SOURCES.map((name) => `'${name}'`).join(', '), source);
  if (!READABLE.includes(source)) {
    const message = `${where}.source: expected 'auto' or 'tfjs-inception', got '${source}'. Weights of that source cannot be read yet.`;
    throw new InceptionError('UNSUPPORTED_FORMAT', message);
  }
  const location = await resolveModelPath(where, path, { access: 'read' });
  const stored = await readTfjsLayers(where, location);
  const weights = weightsByName(where, model);
  const storedNames = stored.document.weights.filter(({ group }) => group !== 'optimizer').map(({ name }) => name);
  checkExcept(where, except, [...weights.keys(), ...storedNames]);
  checkWeightsFit(location.file, weights, stored.document.weights, except);
  await ensureBackend();
  const isPassedOver = (name: string): boolean => except.includes(layerOf(name));
  const values = decodeWeights(stored);
  try {
    const loaded = Object.fromEntries(Object.entries(values).filter(([name]) => !isPassedOver(name)));
    assignWeights(weights, loaded);
    const tensors = Object.values(loaded);
    return {
      source: 'tfjs-inception',
      loaded: tensors.length,
      parameters: tensors.reduce((sum, tensor) => sum + tensor.size, 0),
      kept: [...weights.keys()].filter(isPassedOver).sort(),
      unused: storedNames.filter(isPassedOver).sort(),
    };
  } finally {
    tf.dispose(values);
  }
}

function checkExcept(where: string, except: readonly string[], weightNames: readonly string[]): void {
  const layers = new Set(weightNames.map(layerOf));
  for (const name of except) {
    if (!layers.has(name)) throw invalidArgument(`${where}.except`, 'names of layers with weights, of the model or the file', name);
  }
}
