import * as tf from '@tensorflow/tfjs';
import { flushFolder, prepareFile } from '../atomicFile.js';
import { documentChecksum, withChecksum, type DescribedModel } from './modelMetadata.js';
import { RECORD_KEY } from '../modelRecord.js';
import type { ModelPath } from '../modelPath.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { clearAbandoned, currentShards, retireShards } from './shardFolder.js';
import { cutShards, writeShards, type Shard } from './shards.js';

/**
 * Writes a model as a tfjs-layers folder: weight files first, then the description renamed into place (from then on the folder is the new
 * model), then the weight files that only the previous description named are removed. Nothing else in the folder is touched.
 *
 * The description is written, under its temporary name, before the weight files are: it tells other writers of the folder which of them are
 * about to be needed, and whoever comes after a killed save which of them never will be.
 *
 * @throws InceptionError `WRITE_FAILED`; the folder still holds the model it held.
 */
export async function writeTfjsLayers(where: string, snapshot: ModelSnapshot, path: ModelPath): Promise<void> {
  const { weights } = snapshot;
  const shards = await cutShards(weights);
  const text = describeModel(snapshot, shards);
  const description = await prepareFile(where, path.file, text);
  let previous: readonly string[];
  try {
    await writeShards(where, path.folder, { shards, weights });
    await flushFolder(path.folder);
    previous = await currentShards(path);
    await description.commit();
  } catch (error) {
    await description.discard();
    await retireShards(
      path,
      shards.map((shard) => shard.name),
    );
    throw error;
  }
  await flushFolder(path.folder);
  await retireShards(path, previous);
  await clearAbandoned(path);
}

function describeModel(snapshot: ModelSnapshot, shards: readonly Shard[]): string {
  const specs = snapshot.weights.map(({ name, tensor }) => ({ name, shape: tensor.shape, dtype: tensor.dtype }));
  const records = Object.fromEntries(shards.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }]));
  const document = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version_layers}`,
    convertedBy: null,
    modelTopology: snapshot.topology,
    weightsManifest: [{ paths: shards.map((shard) => shard.name), weights: specs }],
    userDefinedMetadata: {
      ...snapshot.userDefinedMetadata,
      [RECORD_KEY]: { ...snapshot.record, shards: records, checksum: '' },
    },
  };
  // The checksum is of what a reader will parse: without the undefined values that JSON drops.
  const plain = JSON.parse(JSON.stringify(document)) as DescribedModel;
  return JSON.stringify(withChecksum(plain, documentChecksum(plain)));
}
