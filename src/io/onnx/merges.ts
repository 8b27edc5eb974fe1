import { numbers } from './constant.js';
import type { EmittedLayer, Emitter, Value } from './emittedLayer.js';

/** Adds, multiplies or compares tensors number by number; lengths of 1 are spread. */
const elementwise =
  (type: string): Emitter =>
  (layer, inputs) => ({ name: layer.add(type, namesOf(inputs)), shape: spreadShape(layer, inputs) });

export const add: Emitter = (layer, inputs) => elementwise(inputs.length === 2 ? 'Add' : 'Sum')(layer, inputs);
export const average = elementwise('Mean');
export const maximum = elementwise('Max');
export const minimum = elementwise('Min');

/** `inputs[0] + scale · inputs[1]`. */
export const addScaled: Emitter = (layer, [shortcut, residual]) => {
  const { scale } = layer.config<{ scale: number }>();
  const scaled = layer.add('Mul', [residual.name, numbers([scale], [])], {}, 'scaled');
  return { name: layer.add('Add', [shortcut.name, scaled]), shape: shortcut.shape };
};

/** ONNX multiplies two at a time. */
export const multiply: Emitter = (layer, inputs) => {
  const shape = spreadShape(layer, inputs);
  const [first, ...others] = namesOf(inputs);
  const name = others.reduce(
    (product, factor, at) => layer.add('Mul', [product, factor], {}, at === others.length - 1 ? undefined : `${at + 1}`),
    first,
  );
  return { name, shape };
};

export const concatenate: Emitter = (layer, inputs) => {
  const { axis } = layer.config<{ axis: number }>();
  const [{ shape }] = inputs;
  const at = axis < 0 ? axis + shape.length : axis - 1;
  const length = inputs.reduce((sum, input) => sum + input.shape[at], 0);
  const name = layer.add('Concat', namesOf(inputs), { axis: layer.axis(axis, shape) });
  return { name, shape: shape.with(at, length) };
};

function namesOf(inputs: readonly Value[]): string[] {
  return inputs.map(({ name }) => name);
}

function spreadShape(layer: EmittedLayer, inputs: readonly Value[]): number[] {
  const [{ shape }] = inputs;
  if (inputs.some((input) => input.shape.length !== shape.length)) {
    const shapes = inputs.map((input) => `[${[null, ...input.shape].join(', ')}]`);
    throw layer.refuse('inputs of one rank', shapes.join(' and '));
  }
  return shape.map((_, axis) => Math.max(...inputs.map((input) => input.shape[axis])));
}
