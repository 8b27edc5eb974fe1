import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { describeOnNative, operationsOf } from './nativeAndCpu.js';
import { numbers, runKernel } from './twoBackends.js';

describeOnNative('Reshape on tfjs-node', () => {
  beforeAll(() => useBackend('tfjs-node'));

  it('runs an operation for another shape, and none for the same', () => {
    const x = tf.ones([2, 6]);
    expect(operationsOf(() => tf.reshape(x, [3, 4]))).toEqual(['Reshape']);
    expect(operationsOf(() => tf.reshape(x, [2, 6]))).toEqual([]);
    x.dispose();
  });

  it('shares the values until the last of the tensors is disposed of, and leaks nothing', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const same = tf.reshape(tf.neg(x), [3]);
    const again = tf.reshape(same, [3]);
    same.dispose();
    expect([...again.dataSync()]).toEqual([-1, -2, -3]);
    tf.dispose([x, again]);
    for (const shape of [[2, 3], [6]]) expect(runKernel('Reshape', { x: numbers([2, 3], 1) }, { shape })[0].shape).toEqual(shape);
  });
});
