import type { InceptionModel } from '../../networks/inceptionModel.js';
import { styleOf } from '../../spec/convolutionStyles.js';
import { combine } from './foldNormalization.js';
import { describeRange, inputChange, rangeOfPreprocessing, type InputChange, type InputRange } from './inputRange.js';
import type { PlacedWeight } from './placedWeight.js';

/** What became of weights that want another input than a model makes. */
export interface AdaptedInput {
  /** Whether the model now computes from its own input what the weights do from theirs. */
  readonly exact: boolean;
  readonly note?: string;
}

/**
 * Has the first convolution take the input that a model makes where its weights want another: channels change places, factors go into
 * the kernel, and what is added to each colour into the bias or the moving mean after it. The last is exact only where no zeros stand round
 * the picture: there they would have to be other values.
 *
 * @param wanted The input that the weights were trained on.
 * @param file The weights by our names; changed only if all of it is exact.
 */
export function adaptInput(model: InceptionModel, wanted: InputRange, file: Map<string, PlacedWeight>): AdaptedInput {
  const given = rangeOfPreprocessing(model.preprocessing);
  const change = given.scale.length === wanted.scale.length ? inputChange(given, wanted) : undefined;
  if (!change) return { exact: true };
  const ranges = `The weights want ${describeRange(wanted)} of 0–255; the model makes ${describeRange(given)}`;
  const first = model.spec.trunk[0];
  const kernel = `${first.name}_conv/kernel`;
  const weight = file.get(kernel);
  const places = first.op === 'convolution' && weight ? constantPlaces(model, change) : undefined;
  if (!weight || !places || weight.shape.length !== 4) return { exact: false, note: `${ranges}. ${advice(wanted)}` };
  file.set(kernel, { ...weight, read: async () => changeKernel(await weight.read(), weight.shape, change) });
  if (places.length > 0) {
    const constant: PlacedWeight = {
      shape: weight.shape.slice(3),
      from: weight.from,
      read: async () => constants(await weight.read(), weight.shape, change),
    };
    const { name, sign } = places[0];
    combine(file, name, constant, (values, by) => by.forEach((value, index) => (values[index] += sign * value)));
  }
  return { exact: true, note: `${ranges}. The first convolution was changed to take that instead: exactly the same outputs.` };
}

/** A preprocessing from which the weights' own input is but factors away: they are exact wherever zeros stand. */
function advice({ channelOrder, scale, offset }: InputRange): string {
  const means = offset.map((each, place) => Number((each / scale[place]).toFixed(4)));
  const preprocessing = `{ channelOrder: '${channelOrder}', scale: 1, offset: [${means.join(', ')}] }`;
  return `Build the network for them: inceptionNet({ ...spec, preprocessing: ${preprocessing} }).`;
}

/** Where what a shift adds to each filter goes: nowhere if there is none, undefined if no place is exact. */
function constantPlaces(
  { spec }: InceptionModel,
  { shift }: InputChange,
): readonly { readonly name: string; readonly sign: 1 | -1 }[] | undefined {
  if (shift.every((each) => each === 0)) return [];
  const first = spec.trunk[0];
  if (first.op !== 'convolution' || first.padding !== 'valid') return undefined;
  const { order, useBias } = styleOf(first, spec.convolution);
  if (useBias) return [{ name: `${first.name}_conv/bias`, sign: 1 }];
  return order === 'conv-bn-relu' ? [{ name: `${first.name}_bn/moving_mean`, sign: -1 }] : undefined;
}

/** The kernel for the values that are given. */
function changeKernel(values: Float32Array, shape: readonly number[], { from, factor }: InputChange): Float32Array {
  const [height, width, channels, filters] = shape;
  const changed = new Float32Array(values.length);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const source = (pixel * channels + channel) * filters;
      const target = (pixel * channels + from[channel]) * filters;
      for (let filter = 0; filter < filters; filter++) changed[target + filter] = values[source + filter] * factor[channel];
    }
  }
  return changed;
}

/** What a shift adds to each filter. */
function constants(values: Float32Array, shape: readonly number[], { shift }: InputChange): Float32Array {
  const [, , channels, filters] = shape;
  const sums = new Float64Array(filters);
  for (let index = 0; index < values.length; index++) {
    sums[index % filters] += values[index] * shift[Math.floor(index / filters) % channels];
  }
  return Float32Array.from(sums);
}
