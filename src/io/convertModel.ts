import type * as tf from '@tensorflow/tfjs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { expectedGot, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { inceptionNet } from '../networks/inceptionNet.js';
import type { NetworkSpec } from '../spec/types.js';
import type { ModelFormat } from './modelFormat.js';
import { FORMAT_CONTENTS, type ModelContent } from './formatContents.js';
import { readModel } from './loadModel.js';
import { loadWeights, type WeightSource } from './loadWeights.js';
import { resolveModelPath, type ModelPath } from './modelPath.js';
import { recordOf } from './modelRecord.js';
import type { WriteOptions } from './modelWriters.js';
import { saveModel } from './saveModel.js';
import type { WeightReport } from './weights/weightReport.js';

/** Options of {@link convertModel}. */
export interface ConvertModelOptions {
  /** What to write. @default what the extension of the path says */
  readonly format?: ModelFormat;
  /** Whose tensor names a .safetensors gets. @default 'tfjs-inception' */
  readonly names?: WriteOptions['names'];
  /** The network that a file of weights is for. @default the one that the file describes, or that its tensors' names give away */
  readonly spec?: NetworkSpec;
  /** Whose names a file of weights follows; only with `spec`. @default 'auto' */
  readonly source?: WeightSource;
  /** Class names by index, instead of those that the file has. */
  readonly labels?: readonly string[];
  /** Whether what stands at the target is replaced. @default false */
  readonly force?: boolean;
}

/** What {@link convertModel} did. */
export interface Conversion {
  readonly format: ModelFormat;
  /** The model that was written, for what there is to say of it. The caller disposes of it. */
  readonly model: tf.LayersModel;
  /** Where weights were filled into a network, given or recognised: which went where. */
  readonly weights?: WeightReport;
  /** What of the model the written file holds. */
  readonly kept: readonly ModelContent[];
  /** What the model had and the written format has no place for. */
  readonly lost: readonly (ModelContent | 'optimizer')[];
}

/**
 * Reads a model in one format and writes it in another.
 *
 * @param from Whatever {@link readModel} reads; with `spec`, whatever {@link loadWeights} reads.
 * @param to Where {@link saveModel} is to write.
 * @throws InceptionError `INVALID_ARGUMENT` if source and target are one, or something stands at the target and `force` is not set; and as
 *   `loadModel`, `loadWeights` and `saveModel` do. Then what stands at the target still stands.
 */
export async function convertModel(from: string, to: string, options: ConvertModelOptions = {}): Promise<Conversion> {
  const { format, names, spec, source, labels, force = false } = options;
  const target = await resolveModelPath('convert', to, { access: 'write', format });
  await checkTarget(from, to, target, force);
  const { model, weights } = spec ? await filledNetwork(spec, from, source) : await readModel('loadModel', from);
  try {
    if (labels !== undefined) setLabels(model, labels);
    await saveModel(model, to, { format, ...(names !== undefined && { names }), training: recordOf(model)?.training });
    return { format: target.format, model, weights, ...keptAndLost(model, contentsOf(target.format, names)) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function checkTarget(from: string, to: string, target: ModelPath, force: boolean): Promise<void> {
  const source = await resolveModelPath('convert', from, { access: 'read' }).catch(() => undefined);
  const places = await Promise.all([from, source?.file ?? from].map((path) => realpath(path).catch(() => path)));
  const standing = await Promise.all([to, target.file].map((path) => realpath(path).catch(() => undefined)));
  if (standing.some((path) => path !== undefined && places.includes(path))) {
    throw invalidArgument('convert', 'another place than the one that is read', to, 'Give a path of its own.');
  }
  if (!force && !(await isFree(to))) {
    throw invalidArgument('convert', 'a path where nothing stands', to, 'Choose another, or replace what stands there with --force.');
  }
}

/** Nothing, or an empty folder. */
async function isFree(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || (found.isDirectory() && (await readdir(path)).length === 0);
}

async function filledNetwork(
  spec: NetworkSpec,
  path: string,
  source?: WeightSource,
): Promise<{ model: InceptionModel; weights: WeightReport }> {
  // Drawn first: a file of other classes, or without auxiliary heads, leaves layers as they were.
  const model = inceptionNet(spec);
  try {
    return { model, weights: await loadWeights(model, path, { ...(source !== undefined && { source }) }) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function setLabels(model: tf.LayersModel, labels: readonly string[]): void {
  if (!(model instanceof InceptionModel)) {
    throw expectedGot('INVALID_ARGUMENT', 'convert', 'an Inception network, for labels to go with', model.name, 'Leave out --labels.');
  }
  model.labels = labels;
}

/** A state dict for another library is weights alone. */
function contentsOf(format: ModelFormat, names: WriteOptions['names'] = 'tfjs-inception'): readonly ModelContent[] {
  return names === 'tfjs-inception' ? FORMAT_CONTENTS[format] : ['weights'];
}

function keptAndLost(model: tf.LayersModel, held: readonly ModelContent[]): Pick<Conversion, 'kept' | 'lost'> {
  const isOurs = model instanceof InceptionModel;
  const has: Readonly<Record<ModelContent | 'optimizer', boolean>> = {
    weights: true,
    architecture: true,
    // An input is never trainable.
    frozen: model.layers.some(({ trainable, weights }) => !trainable && weights.length > 0),
    preprocessing: isOurs,
    labels: isOurs && model.labels.length > 0,
    training: recordOf(model)?.training !== undefined,
    optimizer: model.optimizer !== undefined,
  };
  const contents = (Object.keys(has) as (keyof typeof has)[]).filter((content) => has[content]);
  const isKept = (content: ModelContent | 'optimizer'): content is ModelContent => content !== 'optimizer' && held.includes(content);
  return { kept: contents.filter(isKept), lost: contents.filter((content) => !isKept(content)) };
}
