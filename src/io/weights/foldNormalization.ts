import { layerOf } from './namedWeights.js';
import type { PlacedWeight } from './placedWeight.js';

/** Names of a model's weights, and the weights that a file has. */
interface Sides {
  readonly model: ReadonlySet<string>;
  readonly file: Map<string, PlacedWeight>;
}

const NORMALIZATION = /_bn$/;

/**
 * Makes up for parameters of batch normalisation units that only one side has, exactly:
 *
 * - the model's gammas that the file lacks are 1, its biases before a normalisation 0;
 * - the file's gammas that the model lacks are multiplied into kernel, bias and moving mean: γ(Kx − μ) = (γK)x − γμ;
 * - the file's biases before a normalisation that the model lacks are taken off the moving mean.
 *
 * @param model The names of the model's weights.
 * @param file Changed.
 * @returns What was done, for people.
 */
export function foldNormalization(model: ReadonlySet<string>, file: Map<string, PlacedWeight>): string[] {
  const sides = { model, file };
  const units = [...new Set([...model].map(layerOf))].filter((layer) => NORMALIZATION.test(layer));
  const done = units.map((normalization) => {
    const unit = normalization.replace(NORMALIZATION, '');
    // A dense layer's name is the unit's.
    const layer = [`${unit}_conv`, unit].find((name) => file.has(`${name}/kernel`) || file.has(`${name}/pointwise_kernel`));
    return {
      filled: fillGamma(sides, normalization),
      biasless: layer !== undefined && foldBias(sides, layer, normalization),
      folded: layer !== undefined && foldGamma(sides, layer, normalization),
    };
  });
  const count = (what: 'filled' | 'biasless' | 'folded'): number => done.filter((each) => each[what]).length;
  return [
    count('filled') > 0 && `The file has no gamma for ${count('filled')} batch normalisations: they are 1, as where they are left out.`,
    count('folded') > 0 &&
      `The model has no gamma: those of ${count('folded')} batch normalisations are multiplied into kernels and means.`,
    count('biasless') > 0 && `The model has no biases before batch normalisation: ${count('biasless')} are taken off the moving means.`,
  ].filter((note) => note !== false);
}

function fillGamma({ model, file }: Sides, normalization: string): boolean {
  const beta = file.get(`${normalization}/beta`);
  const gamma = `${normalization}/gamma`;
  if (!beta || !model.has(gamma) || file.has(gamma)) return false;
  file.set(gamma, { shape: beta.shape, from: [], read: async () => Promise.resolve(new Float32Array(beta.shape[0]).fill(1)) });
  return true;
}

function foldBias({ model, file }: Sides, layer: string, normalization: string): boolean {
  const name = `${layer}/bias`;
  const bias = file.get(name);
  const beta = file.get(`${normalization}/beta`);
  if (!bias && beta && model.has(name)) {
    file.set(name, { shape: beta.shape, from: [], read: async () => Promise.resolve(new Float32Array(beta.shape[0])) });
  }
  if (!bias || model.has(name)) return false;
  file.delete(name);
  return combine(file, `${normalization}/moving_mean`, bias, (mean, own) =>
    mean.forEach((value, index) => (mean[index] = value - own[index])),
  );
}

function foldGamma({ model, file }: Sides, layer: string, normalization: string): boolean {
  const name = `${normalization}/gamma`;
  const gamma = file.get(name);
  if (!gamma || model.has(name)) return false;
  file.delete(name);
  const kernel = file.has(`${layer}/pointwise_kernel`) ? 'pointwise_kernel' : 'kernel';
  const scaled = [`${layer}/${kernel}`, `${layer}/bias`, `${normalization}/moving_mean`];
  for (const each of scaled) combine(file, each, gamma, scaleFilters);
  return true;
}

/** Multiplies each filter, the last axis, by a number of its own. */
function scaleFilters(values: Float32Array, factors: Float32Array): void {
  for (let from = 0; from < values.length; from += factors.length) {
    for (let filter = 0; filter < factors.length; filter++) values[from + filter] *= factors[filter];
  }
}

/** Has a weight changed by another when it is read. */
export function combine(
  file: Map<string, PlacedWeight>,
  name: string,
  by: PlacedWeight,
  change: (values: Float32Array, by: Float32Array) => void,
): boolean {
  const weight = file.get(name);
  // A weight of another shape is a mismatch of its own; nothing of it is read.
  if (!weight || weight.shape.at(-1) !== by.shape.at(-1)) return false;
  file.set(name, {
    shape: weight.shape,
    from: [...weight.from, ...by.from],
    read: async () => {
      const values = await weight.read();
      change(values, await by.read());
      return values;
    },
  });
  return true;
}
