import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../errors.js';

/** The operations that only the gradient of a layer needs, by the layer's class name. Those it shares with the forward pass are left out. */
const GRADIENT_KERNELS: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ['Conv2DBackpropFilter', 'Conv2DBackpropInput'],
  SeparableConv2D: [
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'Conv2DBackpropFilter',
    'Conv2DBackpropInput',
  ],
  DepthwiseConv2D: ['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'],
  MaxPooling2D: ['MaxPoolGrad'],
  AveragePooling2D: ['AvgPoolGrad'],
  LocalResponseNormalization: ['LRNGrad'],
};

/**
 * Asks the backend for every operation that a model's gradient needs. tfjs itself fails in the middle of the first step, one name at a
 * time (tfjs#8474).
 *
 * @throws InceptionError `MISSING_KERNEL`, listing all that are missing.
 */
export function assertTrainingKernels(model: tf.LayersModel): void {
  const needed = new Set(model.layers.flatMap((layer) => GRADIENT_KERNELS[layer.getClassName()] ?? []));
  const missing = [...needed].filter((kernel) => tf.getKernel(kernel, tf.getBackend()) === undefined).sort();
  if (missing.length === 0) return;
  throw new InceptionError(
    'MISSING_KERNEL',
    `train: expected a backend that can train ${model.name}, got ${tf.getBackend()} without ${missing.join(', ')}. ` +
      "Start one with useBackend('auto') before training.",
  );
}
