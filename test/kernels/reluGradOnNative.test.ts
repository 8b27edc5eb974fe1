import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { registerReluGradient } from '../../src/kernels/reluGradOnNative.js';
import { describeOnNative, operationsOf } from './nativeAndCpu.js';

const slope = tf.grad((x) => tf.relu(x));

describe("ReLU's gradient", () => {
  it('is registered once', () => {
    registerReluGradient();
    const gradient = tf.getGradient('Relu');
    registerReluGradient();
    expect(tf.getGradient('Relu')).toBe(gradient);
  });

  it.each(['cpu', 'wasm'] as const)("is TensorFlow.js' own on %s: dy · step(x), of the input that was kept", async (backend) => {
    registerReluGradient();
    await useBackend(backend);
    const { inputsToSave, outputsToSave } = tf.getGradient('Relu');
    expect([inputsToSave, outputsToSave]).toEqual([['x'], undefined]);
    const dx = tf.tidy(() => slope(tf.tensor1d([-2, 0, 3, NaN]), tf.tensor1d([5, 6, 7, 8])).dataSync());
    expect([...dx.slice(0, 3)].map(Math.abs)).toEqual([0, 0, 7]);
    if (backend === 'cpu') expect(dx[3]).toBeNaN();
  });
});

describeOnNative("ReLU's gradient on tfjs-node", () => {
  beforeAll(() => useBackend('tfjs-node'));

  it('is dy where x is above 0, and 0 elsewhere', () => {
    const dx = tf.tidy(() => slope(tf.tensor1d([-2, -0, 0, 1e-30, 3]), tf.tensor1d([4, 5, 6, 7, 8])).dataSync());
    expect([...dx]).toEqual([0, 0, 0, 7, 8]);
  });

  it('takes one operation instead of seven, and writes no tensor from JavaScript', () => {
    const [x, dy] = [tf.randomNormal([3, 4]), tf.ones([3, 4])];
    expect(operationsOf(() => slope(x, dy))).toEqual(['Relu', 'ReluGrad']);
    tf.dispose([x, dy]);
  });

  it('keeps the output, not the input: in a chain of two each tensor once', () => {
    const { inputsToSave, outputsToSave } = tf.getGradient('Relu');
    expect([inputsToSave, outputsToSave]).toEqual([[], [true]]);
  });

  it('leaves the number of tensors and of their data as it was', () => {
    const x = tf.randomNormal([3, 4]);
    const count = () => ({ tensors: tf.memory().numTensors, ids: tf.engine().backend.numDataIds() });
    const before = count();
    for (let again = 0; again < 3; again++) slope(x).dispose();
    expect(count()).toEqual(before);
    x.dispose();
  });
});
