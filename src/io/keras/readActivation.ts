import type { JsonObject } from './kerasJson.js';

/** Activations that tfjs computes as Keras does, under the same names; beside them there is one that Keras 3 calls `silu` and tfjs `swish`. */
export const SHARED_ACTIVATIONS: readonly string[] = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid'],
  ...['softmax', 'log_softmax', 'softplus', 'softsign', 'tanh', 'mish', 'gelu'],
];

const ACTIVATIONS: ReadonlySet<unknown> = new Set([...SHARED_ACTIVATIONS, 'swish']);

/**
 * The name that tfjs has for an activation.
 *
 * @param value A name, or what Keras 3 makes of a function: `{ class_name: 'function', config: 'relu' }`.
 * @param isKeras2 `hard_sigmoid` is what tfjs computes in Keras 2 only.
 * @returns `undefined` if tfjs has none.
 */
export function readActivation(value: unknown, isKeras2: boolean): string | undefined {
  if (value === undefined || value === null) return 'linear';
  const { config } = Object(value) as JsonObject;
  const written = typeof value === 'string' ? value : typeof config === 'string' ? config : (Object(config) as JsonObject).name;
  const name = written === 'silu' ? 'swish' : written;
  return ACTIVATIONS.has(name) || (isKeras2 && name === 'hard_sigmoid') ? (name as string) : undefined;
}
