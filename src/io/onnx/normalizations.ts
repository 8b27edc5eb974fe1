import { computed, numbers, reshaped, sizeOf, zeros, type Weights } from './constant.js';
import type { Emitter, Value } from './emittedLayer.js';

/** With its moving statistics, as in inference. */
export const batchNormalization: Emitter = (layer, [x]) => {
  const { axis, epsilon } = layer.config<{ axis: number | readonly number[]; epsilon: number }>();
  const [own] = [axis].flat();
  const rank = x.shape.length;
  if (own !== -1 && own !== rank) throw layer.refuse(`axis -1 or ${rank}, the last`, axis);
  const channels = x.shape[rank - 1];
  const [gamma = ones(channels), beta = zeros(channels)] = [layer.weights('gamma'), layer.weights('beta')];
  const [mean, variance] = [layer.required('moving_mean'), layer.required('moving_variance')];
  if (rank !== 2) {
    const inputs = [x.name, gamma, beta, mean, variance];
    return { name: layer.add('BatchNormalization', inputs, { epsilon: { float: epsilon } }), shape: x.shape };
  }
  // ONNX takes the second axis for the channels, which here is the last of three.
  const { scale, shift } = batchNormalizationLine([gamma, beta, mean, variance], epsilon);
  return { name: layer.add('Add', [layer.add('Mul', [x.name, scale], {}, 'scaled'), shift]), shape: x.shape };
};

function ones(channels: number): Weights {
  return numbers(new Array<number>(channels).fill(1));
}

/** A line that each channel is put through: `x · scale + shift`. */
interface ChannelLine {
  /** `[channels]`, or one number for all. */
  readonly scale: Weights;
  readonly shift: Weights;
}

/** Normalization with fixed statistics, as the line that it is. */
export function batchNormalizationLine(
  [gamma, beta, mean, variance]: readonly [gamma: Weights, beta: Weights, mean: Weights, variance: Weights],
  epsilon: number,
): ChannelLine {
  const scale = computed(gamma.dims, [gamma, variance], (gammas, variances) =>
    Float64Array.from(gammas, (value, channel) => value / Math.sqrt(variances[channel] + epsilon)),
  );
  const shift = computed(gamma.dims, [beta, mean, scale], (betas, means, scales) =>
    Float64Array.from(scales, (value, channel) => betas[channel] - means[channel] * value),
  );
  return { scale, shift };
}

/** ONNX divides its alpha by the number of neighbours, TensorFlow does not. */
export const localResponseNormalization: Emitter = (layer, [x]) => {
  layer.featureMap(x);
  const { depth_radius: radius, bias, alpha, beta } = layer.config<{ depth_radius: number; bias: number; alpha: number; beta: number }>();
  const size = 2 * radius + 1;
  const attributes = { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } };
  return { name: layer.add('LRN', [x.name], attributes), shape: x.shape };
};

/** `x · scale + offset`, where either may be a number or one a channel. */
export const rescaling: Emitter = (layer, [x]) => {
  const { scale, offset = 0 } = layer.config<{ scale: number | number[]; offset?: number | number[] }>();
  const scaled = layer.add('Mul', [x.name, perChannel(x, scale)]);
  const shifts = [offset].flat().some((value) => value !== 0);
  return { name: shifts ? layer.add('Add', [scaled, perChannel(x, offset)], {}, 'offset') : scaled, shape: x.shape };
};

/** Keras divides by no smaller one. */
const SMALLEST_DEVIATION = 1e-7;

/** Keras' preprocessing layer: statistics that were given, or such as it took from data. */
export const normalization: Emitter = (layer, [x]) => {
  const config = layer.config<{ mean?: number | number[] | null; variance?: number | number[] | null; invert?: boolean }>();
  const given = (values?: number | number[] | null): Weights | undefined => (values == null ? undefined : numbers([values].flat()));
  const [mean, variance] = [given(config.mean) ?? layer.required('mean'), given(config.variance) ?? layer.required('variance')];
  const scale = computed(variance.dims, [variance], (variances) =>
    Float64Array.from(variances, (each) => {
      const deviation = Math.max(Math.sqrt(each), SMALLEST_DEVIATION);
      return config.invert ? deviation : 1 / deviation;
    }),
  );
  const shift = computed(sizeOf(mean) > sizeOf(variance) ? mean.dims : variance.dims, [mean, scale], (means, scales) =>
    Float64Array.from({ length: Math.max(means.length, scales.length) }, (_, channel) => {
      const value = means[channel % means.length];
      return config.invert ? value : -value * scales[channel % scales.length];
    }),
  );
  const spread = (values: Weights): Weights =>
    x.shape.length === 3 && values.dims.length === 1 ? reshaped(values, [values.dims[0], 1, 1]) : values;
  return { name: layer.add('Add', [layer.add('Mul', [x.name, spread(scale)], {}, 'scaled'), spread(shift)]), shape: x.shape };
};

/** A number, or one a channel, in a shape that spreads over the value's other axes. */
function perChannel({ shape }: Value, values: number | number[]): Weights {
  if (typeof values === 'number') return numbers([values], []);
  return shape.length === 3 ? reshaped(numbers(values), [values.length, 1, 1]) : numbers(values);
}
