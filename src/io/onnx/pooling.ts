import { numbers } from './constant.js';
import type { EmittedLayer, Emitter, Value } from './emittedLayer.js';
import { padMap } from './windows.js';

interface PoolConfig {
  readonly pool_size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** Padding counts neither for a largest value nor for a mean. */
export const maxPool: Emitter = (layer, [x]) => pool(layer, x, 'MaxPool');
export const averagePool: Emitter = (layer, [x]) => pool(layer, x, 'AveragePool');

function pool(layer: EmittedLayer, x: Value, type: 'MaxPool' | 'AveragePool'): Value {
  const [rows, columns, channels] = layer.featureMap(x);
  const { pool_size: size, strides, padding } = layer.config<PoolConfig>();
  const [down, across] = ([0, 1] as const).map((side) => ({ length: size[side], stride: strides[side], dilation: 1 }));
  const { pads, places } = padMap([rows, columns], [down, across], padding);
  const name = layer.add(type, [x.name], { kernel_shape: size, strides, pads });
  return { name, shape: [...places, channels] };
}

export const globalMaxPool: Emitter = (layer, [x]) => globalPool(layer, x, 'GlobalMaxPool');
export const globalAveragePool: Emitter = (layer, [x]) => globalPool(layer, x, 'GlobalAveragePool');

function globalPool(layer: EmittedLayer, x: Value, type: string): Value {
  const [, , channels] = layer.featureMap(x);
  return { name: layer.add('Flatten', [layer.add(type, [x.name], {}, 'map')], { axis: 1 }), shape: [channels] };
}

/** Nearly equal windows: a common pool where the sizes divide, else the columns' means and of these the rows', as products with matrices. */
export const adaptiveAveragePool: Emitter = (layer, [x]) => {
  const [rows, columns, channels] = layer.featureMap(x);
  const { output_size: outputSize } = layer.config<{ output_size: number | readonly [number, number] }>();
  const [down, across] = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
  const shape = [down, across, channels];
  if (rows % down === 0 && columns % across === 0) {
    const window = [rows / down, columns / across];
    return { name: layer.add('AveragePool', [x.name], { kernel_shape: window, strides: window, pads: [0, 0, 0, 0] }), shape };
  }
  const narrowed = layer.add('MatMul', [x.name, numbers(shares(columns, across).flat(), [columns, across])], {}, 'columns');
  const overRows = Array.from({ length: down }, (_, row) => shares(rows, down).map((ofPixel) => ofPixel[row]));
  return { name: layer.add('MatMul', [numbers(overRows.flat(), [down, rows]), narrowed]), shape };
};

/** For each pixel of a side, its share in each of the means. */
function shares(pixels: number, means: number): number[][] {
  return Array.from({ length: pixels }, (_, pixel) =>
    Array.from({ length: means }, (__, mean) => {
      const [from, to] = [Math.floor((mean * pixels) / means), Math.ceil(((mean + 1) * pixels) / means)];
      return pixel >= from && pixel < to ? 1 / (to - from) : 0;
    }),
  );
}
