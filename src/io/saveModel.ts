import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { METADATA_VERSION } from './modelMetadata.js';
import { takeSnapshot } from './modelSnapshot.js';
import { resolveModelPath, type ModelFormat } from './modelPath.js';
import { writeTfjsLayers, type OwnMetadata } from './tfjsLayers.js';

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /** @default what the path's extension says */
  readonly format?: ModelFormat;
  /** How the model was trained: any JSON object, kept under `userDefinedMetadata['tfjs-inception'].training`. */
  readonly training?: object;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof SaveModelOptions, true>> = { format: true, training: true };

/**
 * Saves a model: a folder of `model.json` and weight files that `loadModel` reads back to the same bits.
 *
 * An {@link InceptionModel} is saved with its spec, labels and preprocessing. Any other LayersModel is saved as it is. Whatever ends the
 * process meanwhile, the folder holds the model from before or the new one, whole; files of other names in it are left alone. Plain TensorFlow.js
 * loads it too; where the model has layers of this package (local response normalisation, and the adaptive pools of torchvision's heads) after importing this package. Saved are
 * weights, architecture and which layers are frozen; not the optimizer's state (see the training checkpoints).
 *
 * @param model Its weights are those of the moment of the call.
 * @param path A folder, made where it does not exist, or a path ending in `model.json`.
 * @throws InceptionError `UNSUPPORTED_FORMAT` if the path names another format; `WRITE_FAILED` if the disk is full or not writable, and
 *   what stood there before still stands; `INVALID_ARGUMENT` if labels and classes differ in number.
 * @example
 * ```ts
 * const model = googLeNet({ classes: 2 });
 * model.labels = ['cat', 'dog'];
 * await saveModel(model, 'pets');
 * ```
 */
export async function saveModel(model: tf.LayersModel, path: string, options: SaveModelOptions = {}): Promise<void> {
  checkOptions<SaveModelOptions>('saveModel', options, KNOWN_OPTIONS);
  const where = 'saveModel';
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}.model`, 'a tf.LayersModel', model);
  const { format, training } = options;
  if (training !== undefined && !isJsonObject(training)) throw invalidArgument(`${where}.training`, 'a JSON object', training);
  const metadata = metadataOf(where, model, training);
  // Before anything is awaited, so that no training step comes between the call and its state.
  const snapshot = takeSnapshot(where, model);
  try {
    const location = await resolveModelPath(where, path, { access: 'write', format });
    await ensureBackend();
    await writeTfjsLayers(where, snapshot, location, metadata);
  } finally {
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  }
}

function isJsonObject(value: unknown): boolean {
  try {
    return typeof value === 'object' && (JSON.stringify(value) ?? '').startsWith('{');
  } catch {
    // Circular, or holding what JSON has no form for.
    return false;
  }
}

function metadataOf(where: string, model: tf.LayersModel, training: object | undefined): OwnMetadata {
  const record = training as OwnMetadata['training'];
  if (!(model instanceof InceptionModel)) return { version: METADATA_VERSION, labels: [], training: record };
  const { labels, spec, preprocessing } = model;
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) {
    throw invalidArgument(`${where}.model.labels`, 'an array of class names', labels);
  }
  if (labels.length > 0 && labels.length !== spec.classes) {
    throw expectedGot('INVALID_ARGUMENT', `${where}.model.labels`, `${spec.classes} labels, one a class, or none`, labels.length);
  }
  return { version: METADATA_VERSION, labels: [...labels], preprocessing: { ...preprocessing }, spec: { ...spec }, training: record };
}
