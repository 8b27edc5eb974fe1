import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { registerWasmKernels } from '../../src/kernels/registerWasmKernels.js';

/** The size of the WebAssembly memory, which never shrinks. */
const heapBytes = () => (tf.engine().backend as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;

/** A convolution, batch statistics, pooling and a dense layer, trained by gradient descent on a fixed batch. */
function trainer(): { step: () => number; dispose: () => void } {
  const draw = <R extends tf.Rank>(shape: tf.ShapeMap[R], scale: number, seed: number) =>
    tf.randomUniform<R>(shape, -scale, scale, 'float32', seed);
  const pictures = draw<tf.Rank.R4>([4, 8, 8, 3], 1, 1);
  const targets = tf.oneHot(tf.tensor1d([0, 1, 2, 3], 'int32'), 4);
  const weights = [
    tf.variable<tf.Rank.R4>(draw([3, 3, 3, 8], 0.3, 2)),
    tf.variable<tf.Rank.R4>(draw([3, 3, 8, 8], 0.3, 3)),
    tf.variable<tf.Rank.R2>(draw([32, 4], 0.3, 4)),
  ] as const;
  const optimizer = tf.train.sgd(0.1);
  const loss = (): tf.Scalar => {
    const first = tf.maxPool(tf.relu(tf.conv2d(pictures, weights[0], 1, 'same')), 3, 2, 'same');
    const second = tf.maxPool(tf.relu(tf.conv2d(first, weights[1], 1, 'same')), 3, 2, 'same');
    return tf.losses.softmaxCrossEntropy(targets, tf.matMul(second.as2D(4, 32), weights[2]));
  };
  return {
    step: () => tf.tidy(() => optimizer.minimize(loss, true)?.dataSync()[0] ?? NaN),
    dispose: () => tf.dispose([pictures, targets, ...weights]),
  };
}

describe('registerWasmKernels', () => {
  it('changes nothing when it is called again', async () => {
    await useBackend('wasm');
    const before = tf.getKernelsForBackend('wasm');
    registerWasmKernels();
    const after = tf.getKernelsForBackend('wasm');
    expect(after).toHaveLength(before.length);
    expect(after.every((kernel) => before.includes(kernel))).toBe(true);
  });

  it('trains 30 steps to the losses of cpu within 1e-4: no step reads the weights of an earlier one', async () => {
    const losses: Record<string, number[]> = {};
    for (const backend of ['cpu', 'wasm'] as const) {
      await useBackend(backend);
      const { step, dispose } = trainer();
      losses[backend] = Array.from({ length: 30 }, step);
      dispose();
    }
    expect(losses.cpu[29]).toBeLessThan(0.8 * losses.cpu[0]);
    losses.wasm.forEach((loss, step) => expect(Math.abs(loss - losses.cpu[step])).toBeLessThan(1e-4));
  });

  it('holds no more memory after 400 steps than after 100', async () => {
    await useBackend('wasm');
    const { step, dispose } = trainer();
    const state = () => ({ heap: heapBytes(), tensors: tf.memory().numTensors, ids: tf.engine().backend.numDataIds() });
    for (let done = 0; done < 100; done++) step();
    const before = state();
    for (let done = 100; done < 400; done++) step();
    expect(state()).toEqual(before);
    dispose();
  });
});
