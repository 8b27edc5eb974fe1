import type { JsonObject } from './kerasJson.js';
import type { TfjsLayer } from './layerRules.js';
import type { SavedLayer } from './savedLayer.js';

/** Operations on two or more tensors that are layers in tfjs. */
const MERGES = new Set(['Add', 'Multiply', 'Maximum', 'Minimum', 'Concatenate']);

/** Operations on one tensor that are activations in tfjs. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Sigmoid: 'sigmoid',
  Silu: 'swish',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Softsign: 'softsign',
};

/** Operations with a number, as `x · scale + offset`. */
const AFFINE: Readonly<Record<string, (value: number) => readonly [scale: number, offset: number]>> = {
  Add: (value) => [1, value],
  Subtract: (value) => [1, -value],
  Multiply: (value) => [value, 0],
  Divide: (value) => [1 / value, 0],
  TrueDivide: (value) => [1 / value, 0],
};

/**
 * What `x + y`, `x / 255` or `keras.ops.relu(x)` between the layers of a Keras 3 model is in tfjs.
 *
 * @returns `undefined` if it is nothing that tfjs has.
 */
export function readOperation({ className: name, config, entry }: SavedLayer): TfjsLayer | undefined {
  const [node, ...others] = entry.inbound_nodes as readonly JsonObject[];
  if (others.length > 0 || !Array.isArray(node?.args)) return undefined;
  const values = [...(node.args as readonly unknown[]), ...Object.values(Object(node.kwargs) as JsonObject)];
  const tensors = (node.args as readonly unknown[]).flat();
  if (MERGES.has(name) && tensors.length > 1 && tensors.every(isTensor)) {
    if (name !== 'Concatenate') return { className: name, config: {} };
    return { className: name, config: { axis: (node.kwargs as JsonObject | undefined)?.axis ?? config.axis ?? -1 } };
  }
  if (Object.hasOwn(ACTIVATIONS, name) && isTensor(values[0]))
    return { className: 'Activation', config: { activation: ACTIVATIONS[name] } };
  const [first, second] = values;
  // What is subtracted from, or divided, must be the tensor.
  const number = isTensor(first) ? second : name === 'Add' || name === 'Multiply' ? first : undefined;
  if (!Object.hasOwn(AFFINE, name) || typeof number !== 'number') return undefined;
  const [scale, offset] = AFFINE[name](number);
  return { className: 'Rescaling', config: { scale, offset } };
}

function isTensor(value: unknown): boolean {
  return (value as JsonObject | null)?.class_name === '__keras_tensor__';
}
