import type * as tf from '@tensorflow/tfjs';
import { strFromU8, unzipSync } from 'fflate';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveModel } from '../../../src/io/saveModel.js';
import { readHdf5, type FoundObject } from '../hdf5/readHdf5.js';
import { withFolder } from '../tinyModels.js';

/** One layer of a written configuration. */
export interface WrittenLayer {
  readonly module?: string;
  readonly class_name: string;
  readonly registered_name?: string | null;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes?: readonly unknown[];
}

/** A written configuration. */
export interface WrittenModel {
  readonly module?: string;
  readonly class_name: string;
  readonly config: {
    readonly name: string;
    readonly layers: readonly WrittenLayer[];
    readonly input_layers?: unknown;
    readonly output_layers?: unknown;
  };
}

/** What a `.keras` file holds. */
export interface KerasFile {
  readonly entries: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly model: WrittenModel;
  readonly record: unknown;
  readonly weights: ReadonlyMap<string, FoundObject>;
}

/** Saves a model as `.keras` and takes the file apart. */
export async function savedKeras(model: tf.LayersModel): Promise<KerasFile> {
  return withFolder(async (folder) => {
    const file = join(folder, 'model.keras');
    await saveModel(model, file);
    const entries = unzipSync(await readFile(file));
    const json = (name: string): unknown => JSON.parse(strFromU8(entries[name]));
    const metadata = json('metadata.json') as KerasFile['metadata'];
    const weights = join(folder, 'weights.h5');
    await writeFile(weights, entries['model.weights.h5']);
    return {
      entries: Object.keys(entries),
      metadata,
      model: json('config.json') as WrittenModel,
      record: metadata['tfjs-inception'],
      weights: await readHdf5(weights),
    };
  });
}

/** Saves a model as `.h5` and gives every group and dataset by its path. */
export async function savedH5(model: tf.LayersModel): Promise<Map<string, FoundObject>> {
  return withFolder(async (folder) => {
    const file = join(folder, 'model.h5');
    await saveModel(model, file);
    return readHdf5(file);
  });
}
