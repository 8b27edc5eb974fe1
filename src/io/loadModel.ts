import type * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { checkOptions, expectedGot } from '../errors.js';
import { registerLayers } from '../layers/register.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { buildNetwork } from '../networks/inceptionNet.js';
import type { NetworkSpec } from '../spec/types.js';
import { buildFromTopology } from './topology/buildFromTopology.js';
import { buildWithin } from './topology/buildWithin.js';
import { fillModel } from './weights/fillModel.js';
import { foreignWeightNames } from './weights/foreignWeightNames.js';
import { loadRecognized } from './weights/loadRecognized.js';
import type { ModelFormat } from './modelFormat.js';
import { RECORD_KEY, type ModelRecord } from './modelRecord.js';
import { openModel, type OpenedModel } from './openModel.js';
import type { WeightReport } from './weights/weightReport.js';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** What the path must hold. @default what it does hold */
  readonly format?: ModelFormat;
}

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof LoadModelOptions, true>> = { format: true };

/**
 * Loads a model: what {@link saveModel} wrote, and what others did. A file's content tells its format, not its name:
 *
 * - a tfjs-layers folder, this package's or one that tfjs or its converter wrote, with quantized weights too;
 * - a whole Keras model, `.keras` or `.h5`;
 * - `.safetensors` that this package wrote;
 * - weights alone (PyTorch's `.pth`, `.safetensors`, Keras' `.weights.h5`, Caffe's `.caffemodel`), where the names of their tensors tell which
 *   published network they are of: that network is built (torchvision's ImageNet GoogLeNet without its heads, never trained). Others go into a network of yours by `loadWeights`.
 *
 * ONNX is written and not read. A graph model (`tf.loadGraphModel`) has no layers: `createClassifier` takes its path. Checksums (where the format
 * has them), names and shapes are verified before a weight is set. The weights are read one at a time.
 *
 * @param path A folder holding `model.json`, the `.json` file itself, or a file.
 * @returns An {@link InceptionModel} with labels and preprocessing where this package saved one, else a plain LayersModel. What else was
 *   saved is in `getUserDefinedMetadata()`: the training record under `['tfjs-inception'].training`. The caller disposes of it.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_MODEL` or `CORRUPT_WEIGHTS` naming the file that is truncated, altered or contradicts itself;
 *   `WEIGHTS_MISMATCH` listing all differences if weights and architecture do not fit together; `UNSUPPORTED_FORMAT`; `INVALID_ARGUMENT` if
 *   the path holds another format than `format`.
 * @example
 * ```ts
 * const model = await loadModel('pets');
 * if (model instanceof InceptionModel) console.log(model.labels); // ['cat', 'dog']
 * ```
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<tf.LayersModel> {
  checkOptions<LoadModelOptions>('loadModel', options, KNOWN_OPTIONS);
  const { model } = await readModel('loadModel', path, options);
  return model;
}

/**
 * As {@link loadModel}, with what there is to say of it.
 *
 * @returns The model, and of a file that holds weights alone what was done to fill the network that they are of.
 */
export async function readModel(
  where: string,
  path: string,
  { format }: LoadModelOptions = {},
): Promise<{ readonly model: tf.LayersModel; readonly weights?: WeightReport }> {
  const opened = await openModel(where, path, format);
  try {
    await ensureBackend();
    registerLayers();
    const { record, topology } = opened;
    const holdsModel = record?.spec ?? record?.topology ?? topology;
    return holdsModel ? { model: await makeModel(where, opened) } : await loadRecognized(where, opened);
  } finally {
    await opened.close();
  }
}

async function makeModel(where: string, opened: OpenedModel): Promise<tf.LayersModel> {
  const { file, record, topology = record?.topology, trainingConfig } = opened;
  const model = record?.spec ? buildFromSpec(opened, record, topology) : buildFromTopology(opened, topology!);
  try {
    if (model instanceof InceptionModel) model.labels = labelsFor(file, model.spec, record?.labels ?? []);
    // Names in this package's own files are exact.
    const rename = record ? undefined : foreignWeightNames(model, [...opened.tensors.keys()]);
    await fillModel(where, model, opened, rename);
    if (trainingConfig) compileModel(file, model, trainingConfig);
    const metadata = opened.userDefinedMetadata ?? (record && { [RECORD_KEY]: withoutTopology(record) });
    if (metadata) model.setUserDefinedMetadata(metadata);
    return model;
  } catch (error) {
    // Not by the model, which keeps the weights of a layer that is called twice.
    for (const weight of model.weights) weight.dispose();
    model.optimizer?.dispose();
    throw error;
  }
}

/** The model itself has it. */
function withoutTopology(record: ModelRecord): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'topology'));
}

/** Where a spec is read from, for messages. */
const at = (file: string, field: keyof ModelRecord): string => `${file} at ${RECORD_KEY}.${field}`;

function buildFromSpec(opened: OpenedModel, record: ModelRecord, topology: OpenedModel['topology']): InceptionModel {
  const { name, layers = [] } = (topology?.config ?? {}) as {
    name?: string;
    layers?: readonly { readonly config?: { readonly name?: string; readonly trainable?: boolean } }[];
  };
  const model = buildNet(opened, record.spec as unknown as NetworkSpec, name);
  const frozen = new Set(layers.filter((layer) => layer.config?.trainable === false).map((layer) => layer.config?.name));
  for (const layer of model.layers) if (frozen.has(layer.name)) layer.trainable = false;
  return model;
}

function labelsFor(file: string, { classes }: NetworkSpec, labels: readonly string[]): readonly string[] {
  if (labels.length === 0 || labels.length === classes) return labels;
  throw expectedGot('CORRUPT_MODEL', at(file, 'labels'), `${classes} labels, one a class, or none`, labels.length);
}

function buildNet(opened: OpenedModel, spec: NetworkSpec, name: string | undefined): InceptionModel {
  try {
    return buildWithin(opened, () => buildNetwork(spec, { name, isOverwritten: () => true }));
  } catch (cause) {
    throw expectedGot('CORRUPT_MODEL', at(opened.file, 'spec'), 'a network that can be built', (cause as Error).message, '', cause);
  }
}

function compileModel(file: string, model: tf.LayersModel, trainingConfig: NonNullable<OpenedModel['trainingConfig']>): void {
  try {
    model.loadTrainingConfig(trainingConfig as unknown as Parameters<typeof model.loadTrainingConfig>[0]);
  } catch (cause) {
    throw expectedGot(
      'CORRUPT_MODEL',
      `${file} at trainingConfig`,
      'an optimizer and losses that TensorFlow.js has',
      (cause as Error).message,
      '',
      cause,
    );
  }
}
