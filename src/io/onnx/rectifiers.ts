import { activate } from './activations.js';
import { numbers, permuted } from './constant.js';
import type { EmittedLayer, Emitter, Value } from './emittedLayer.js';

/** The layer that is nothing but an activation. */
export const activation: Emitter = (layer, [x]) => activate(layer, x, layer.config<{ activation: string }>().activation);

export const relu: Emitter = (layer, [x]) => {
  const { max_value: most } = layer.config<{ max_value?: number | null }>();
  if (most === undefined || most === null) return unchangedShape(x, layer.add('Relu', [x.name]));
  return unchangedShape(x, layer.add('Clip', [x.name, numbers([0], []), numbers([most], [])]));
};

/** One whose slope or threshold the layer's configuration gives. */
const configured =
  (type: string, field: 'alpha' | 'theta'): Emitter =>
  (layer, [x]) =>
    unchangedShape(x, layer.add(type, [x.name], { alpha: { float: layer.config<Record<string, number>>()[field] } }));

export const leakyRelu = configured('LeakyRelu', 'alpha');
export const elu = configured('Elu', 'alpha');
export const thresholdedRelu = configured('ThresholdedRelu', 'theta');

/** One learnt slope for each number behind the batch, or for each along the axes that are not shared. */
export const prelu: Emitter = (layer, [x]) => {
  const slope = layer.required('alpha');
  const inGraph = x.shape.length === 3 ? permuted(slope, [2, 0, 1]) : slope;
  return unchangedShape(x, layer.add('PRelu', [x.name, inGraph]));
};

export const softmax: Emitter = (layer, [x]) => {
  const { axis = -1 } = layer.config<{ axis?: number }>();
  return unchangedShape(x, layer.add('Softmax', [x.name], { axis: layer.axis(axis, x.shape) }));
};

function unchangedShape({ shape }: Value, name: string): Value {
  return { name, shape };
}

/** What does nothing outside of training. */
export const nothing = (_: EmittedLayer, [x]: readonly Value[]): Value => x;
