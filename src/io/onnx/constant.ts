import type * as tf from '@tensorflow/tfjs';
import { shapeSize } from '../shapeSize.js';

/** Float64 while weights are being folded, so that they are rounded once. */
export type Numbers = Float32Array | Float64Array;

/** Numbers that a graph holds, computed when they are asked for and kept by nobody: of a large model no more than one tensor is held. */
export interface Weights {
  readonly type: 'float32';
  readonly dims: readonly number[];
  read(): Promise<Numbers>;
}

/** A few whole numbers that an operation takes as an input: a shape, a padding. */
export interface Integers {
  readonly type: 'int64';
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

export type Constant = Weights | Integers;

/** A model's variable as it is. */
export function weightsOf(tensor: tf.Tensor): Weights {
  return { type: 'float32', dims: tensor.shape, read: () => tensor.data<'float32'>() };
}

/** Numbers that are known. */
export function numbers(values: readonly number[], dims: readonly number[] = [values.length]): Weights {
  return { type: 'float32', dims, read: () => Promise.resolve(Float64Array.from(values)) };
}

/** A bias of nothing. */
export function zeros(length: number): Weights {
  return numbers(new Array<number>(length).fill(0));
}

export function integers(values: readonly number[]): Integers {
  return { type: 'int64', dims: [values.length], values };
}

/** How many numbers a constant holds. */
export function sizeOf({ dims }: Constant): number {
  return shapeSize(dims);
}

/** The same numbers in the same order under another shape. */
export function reshaped(weights: Weights, dims: readonly number[]): Weights {
  return { ...weights, dims };
}

/** Axis `i` of the result is axis `permutation[i]` of the weights. */
export function permuted(weights: Weights, permutation: readonly number[]): Weights {
  const strides = stridesOf(weights);
  const dims = permutation.map((axis) => weights.dims[axis]);
  const steps = permutation.map((axis) => strides[axis]);
  return { type: 'float32', dims, read: async () => gather(await weights.read(), dims, { start: 0, steps }) };
}

/** From the last to the first along one axis. */
export function reversed(weights: Weights, axis: number): Weights {
  const { dims } = weights;
  const strides = stridesOf(weights);
  const order = { start: (dims[axis] - 1) * strides[axis], steps: strides.with(axis, -strides[axis]) };
  return { type: 'float32', dims, read: async () => gather(await weights.read(), dims, order) };
}

function stridesOf({ dims }: Weights): number[] {
  return dims.map((_, axis) => shapeSize(dims.slice(axis + 1)));
}

/** Where the numbers stand in the source: the first, and how far it is to the next along each axis. */
interface Order {
  readonly start: number;
  readonly steps: readonly number[];
}

function gather(source: Numbers, dims: readonly number[], { start: first, steps }: Order): Numbers {
  const result = source instanceof Float64Array ? new Float64Array(source.length) : new Float32Array(source.length);
  const position = dims.map(() => 0);
  const last = dims.length - 1;
  const [run, step] = [dims[last], steps[last]];
  let start = first;
  for (let at = 0; at < result.length;) {
    for (let end = at + run, from = start; at < end; at++, from += step) result[at] = source[from];
    for (let axis = last - 1; axis >= 0; axis--) {
      start += steps[axis];
      if (++position[axis] < dims[axis]) break;
      start -= steps[axis] * dims[axis];
      position[axis] = 0;
    }
  }
  return result;
}

/** One above the other along the first axis. */
export function stacked(parts: readonly Weights[]): Weights {
  const rows = parts.reduce((sum, { dims }) => sum + dims[0], 0);
  const read = async (): Promise<Numbers> => {
    const result = new Float64Array(parts.reduce((sum, part) => sum + sizeOf(part), 0));
    let offset = 0;
    for (const part of parts) {
      result.set(await part.read(), offset);
      offset += sizeOf(part);
    }
    return result;
  };
  return { type: 'float32', dims: [rows, ...parts[0].dims.slice(1)], read };
}

/** What `compute` makes of the values of several constants, in float64. */
export function computed<Sources extends readonly Weights[]>(
  dims: readonly number[],
  sources: Sources,
  compute: (...values: { [Index in keyof Sources]: Numbers }) => Float64Array,
): Weights {
  const read = async (): Promise<Numbers> => {
    const values: Numbers[] = [];
    for (const source of sources) values.push(await source.read());
    return compute(...(values as { [Index in keyof Sources]: Numbers }));
  };
  return { type: 'float32', dims, read };
}

/**
 * Every number times a factor that depends on its place along one axis.
 *
 * @param factors One a place, or one for all.
 */
export function scaled(weights: Weights, axis: number, factors: Weights): Weights {
  const { dims } = weights;
  const run = shapeSize(dims.slice(axis + 1));
  return computed(dims, [weights, factors], (values, scales) => {
    const result = new Float64Array(values.length);
    for (let start = 0, place = 0; start < values.length; start += run, place++) {
      const scale = scales[(place % dims[axis]) % scales.length];
      for (let at = start; at < start + run; at++) result[at] = values[at] * scale;
    }
    return result;
  });
}
