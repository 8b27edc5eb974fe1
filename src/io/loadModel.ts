import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot, InceptionError } from '../errors.js';
import { registerLayers } from '../layers/register.js';
import { buildNetwork } from '../networks/inceptionNet.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import type { NetworkSpec } from '../spec/types.js';
import type { ModelDocument } from './modelDocument.js';
import { METADATA_KEY } from './modelMetadata.js';
import { resolveModelPath, type ModelFormat } from './modelPath.js';
import { assignWeights, checkWeightsFit, weightsByName } from './namedWeights.js';
import { readTfjsLayers, type StoredModel } from './tfjsLayers.js';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** @default what the path's extension says */
  readonly format?: ModelFormat;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof LoadModelOptions, true>> = { format: true };

/**
 * Loads a model that {@link saveModel} or plain TensorFlow.js saved as tfjs-layers.
 *
 * Everything is verified before a tensor exists: lengths, checksums, names, shapes.
 *
 * @param path A folder holding `model.json`, or the `.json` file itself.
 * @returns An {@link InceptionModel} with labels and preprocessing where this package saved one, else a plain LayersModel. What else was
 *   saved is in `getUserDefinedMetadata()`: the training record under `['tfjs-inception'].training`. The caller disposes of it.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_MODEL` or `CORRUPT_WEIGHTS` naming the file that is truncated, altered or contradicts itself;
 *   `WEIGHTS_MISMATCH` listing all differences if weights and architecture do not fit together; `UNSUPPORTED_FORMAT`.
 * @example
 * ```ts
 * const model = await loadModel('pets');
 * if (model instanceof InceptionModel) console.log(model.labels); // ['cat', 'dog']
 * ```
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<tf.LayersModel> {
  checkOptions<LoadModelOptions>('loadModel', options, KNOWN_OPTIONS);
  const where = 'loadModel';
  const location = await resolveModelPath(where, path, { access: 'read', format: options.format });
  const stored = await readTfjsLayers(where, location);
  await ensureBackend();
  registerLayers();
  const { document } = stored;
  const model = document.metadata?.spec ? buildFromSpec(location.file, document) : await buildFromTopology(location.file, document);
  try {
    fillModel(location.file, model, stored);
    if (document.userDefinedMetadata) model.setUserDefinedMetadata(document.userDefinedMetadata);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Decoded weights by name; the optimizer's are left out. The caller disposes of them. */
export function decodeWeights({ document, buffers }: StoredModel): Record<string, tf.Tensor> {
  if (document.weights.length === 0) return {};
  const values = tf.io.decodeWeights(buffers, document.weights as tf.io.WeightsManifestEntry[]);
  for (const { name, group } of document.weights) {
    if (group !== 'optimizer') continue;
    values[name].dispose();
    delete values[name];
  }
  return values;
}

function buildFromSpec(file: string, { metadata, topology }: ModelDocument): InceptionModel {
  const config = (topology.model_config as { config?: unknown } | undefined)?.config ?? topology.config;
  const { name, layers = [] } = (config ?? {}) as {
    name?: string;
    layers?: readonly { readonly config?: { readonly name?: string; readonly trainable?: boolean } }[];
  };
  const model = buildNet(file, metadata?.spec as unknown as NetworkSpec, name);
  model.labels = labelsFor(file, model, metadata?.labels ?? []);
  const frozen = new Set(layers.filter((layer) => layer.config?.trainable === false).map((layer) => layer.config?.name));
  for (const layer of model.layers) if (frozen.has(layer.name)) layer.trainable = false;
  return model;
}

function labelsFor(file: string, model: InceptionModel, labels: readonly string[]): readonly string[] {
  if (labels.length === 0 || labels.length === model.spec.classes) return labels;
  model.dispose();
  const at = `${file} at userDefinedMetadata.${METADATA_KEY}.labels`;
  throw expectedGot('CORRUPT_MODEL', at, `${model.spec.classes} labels, one a class, or none`, labels.length);
}

function buildNet(file: string, spec: NetworkSpec, name: string | undefined): InceptionModel {
  try {
    return buildNetwork(spec, { name, isOverwritten: () => true });
  } catch (cause) {
    if (!(cause instanceof InceptionError)) throw cause;
    const at = `${file} at userDefinedMetadata.${METADATA_KEY}.spec`;
    throw expectedGot('CORRUPT_MODEL', at, 'a network that can be built', cause.message, '', cause);
  }
}

async function buildFromTopology(file: string, { topology, trainingConfig }: ModelDocument): Promise<tf.LayersModel> {
  try {
    const artifacts = { modelTopology: topology, trainingConfig: trainingConfig as tf.io.TrainingConfig | undefined };
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    const advice = 'A layer of your own must be registered (tf.serialization.registerClass) before it is loaded.';
    throw expectedGot(
      'CORRUPT_MODEL',
      `${file} at modelTopology`,
      'layers that TensorFlow.js builds',
      (cause as Error).message,
      advice,
      cause,
    );
  }
}

function fillModel(file: string, model: tf.LayersModel, stored: StoredModel): void {
  const { document } = stored;
  if (document.metadata) {
    const weights = weightsByName('loadModel', model);
    checkWeightsFit(file, weights, document.weights);
    const values = decodeWeights(stored);
    assignWeights(weights, values);
    tf.dispose(values);
    return;
  }
  // Other tools name some weights in ways that tfjs knows to translate.
  const values = decodeWeights(stored);
  try {
    model.loadWeights(values);
  } catch (cause) {
    throw new InceptionError('WEIGHTS_MISMATCH', `${file}: expected weights that fit the model, got: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    tf.dispose(values);
  }
}
