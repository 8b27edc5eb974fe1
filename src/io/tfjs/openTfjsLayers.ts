import { setTimeout } from 'node:timers/promises';
import { parseModelDocument, readDocumentText, weightBytes, type ModelDocument, type WeightSpec } from './modelDocument.js';
import type { ModelFile } from '../modelFile.js';
import type { ModelPath } from '../modelPath.js';
import { openShards, type ShardReader } from './shardReader.js';
import type { StoredTensor } from '../storedTensor.js';
import { toFloat32 } from '../toFloat32.js';

/** An open tfjs-layers model, with what only this format has a place for. */
export interface TfjsLayersFile extends ModelFile {
  readonly trainingConfig?: Readonly<Record<string, unknown>>;
  readonly userDefinedMetadata?: Readonly<Record<string, unknown>>;
}

/** How often a reader starts again because a writer replaced the model under its hands. */
const READ_ATTEMPTS = 8;

/** The wait before the second attempt, growing by as much with each: a writer that moves a file aside puts it back within a millisecond. */
const READ_WAIT_MS = 10;

/**
 * Opens and verifies a tfjs-layers folder. While another process saves to it, what is read is the model before or after, never a mixture.
 *
 * @throws InceptionError `NOT_FOUND`, `CORRUPT_MODEL`, `CORRUPT_WEIGHTS` or `UNSUPPORTED_FORMAT`, naming the file.
 */
export async function openTfjsLayers(where: string, { folder, file }: ModelPath): Promise<TfjsLayersFile> {
  for (let attempt = 1; ; attempt++) {
    const text = await readDocumentText(where, file);
    try {
      const document = parseModelDocument(file, text);
      return describeFile(file, document, await openShards(folder, document));
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

function describeFile(file: string, document: ModelDocument, shards: ShardReader): TfjsLayersFile {
  const { topology, trainingConfig, userDefinedMetadata, metadata } = document;
  return {
    file,
    // Files of Keras' converter, and of early tfjs, keep the architecture beside the version of Keras that described it.
    topology: (topology.model_config as ModelFile['topology'] | null | undefined) ?? topology,
    trainingConfig,
    userDefinedMetadata,
    record: metadata,
    tensors: new Map(storedTensors(document, shards).map((tensor) => [tensor.name, tensor])),
    close: () => shards.close(),
  };
}

/** The model's weights; the optimizer's are left out. */
function storedTensors({ weights }: ModelDocument, shards: ShardReader): StoredTensor[] {
  let end = 0;
  const placed = weights.map((spec) => {
    const from = end;
    end += weightBytes(spec);
    return { spec, from };
  });
  return placed
    .filter(({ spec }) => spec.group !== 'optimizer')
    .map(({ spec, from }) => ({
      name: spec.name,
      shape: spec.shape,
      dtype: spec.quantization?.dtype ?? spec.dtype,
      read: async () => dequantized(spec, await shards.read(from, weightBytes(spec))),
    }));
}

/** Values as TensorFlow.js takes them: `value × scale + minimum`, rounded where they are whole numbers. */
function dequantized({ dtype, quantization }: WeightSpec, data: Uint8Array<ArrayBuffer>): Float32Array {
  const values = toFloat32(quantization?.dtype ?? dtype, data);
  if (quantization === undefined || quantization.dtype === 'float16') return values;
  const { scale = 1, min = 0 } = quantization;
  return values.map((value) => (dtype === 'int32' ? Math.round(value * scale + min) : value * scale + min));
}
