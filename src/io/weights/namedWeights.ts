import type * as tf from '@tensorflow/tfjs';
import { InceptionError, invalidArgument } from '../../errors.js';
import type { WeightSpec } from '../tfjs/modelDocument.js';

/** A model's variables by the names under which they are saved: `<layer>/<weight>`, whatever else lives in the process. */
export function weightsByName(where: string, model: tf.LayersModel): Map<string, tf.LayerVariable> {
  const weights = new Map<string, tf.LayerVariable>();
  for (const weight of model.weights) {
    const name = weight.originalName;
    if (weights.has(name)) {
      throw invalidArgument(`${where}.model`, 'a name of its own for every weight', name, 'Give its layers different names.');
    }
    weights.set(name, weight);
  }
  return weights;
}

/** The layer that a saved weight belongs to. */
export function layerOf(weightName: string): string {
  return weightName.slice(0, Math.max(0, weightName.lastIndexOf('/')));
}

/**
 * Refuses weights that do not fit a model, with every difference at once: `-` missing, `+` unexpected, `≠` of another shape or type.
 *
 * @throws InceptionError `WEIGHTS_MISMATCH`.
 */
export function checkWeightsFit(file: string, model: ReadonlyMap<string, tf.LayerVariable>, stored: readonly WeightSpec[]): void {
  const storedByName = new Map(stored.filter(({ group }) => group !== 'optimizer').map((spec) => [spec.name, spec]));
  const missing: string[] = [];
  const reshaped: string[] = [];
  for (const [name, weight] of model) {
    const spec = storedByName.get(name);
    const wanted = describe(weight.shape, weight.dtype);
    if (!spec) missing.push(`${name} ${wanted}`);
    else if (describe(spec.shape, spec.dtype) !== wanted) {
      reshaped.push(`${name} ${wanted} in the model, ${describe(spec.shape, spec.dtype)} in the file`);
    }
  }
  const unexpected = [...storedByName.values()]
    .filter(({ name }) => !model.has(name))
    .map(({ name, shape, dtype }) => `${name} ${describe(shape, dtype)}`);
  refuseDifferences(file, model.size, { missing, unexpected, reshaped });
}

/** Weights that keep a file and a model from fitting, each described in a line. */
export interface WeightDifferences {
  /** The model's that the file lacks. */
  readonly missing: readonly string[];
  /** The file's that the model lacks. */
  readonly unexpected: readonly string[];
  /** Of another shape or type on either side. */
  readonly reshaped: readonly string[];
}

/**
 * Reports every difference at once, if there is one.
 *
 * @param count How many weights the model has.
 * @throws InceptionError `WEIGHTS_MISMATCH`.
 */
export function refuseDifferences(file: string, count: number, { missing, unexpected, reshaped }: WeightDifferences): void {
  const signed = [missing.map((line) => `- ${line}`), unexpected.map((line) => `+ ${line}`), reshaped.map((line) => `≠ ${line}`)];
  const differences = signed.flatMap((lines) => lines.sort());
  if (differences.length === 0) return;
  throw new InceptionError(
    'WEIGHTS_MISMATCH',
    `${file}: expected the model's ${count} weights, got ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'} ` +
      `(- missing in the file, + unexpected, ≠ of another shape). The model is as it was.\n${differences.join('\n')}`,
  );
}

/** Puts values into a model's variables; they must have been checked to fit. The values stay the caller's. */
export function assignWeights(model: ReadonlyMap<string, tf.LayerVariable>, values: Readonly<Record<string, tf.Tensor>>): void {
  for (const [name, value] of Object.entries(values)) model.get(name)?.write(value);
}

function describe(shape: readonly (number | null)[], dtype: string): string {
  return `[${shape.join(', ')}]${dtype === 'float32' ? '' : ` ${dtype}`}`;
}
