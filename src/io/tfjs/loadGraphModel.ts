import * as tf from '@tensorflow/tfjs';
import { expectedGot } from '../../errors.js';
import { parseModelDocument, readDocumentText, type ModelDocument } from './modelDocument.js';
import type { ModelPath } from '../modelPath.js';
import { readShards } from './shardReader.js';

/** Whether a model's description says that it is a graph model. What cannot be read is none: who loads it says why. */
export async function isGraphModel(where: string, { format, file }: ModelPath): Promise<boolean> {
  if (format !== 'tfjs-layers') return false;
  try {
    return (JSON.parse(await readDocumentText(where, file)) as { format?: unknown } | null)?.format === 'graph-model';
  } catch {
    return false;
  }
}

/**
 * Loads a graph model of TensorFlow.js from the disk: a graph of operations without layers, which computes and does not train.
 *
 * @returns The model; the caller disposes of it.
 * @throws InceptionError `NOT_FOUND`, `CORRUPT_MODEL` or `CORRUPT_WEIGHTS`, naming the file.
 */
export async function loadGraphModel(where: string, { folder, file }: ModelPath): Promise<tf.GraphModel> {
  const document = parseModelDocument(file, await readDocumentText(where, file), 'graph-model');
  const weightData = await readShards(folder, document);
  try {
    return buildGraphModel(artifactsOf(document, weightData));
  } catch (cause) {
    throw expectedGot(
      'CORRUPT_MODEL',
      `${file} at modelTopology`,
      'a graph that TensorFlow.js builds',
      (cause as Error).message,
      '',
      cause,
    );
  }
}

/** TensorFlow.js makes the weights before it looks at the graph: should it then throw, `tidy` frees them. */
function buildGraphModel(artifacts: tf.io.ModelArtifacts): tf.GraphModel {
  let model: tf.GraphModel | undefined;
  tf.tidy(() => {
    const built = tf.loadGraphModelSync(artifacts);
    for (const tensor of Object.values(built.weights).flat()) tf.keep(tensor);
    model = built as unknown as tf.GraphModel;
  });
  return model!;
}

function artifactsOf({ topology, signature, weights }: ModelDocument, weightData: ArrayBuffer[]): tf.io.ModelArtifacts {
  return { modelTopology: topology, signature, weightSpecs: weights as tf.io.WeightsManifestEntry[], weightData };
}
