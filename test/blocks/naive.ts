import * as tf from '@tensorflow/tfjs';
import type { Padding } from '../../src/spec/types.js';

/** One feature map in double precision, rows then columns then channels. */
export interface FeatureMap {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly data: readonly number[];
}

export interface Sliding {
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [down: number, across: number];
  readonly padding: Padding;
}

/** A map of random values from −1 to 1, the same for the same seed. */
export function randomMap(shape: FeatureMap['shape'], seed: number): FeatureMap {
  const values = tf.tidy(() => tf.randomUniform([...shape], -1, 1, 'float32', seed).dataSync());
  return { shape, data: [...values] };
}

export function toTensor({ shape, data }: FeatureMap): tf.Tensor4D {
  return tf.tensor4d([...data], [1, ...shape]);
}

/** What a model of one input and one output makes of a map. */
export function predict(model: tf.LayersModel, map: FeatureMap): FeatureMap {
  const input = toTensor(map);
  const output = model.predict(input) as tf.Tensor;
  const [, ...shape] = output.shape;
  const data = [...output.dataSync()];
  tf.dispose([input, output]);
  return { shape: shape as unknown as FeatureMap['shape'], data };
}

/** How many cells precede the map on one side, and how many windows there are: written down from TensorFlow's and torch's documentation. */
function places(size: number, window: number, stride: number, padding: Padding): { before: number; count: number } {
  if (padding === 'valid') return { before: 0, count: Math.floor((size - window) / stride) + 1 };
  if (padding === 'same') {
    const count = Math.ceil(size / stride);
    return { before: Math.floor(Math.max(0, (count - 1) * stride + window - size) / 2), count };
  }
  if (padding !== 'ceil') return { before: padding.zeros, count: Math.floor((size + 2 * padding.zeros - window) / stride) + 1 };
  // torch: rounded up, "sliding windows that would start in the right padded region are ignored".
  const count = Math.ceil((size - window) / stride) + 1;
  return { before: 0, count: (count - 1) * stride >= size ? count - 1 : count };
}

/** Every window's cells, one by one: its row and column in the window, and its value in each channel, or nothing outside of the map. */
function slide(
  { shape, data }: FeatureMap,
  { window, strides, padding }: Sliding,
  make: (cells: (number[] | undefined)[]) => number[],
): FeatureMap {
  const [height, width, channels] = shape;
  const rows = places(height, window[0], strides[0], padding);
  const columns = places(width, window[1], strides[1], padding);
  const cell = (y: number, x: number): number[] | undefined =>
    y < 0 || y >= height || x < 0 || x >= width ? undefined : data.slice((y * width + x) * channels, (y * width + x + 1) * channels);
  const output: number[][] = [];
  for (let row = 0; row < rows.count; row++) {
    for (let column = 0; column < columns.count; column++) {
      const cells = Array.from({ length: window[0] * window[1] }, (_, index) =>
        cell(row * strides[0] - rows.before + Math.floor(index / window[1]), column * strides[1] - columns.before + (index % window[1])),
      );
      output.push(make(cells));
    }
  }
  return { shape: [rows.count, columns.count, output[0].length], data: output.flat() };
}

/** @param kernel `[height, width, in, out]`, flat. */
export function convolve(map: FeatureMap, kernel: readonly number[], bias: readonly number[], sliding: Sliding): FeatureMap {
  const [, , channels] = map.shape;
  return slide(map, sliding, (cells) =>
    bias.map((start, filter) =>
      cells.reduce(
        (sum, cell, place) =>
          sum +
          (cell ?? []).reduce((part, value, channel) => part + value * kernel[(place * channels + channel) * bias.length + filter], 0),
        start,
      ),
    ),
  );
}

/** Cells outside of the map have no value. */
export function maxPool(map: FeatureMap, sliding: Sliding): FeatureMap {
  return slide(map, sliding, (cells) => {
    const inside = cells.filter((cell) => cell !== undefined);
    return Array.from({ length: map.shape[2] }, (_, channel) => Math.max(...inside.map((cell) => cell[channel])));
  });
}

/** @param counted Whether cells outside of the map count as zeros. */
export function averagePool(map: FeatureMap, sliding: Sliding, counted: boolean): FeatureMap {
  return slide(map, sliding, (cells) => {
    const inside = cells.filter((cell) => cell !== undefined);
    const count = counted ? cells.length : inside.length;
    return Array.from({ length: map.shape[2] }, (_, channel) => inside.reduce((sum, cell) => sum + cell[channel], 0) / count);
  });
}

/** Applies a function of value and channel everywhere. */
export function each(map: FeatureMap, change: (value: number, channel: number, index: number) => number): FeatureMap {
  return { ...map, data: map.data.map((value, index) => change(value, index % map.shape[2], index)) };
}

export function relu(map: FeatureMap): FeatureMap {
  return each(map, (value) => Math.max(0, value));
}

export function concatenate(maps: readonly FeatureMap[]): FeatureMap {
  const [height, width] = maps[0].shape;
  const depth = maps.reduce((sum, { shape }) => sum + shape[2], 0);
  const data = Array.from({ length: height * width }, (_, place) =>
    maps.flatMap(({ shape, data: values }) => values.slice(place * shape[2], (place + 1) * shape[2])),
  );
  return { shape: [height, width, depth], data: data.flat() };
}

export function add(maps: readonly FeatureMap[]): FeatureMap {
  return each(maps[0], (_, __, index) => maps.reduce((sum, { data }) => sum + data[index], 0));
}
