import { shapeSize } from '../shapeSize.js';
import { integers, numbers } from './constant.js';
import type { Emitter } from './emittedLayer.js';

type Sides = readonly [readonly [before: number, behind: number], readonly [before: number, behind: number]];

/** In the order of tfjs' channels; a map of one pixel has one order only. */
export const flatten: Emitter = (layer, [x]) => {
  if (x.shape.length === 1) return x;
  const size = shapeSize(x.shape);
  const source = size === x.shape[x.shape.length - 1] ? x.name : layer.channelsLast(x);
  return { name: layer.add('Flatten', [source], { axis: 1 }), shape: [size] };
};

/** One length may be left open: -1, or null. */
export const reshape: Emitter = (layer, [x]) => {
  const { target_shape: target } = layer.config<{ target_shape: readonly (number | null)[] }>();
  const size = shapeSize(x.shape);
  const isOpen = (length: number | null): length is null => length === null || length < 0;
  const known = shapeSize(target.map((length) => (isOpen(length) ? 1 : length)));
  const shape = target.map((length) => (isOpen(length) ? size / known : length));
  return layer.fromChannelsLast(layer.reshape(layer.channelsLast(x), shape), shape);
};

/** `dims` counts axes from 1, behind the batch. */
export const permute: Emitter = (layer, [x]) => {
  const { dims } = layer.config<{ dims: readonly number[] }>();
  const name = layer.add('Transpose', [layer.channelsLast(x)], { perm: [0, ...dims] });
  return layer.fromChannelsLast(
    name,
    dims.map((axis) => x.shape[axis - 1]),
  );
};

export const zeroPadding2d: Emitter = (layer, [x]) => {
  const [rows, columns, channels] = layer.featureMap(x);
  const [[top, bottom], [left, right]] = layer.config<{ padding: Sides }>().padding;
  const name = layer.add('Pad', [x.name, integers([0, 0, top, left, 0, 0, bottom, right])]);
  return { name, shape: [rows + top + bottom, columns + left + right, channels] };
};

export const cropping2d: Emitter = (layer, [x]) => {
  const [rows, columns, channels] = layer.featureMap(x);
  const [[top, bottom], [left, right]] = layer.config<{ cropping: Sides }>().cropping;
  const [ends, axes] = [integers([rows - bottom, columns - right]), integers([2, 3])];
  const name = layer.add('Slice', [x.name, integers([top, left]), ends, axes]);
  return { name, shape: [rows - top - bottom, columns - left - right, channels] };
};

/** Pixel i of the result is at i / size of the source, as tfjs counts. */
export const upSampling2d: Emitter = (layer, [x]) => {
  const [rows, columns, channels] = layer.featureMap(x);
  const { size, interpolation } = layer.config<{ size: readonly [number, number]; interpolation: 'nearest' | 'bilinear' }>();
  const how = { mode: interpolation === 'bilinear' ? 'linear' : 'nearest', nearest_mode: 'floor' };
  const scales = numbers([1, 1, ...size]);
  const name = layer.add('Resize', [x.name, '', scales], { ...how, coordinate_transformation_mode: 'asymmetric' });
  return { name, shape: [rows * size[0], columns * size[1], channels] };
};
