import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot, invalidArgument, show } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { flushFolder } from './atomicFile.js';
import { makeFolder } from './makeFolder.js';
import { RECORD_VERSION, type ModelRecord } from './modelRecord.js';
import { takeSnapshot } from './modelSnapshot.js';
import type { ModelFormat } from './modelFormat.js';
import { resolveModelPath } from './modelPath.js';
import { FORMAT_OPTIONS, MODEL_WRITERS, type WriteOptions } from './modelWriters.js';

/** Options of {@link saveModel}. */
export interface SaveModelOptions extends WriteOptions {
  /** @default what the path's extension says */
  readonly format?: ModelFormat;
  /** How the model was trained: any JSON object, kept under `userDefinedMetadata['tfjs-inception'].training`. */
  readonly training?: object;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof SaveModelOptions, true>> = {
  format: true,
  training: true,
  names: true,
  foldBatchNormalization: true,
};

/**
 * Saves a model, in the format that the path's extension or `format` says:
 *
 * | path | format | read by |
 * | --- | --- | --- |
 * | a folder, or `model.json` in it | `'tfjs-layers'` | `loadModel`, plain TensorFlow.js |
 * | `.keras` | `'keras'` | `loadModel`, Keras 3 |
 * | `.h5`, `.hdf5` | `'h5'` | `loadModel`, Keras 2 and 3 |
 * | `.safetensors` | `'safetensors'` | `loadModel`; with `names`, torchvision or timm |
 * | `.onnx` | `'onnx'` | ONNX Runtime |
 *
 * All hold weights, architecture, labels, preprocessing and the record of training, and, but for ONNX, which layers are frozen; a state dict in
 * another library's `names` holds the weights alone. None holds the optimizer's state (see the training checkpoints). An
 * {@link InceptionModel} comes back as one; any other LayersModel as it is, from tfjs-layers also with its own `userDefinedMetadata`.
 *
 * Whatever ends the process meanwhile, the model from before or the new one stands at the path, whole; other files beside it are left alone.
 * Where the model has layers of this package (local response normalisation, and the adaptive pools of torchvision's heads), plain TensorFlow.js
 * loads it after importing this package, and Keras after importing `python/tfjs_inception.py`.
 *
 * @param model Its weights are those of the moment of the call.
 * @param path Folders above it are made where they do not exist.
 * @throws InceptionError `UNSUPPORTED_FORMAT` if the path names none of these, or the format cannot hold the model; `WRITE_FAILED` if the disk
 *   is full or not writable, and what stood there before still stands; `INVALID_ARGUMENT` if labels and classes differ in number, or for an
 *   option that the format does not have.
 * @example
 * ```ts
 * const model = googLeNet({ classes: 2 });
 * model.labels = ['cat', 'dog'];
 * await saveModel(model, 'pets');
 * await saveModel(model, 'pets.keras');
 * ```
 */
export async function saveModel(model: tf.LayersModel, path: string, options: SaveModelOptions = {}): Promise<void> {
  checkOptions<SaveModelOptions>('saveModel', options, KNOWN_OPTIONS);
  const where = 'saveModel';
  if (!(model instanceof tf.LayersModel)) throw invalidArgument(`${where}.model`, 'a tf.LayersModel', model);
  const { format, training, ...forFormat } = options;
  if (training !== undefined && !isJsonObject(training)) throw invalidArgument(`${where}.training`, 'a JSON object', training);
  const record = recordOf(where, model, training);
  // Before anything is awaited, so that no training step comes between the call and its state.
  const snapshot = takeSnapshot(where, model, record);
  try {
    const location = await resolveModelPath(where, path, { access: 'write', format });
    checkFormatOptions(where, location.format, forFormat);
    await ensureBackend();
    await makeFolder(where, location.folder);
    await MODEL_WRITERS[location.format](where, snapshot, location, forFormat);
    await flushFolder(location.folder);
  } finally {
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  }
}

/** An option that another format has would be passed over in silence. */
function checkFormatOptions(where: string, format: ModelFormat, options: WriteOptions): void {
  const known = FORMAT_OPTIONS[format];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const accepted = Object.hasOwn(known, name) ? known[name as keyof WriteOptions] : undefined;
    if (!accepted) {
      throw invalidArgument(`${where}.${name}`, `no such option for '${format}'`, value, 'Leave it out, or save in another format.');
    }
    if (!accepted.includes(value as never)) throw invalidArgument(`${where}.${name}`, accepted.map(show).join(' or '), value);
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

function recordOf(where: string, model: tf.LayersModel, training: object | undefined): ModelRecord {
  // A copy: the caller may go on with its own.
  const trainingRecord = training && (JSON.parse(JSON.stringify(training)) as ModelRecord['training']);
  if (!(model instanceof InceptionModel)) return { version: RECORD_VERSION, labels: [], training: trainingRecord };
  const { labels, spec, preprocessing } = model;
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) {
    throw invalidArgument(`${where}.model.labels`, 'an array of class names', labels);
  }
  if (labels.length > 0 && labels.length !== spec.classes) {
    throw expectedGot('INVALID_ARGUMENT', `${where}.model.labels`, `${spec.classes} labels, one a class, or none`, labels.length);
  }
  return { version: RECORD_VERSION, labels: [...labels], preprocessing: { ...preprocessing }, spec: { ...spec }, training: trainingRecord };
}
