import { hashText } from '../../../src/layers/hashText.js';

// Under jest every look at a global such as Math costs more than all the arithmetic here.
const { imul } = Math;

/** Part of every tensor's hash. */
const SEED = 5;

/** Values of the parts that are no kernels, least and largest. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  gamma: [0.6, 1.4],
  moving_variance: [0.5, 1.5],
  beta: [-0.2, 0.2],
  moving_mean: [-0.2, 0.2],
  bias: [-0.2, 0.2],
};

/**
 * The numbers that a weight takes in the parity tests, a function of its name and shape; scripts/parity/formula.py has the same in Python.
 *
 * Every tensor has its own numbers, so that one in another's place shows. Their ranges keep values near 1 through two hundred layers.
 *
 * @param shape As Keras lays it: kernels as height, width, inputs, outputs.
 */
export function numbers(name: string, shape: readonly number[]): Float32Array {
  const [low, high] = limits(name.slice(name.lastIndexOf('/') + 1), shape);
  const start = hashText(`${SEED}/${name}`);
  const values = new Float32Array(product(shape));
  for (let index = 0; index < values.length; index++) values[index] = low + (high - low) * uniform(start, index);
  return values;
}

/** From 0 up to but without 1, a multiple of 2^-24: murmur3's finaliser over steps from a hash. */
function uniform(start: number, index: number): number {
  let bits = (start + imul(index, 0x9e3779b9)) | 0;
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 8) / 2 ** 24;
}

/** A variance is kept by a kernel with a ReLU behind it, and by a depthwise kernel, which has none. */
function limits(part: string, shape: readonly number[]): readonly [number, number] {
  if (part in LIMITS) return LIMITS[part];
  const bound = part === 'depthwise_kernel' ? Math.sqrt(3 / (shape[0] * shape[1])) : Math.sqrt(6 / product(shape.slice(0, -1)));
  return [-bound, bound];
}

function product(shape: readonly number[]): number {
  return shape.reduce((values, length) => values * length, 1);
}
