import * as tf from '@tensorflow/tfjs';
import { setTimeout } from 'node:timers/promises';
import { flushFolder, prepareFile } from './atomicFile.js';
import { makeFolder } from './makeFolder.js';
import { parseModelDocument, readDocumentText, type ModelDocument } from './modelDocument.js';
import { METADATA_KEY, documentChecksum, withChecksum, type DescribedModel, type ModelMetadata } from './modelMetadata.js';
import type { ModelPath } from './modelPath.js';
import type { ModelSnapshot } from './modelSnapshot.js';
import { clearAbandoned, currentShards, retireShards } from './shardFolder.js';
import { cutShards, readShards, writeShards, type Shard } from './shards.js';

/** The parts of {@link ModelMetadata} that the model's owner decides. */
export type OwnMetadata = Pick<ModelMetadata, 'version' | 'labels' | 'preprocessing' | 'spec' | 'training'>;

/** A stored model, verified: its description, and its weights' bytes in the order of `document.weights`. */
export interface StoredModel {
  readonly document: ModelDocument;
  readonly buffers: ArrayBuffer[];
}

/** How often a reader starts again because a writer replaced the model under its hands. */
const READ_ATTEMPTS = 8;

/** The wait before the second attempt, growing by as much with each: a writer that moves a file aside puts it back within a millisecond. */
const READ_WAIT_MS = 10;

/**
 * Writes a model as a tfjs-layers folder: weight files first, then the description renamed into place (from then on the folder is the new
 * model), then the weight files that only the previous description named are removed. Nothing else in the folder is touched.
 *
 * The description is written, under its temporary name, before the weight files are: it tells other writers of the folder which of them are
 * about to be needed, and whoever comes after a killed save which of them never will be.
 *
 * @throws InceptionError `WRITE_FAILED`; the folder still holds the model it held.
 */
export async function writeTfjsLayers(where: string, snapshot: ModelSnapshot, path: ModelPath, metadata: OwnMetadata): Promise<void> {
  const { specs, data } = await tf.io.encodeWeights([...snapshot.weights]);
  const shards = cutShards(new Uint8Array(data));
  const text = describeModel(snapshot, specs, shards, metadata);
  await makeFolder(where, path.folder);
  const description = await prepareFile(where, path.file, text);
  let previous: readonly string[];
  try {
    await writeShards(where, path.folder, shards);
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

/**
 * Reads and verifies a tfjs-layers folder. While another process saves to it, what is read is the model before or after, never a mixture.
 *
 * @throws InceptionError `NOT_FOUND`, `CORRUPT_MODEL`, `CORRUPT_WEIGHTS` or `UNSUPPORTED_FORMAT`, naming the file.
 */
export async function readTfjsLayers(where: string, { folder, file }: ModelPath): Promise<StoredModel> {
  for (let attempt = 1; ; attempt++) {
    const text = await readDocumentText(where, file);
    try {
      const document = parseModelDocument(file, text);
      return { document, buffers: await readShards(folder, document) };
    } catch (error) {
      const isReplaced = text !== (await readDocumentText(where, file));
      if (attempt === READ_ATTEMPTS || !(isReplaced || isMissing(error))) throw error;
      await setTimeout(READ_WAIT_MS * attempt);
    }
  }
}

/** Whether a read failed for want of a file. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

function describeModel(
  snapshot: ModelSnapshot,
  specs: readonly tf.io.WeightsManifestEntry[],
  shards: readonly Shard[],
  metadata: OwnMetadata,
): string {
  const records = Object.fromEntries(shards.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }]));
  const document = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version_layers}`,
    convertedBy: null,
    modelTopology: snapshot.topology,
    weightsManifest: [{ paths: shards.map((shard) => shard.name), weights: specs }],
    userDefinedMetadata: {
      ...snapshot.userDefinedMetadata,
      [METADATA_KEY]: { ...metadata, shards: records, checksum: '' },
    },
  };
  // The checksum is of what a reader will parse: without the undefined values that JSON drops.
  const plain = JSON.parse(JSON.stringify(document)) as DescribedModel;
  return JSON.stringify(withChecksum(plain, documentChecksum(plain)));
}
