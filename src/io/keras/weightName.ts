/** What Keras 1 called the weights of a layer, after the layer's name and an underscore. */
const KERAS_1_NAMES: Readonly<Record<string, string>> = {
  W: 'kernel',
  b: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  running_mean: 'moving_mean',
  running_std: 'moving_variance',
};

/**
 * A variable's name in today's words, without its layer's: `conv1/kernel:0` and `conv1_W` → `kernel`.
 *
 * @param name As a file of Keras 1, 2 or 3 has it.
 */
export function weightName(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
  const [, ofKeras1] = /_(W|b|gamma|beta|running_mean|running_std)$/.exec(last) ?? [];
  return ofKeras1 ? KERAS_1_NAMES[ofKeras1] : last;
}

/** What no gradient reaches: Keras 2's layout lists it behind everything that is trained. */
export const UNTRAINED: ReadonlySet<string> = new Set(['moving_mean', 'moving_variance', 'mean', 'variance', 'count']);

/** The layer that a variable's name names; `undefined` of one that stands alone. */
export function layerName(name: string): string | undefined {
  return name.split('/').at(-2);
}
