import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import type { WeightFile } from '../../../src/io/modelFile.js';
import type { NameSource } from '../../../src/io/names/nameTable.js';
import { NAME_TABLES } from '../../../src/io/names/nameTables.js';
import { theirShape, toTheirs } from '../../../src/io/names/tensorLayout.js';
import { tensorSlots } from '../../../src/io/names/tensorSlots.js';
import type { StoredTensor } from '../../../src/io/storedTensor.js';
import { numbers } from '../../networks/parity/formula.js';

/** A file in memory. */
export const weightFile = (tensors: ReadonlyMap<string, StoredTensor>): WeightFile => ({
  file: 'memory',
  tensors,
  close: () => Promise.resolve(),
});

/** A tensor in memory. */
export const storedTensor = (name: string, shape: readonly number[], values: () => Float32Array): StoredTensor => ({
  name,
  shape,
  dtype: 'float32',
  read: async () => Promise.resolve(values()),
});

/**
 * What a source would have saved of a network that is shaped as a model is: names, layouts, and the parity tests' numbers for each weight.
 */
export function fileOf(source: NameSource, model: InceptionModel): Map<string, StoredTensor> {
  const table = NAME_TABLES.find((each) => each.source === source && each.network === model.spec.name)!;
  const shapes = new Map(model.weights.map(({ originalName, shape }) => [originalName, shape as number[]]));
  return new Map(
    tensorSlots(table).flatMap(({ ours, theirs, layout }) => {
      const shape = shapes.get(ours);
      const values = (): Float32Array => toTheirs(layout, numbers(ours, shape!), shape!);
      return shape ? [[theirs, storedTensor(theirs, theirShape(layout, shape), values)]] : [];
    }),
  );
}

/** A model's weights by name. */
export const weightsOf = (model: InceptionModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

/** What {@link weightsOf} gives once all of {@link fileOf} is loaded. */
export const expectedWeights = (model: InceptionModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map(({ originalName, shape }) => [originalName, [...numbers(originalName, shape as number[])]]));
