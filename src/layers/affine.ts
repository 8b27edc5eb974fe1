import * as tf from '@tensorflow/tfjs';
import { asFeatureMaps, channelMean, scaleAndShift } from './perChannel.js';
import type { SaveForGradient } from './tfjsLayerClass.js';

/**
 * `x · scale + shift` with one scale and one shift a channel, differentiable.
 *
 * @param x Any rank from 2, channels last.
 * @param scale `[channels]`.
 * @param shift `[channels]`.
 * @param constant Whether scale and shift are constants: then only `x` gets a gradient, which is one pass instead of four.
 * @returns The shape of `x`.
 */
export function affine(x: tf.Tensor, scale: tf.Tensor1D, shift: tf.Tensor1D, { constant }: { constant: boolean }): tf.Tensor {
  const operation = tf.customGrad((...parameters) => {
    const input = parameters[0] as tf.Tensor;
    const save = parameters[parameters.length - 1] as unknown as SaveForGradient;
    save(constant ? [scale] : [scale, input]);
    return {
      value: tf.reshape(scaleAndShift(asFeatureMaps(input), scale, shift), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved[0] as tf.Tensor1D, saved.at(1)),
    };
  });
  return constant ? operation(x) : operation(x, scale, shift);
}

function gradient(dy: tf.Tensor, scale: tf.Tensor1D, x?: tf.Tensor): tf.Tensor[] {
  const maps = asFeatureMaps(dy);
  const dx = tf.reshape(scaleAndShift(maps, scale), dy.shape);
  if (!x) return [dx];
  const count = dy.size / scale.size;
  return [dx, tf.mul(channelMean(tf.mul(maps, asFeatureMaps(x))), count), tf.mul(channelMean(maps), count)];
}
