import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { registerNativeKernels } from '../../src/kernels/registerNativeKernels.js';
import { normalizeBatch } from '../../src/layers/normalizeBatch.js';
import { describeOnNative } from './nativeAndCpu.js';

/** A convolution with bias, one with batch normalization, pools and a dense layer, trained by gradient descent on a fixed batch. */
function trainer(): { step: () => number; dispose: () => void } {
  const draw = <R extends tf.Rank>(shape: tf.ShapeMap[R], scale: number, seed: number) =>
    tf.randomUniform<R>(shape, -scale, scale, 'float32', seed);
  const pictures = draw<tf.Rank.R4>([4, 8, 8, 3], 1, 1);
  const targets = tf.oneHot(tf.tensor1d([0, 1, 2, 3], 'int32'), 4);
  const kernels = [draw<tf.Rank.R4>([3, 3, 3, 8], 0.3, 2), draw<tf.Rank.R4>([3, 3, 8, 8], 0.3, 3)].map((value) => tf.variable(value));
  const [bias, dense] = [tf.variable(tf.zeros([8])), tf.variable(draw<tf.Rank.R2>([32, 4], 0.3, 4))];
  const [gamma, beta] = [tf.variable(tf.ones<tf.Rank.R1>([8])), tf.variable(tf.zeros<tf.Rank.R1>([8]))];
  const settings = { epsilon: 1e-3, onStatistics: () => undefined };
  const optimizer = tf.train.sgd(0.1);
  const loss = (): tf.Scalar => {
    const first = tf.maxPool(tf.relu<tf.Tensor4D>(tf.add(tf.conv2d(pictures, kernels[0], 1, 'same'), bias)), 3, 2, 'same');
    const second = tf.relu<tf.Tensor4D>(normalizeBatch(tf.conv2d(first, kernels[1], 1, 'same'), gamma, beta, settings) as tf.Tensor4D);
    return tf.losses.softmaxCrossEntropy(targets, tf.matMul(tf.maxPool(second, 3, 2, 'same').as2D(4, 32), dense as tf.Tensor2D));
  };
  return {
    step: () => tf.tidy(() => optimizer.minimize(loss, true)?.dataSync()[0] ?? NaN),
    dispose: () => tf.dispose([pictures, targets, kernels, bias, dense, gamma, beta]),
  };
}

describeOnNative('registerNativeKernels', () => {
  it('changes nothing when it is called again', async () => {
    await useBackend('tfjs-node');
    const before = tf.getKernelsForBackend('tensorflow');
    registerNativeKernels();
    const after = tf.getKernelsForBackend('tensorflow');
    expect(after).toHaveLength(before.length);
    expect(after.every((kernel) => before.includes(kernel))).toBe(true);
  });

  it('trains 30 steps to the losses of cpu within 1e-4', async () => {
    const losses: Record<string, number[]> = {};
    for (const backend of ['cpu', 'tfjs-node'] as const) {
      await useBackend(backend);
      const { step, dispose } = trainer();
      losses[backend] = Array.from({ length: 30 }, step);
      dispose();
    }
    expect(losses.cpu[29]).toBeLessThan(0.5 * losses.cpu[0]);
    losses['tfjs-node'].forEach((loss, step) => expect(Math.abs(loss - losses.cpu[step])).toBeLessThan(1e-4));
  });

  it('holds as many tensors, in TensorFlow too, after 60 steps as after 10', async () => {
    await useBackend('tfjs-node');
    const { step, dispose } = trainer();
    const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
    const state = () => ({ tensors: tf.memory().numTensors, ids: tf.engine().backend.numDataIds(), handles: binding.getNumOfTensors() });
    for (let done = 0; done < 10; done++) step();
    const before = state();
    for (let done = 10; done < 60; done++) step();
    expect(state()).toEqual(before);
    dispose();
  });
});
