import * as tf from '@tensorflow/tfjs';
import { show } from '../../errors.js';

/** tfjs has no other types of values that a layer takes. */
const INPUT_TYPES: readonly unknown[] = ['float32', 'int32', 'bool'];

/** Settings of windows: one length or one an axis. */
const WINDOWS = ['kernelSize', 'poolSize', 'strides', 'dilationRate'] as const;

/** The settings that tfjs' layers of windows keep, whatever was asked of them. */
type Windows = Partial<Record<(typeof WINDOWS)[number], unknown>>;

/**
 * Refuses a built model that could not run. tfjs' layers take numbers as they come: a stride of −1, a map of −8 rows, a depth of `true` are met
 * only when something is predicted.
 *
 * @throws Error naming the layer and what it has.
 */
export function checkBuiltLayers(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    checkShapes(layer);
    checkWindows(layer);
    if (layer instanceof tf.LayersModel) checkBuiltLayers(layer);
  }
  for (const { name, dtype } of model.inputs) {
    if (!INPUT_TYPES.includes(dtype)) throw new Error(`an input '${name}' of type ${show(dtype)}`);
  }
}

function checkShapes({ name, inboundNodes }: tf.layers.Layer): void {
  for (const { outputShapes } of inboundNodes) {
    const lengths: unknown[] = [outputShapes].flat(Infinity);
    const isShape = lengths.every((length) => length === null || isPositive(length));
    if (!isShape) throw new Error(`a layer '${name}' whose output is of the shape ${show(lengths)}`);
  }
}

function checkWindows(layer: tf.layers.Layer): void {
  const lengthsOf = (setting: keyof Windows): readonly unknown[] => [(layer as Windows)[setting] ?? []].flat();
  for (const setting of WINDOWS) {
    if (!lengthsOf(setting).every(isPositive)) throw new Error(`a layer '${layer.name}' with ${setting} ${show(lengthsOf(setting))}`);
  }
  const isOne = (length: unknown): boolean => length === 1;
  if (!lengthsOf('strides').every(isOne) && !lengthsOf('dilationRate').every(isOne)) {
    throw new Error(`a layer '${layer.name}' with both strides and dilation, of which one must be 1`);
  }
}

const isPositive = (length: unknown): boolean => Number.isSafeInteger(length) && (length as number) > 0;
