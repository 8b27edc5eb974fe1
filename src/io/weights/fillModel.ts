import type * as tf from '@tensorflow/tfjs';
import type { WeightFile } from '../modelFile.js';
import { checkWeightsFit, weightsByName } from './namedWeights.js';
import { readValue } from './readValue.js';

/**
 * Sets all of a new model's weights from a file, one at a time, once every name and shape has been found to fit.
 *
 * @param rename What the model calls the weights that the file has: every stored name, in the file's order, to the model's.
 * @throws InceptionError `WEIGHTS_MISMATCH` listing every difference; `CORRUPT_WEIGHTS` for values that cannot be read, when some are set.
 */
export async function fillModel(
  where: string,
  model: tf.LayersModel,
  source: WeightFile,
  rename = (name: string): string => name,
): Promise<void> {
  const weights = weightsByName(where, model);
  const stored = [...source.tensors.values()].map((tensor) => ({ tensor, name: rename(tensor.name) }));
  checkWeightsFit(
    source.file,
    weights,
    // Of which type a weight is, the model says; the file says how its values are stored.
    stored.map(({ name, tensor }) => ({ name, shape: [...tensor.shape], dtype: (weights.get(name)?.dtype ?? 'float32') as 'float32' })),
  );
  for (const { name, tensor } of stored) {
    const weight = weights.get(name)!;
    const value = await readValue(weight, tensor);
    weight.write(value);
    value.dispose();
  }
}
