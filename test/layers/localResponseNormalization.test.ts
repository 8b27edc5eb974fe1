import * as tf from '@tensorflow/tfjs';
import { localResponseNormalization } from '../../src/layers/localResponseNormalization.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';
import { difference, finiteDifferences } from './difference.js';

interface Settings {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

/** `x / (bias + alpha · Σ x²)^beta` over `2 · depthRadius + 1` channels, in double precision. */
function reference(x: ArrayLike<number>, channels: number, { depthRadius, bias, alpha, beta }: Settings): Float64Array {
  return Float64Array.from({ length: x.length }, (_, i) => {
    const channel = i % channels;
    let squares = 0;
    for (let other = channel - depthRadius; other <= channel + depthRadius; other++) {
      if (other >= 0 && other < channels) squares += x[i - channel + other] ** 2;
    }
    return x[i] / (bias + alpha * squares) ** beta;
  });
}

const SETTINGS: Settings[] = [
  { depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 },
  { depthRadius: 5, bias: 1, alpha: 1, beta: 0.5 },
  { depthRadius: 1, bias: 2, alpha: 0.3, beta: 0.75 },
];

describeOnEachPlainBackend('localResponseNormalization', () => {
  it.each(SETTINGS)('agrees with a plain loop to 1e-6 and with finite differences to 1e-5: $depthRadius $bias $alpha $beta', (settings) => {
    const x = tf.randomNormal([2, 3, 4, 8], 0, 5, 'float32', 21);
    const weights = tf.randomNormal(x.shape, 0, 1, 'float32', 22);
    const [xs, ws] = [x.dataSync(), weights.dataSync()];
    const layer = localResponseNormalization({ name: 'norm', ...settings });
    expect(difference((layer.apply(x) as tf.Tensor).dataSync(), reference(xs, 8, settings))).toBeLessThan(1e-6);
    const slope = tf
      .grad((at) => tf.sum(tf.mul(layer.apply(at) as tf.Tensor, weights)))(x)
      .dataSync();
    const expected = finiteDifferences((at) => reference(at, 8, settings).reduce((sum, value, i) => sum + value * ws[i], 0), xs);
    expect(difference(slope, expected)).toBeLessThan(1e-5);
  });

  it('leaves the number of tensors as it was', () => {
    const layer = localResponseNormalization({ name: 'norm' });
    const x = tf.ones([1, 2, 2, 8]);
    (layer.apply(x) as tf.Tensor).dispose();
    const before = tf.memory().numTensors;
    (layer.apply(x) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('localResponseNormalization', () => {
  it("turns Caffe's size 5 and alpha 1e-4 into TensorFlow's depthRadius 2 and alpha 2e-5", () => {
    const config = localResponseNormalization({ name: 'norm1', size: 5, alphaOverSize: 1e-4, beta: 0.75 }).getConfig();
    expect(config).toMatchObject({ name: 'norm1', depthRadius: 2, bias: 1, beta: 0.75 });
    expect(config.alpha).toBeCloseTo(2e-5, 12);
  });

  it("has TensorFlow's defaults: depthRadius 5, bias 1, alpha 1, beta 0.5", () => {
    expect(localResponseNormalization().getConfig()).toMatchObject({ depthRadius: 5, bias: 1, alpha: 1, beta: 0.5 });
  });

  it.each([
    { args: { size: 4, alphaOverSize: 1 }, message: "localResponseNormalization('').size: expected an odd positive integer, got 4." },
    { args: { depthRadius: -1 }, message: "localResponseNormalization('').depthRadius: expected an integer of at least 0, got -1." },
    { args: { bias: 0 }, message: "localResponseNormalization('').bias: expected a positive number, got 0." },
    { args: { alpha: NaN }, message: "localResponseNormalization('').alpha: expected a positive number, got NaN." },
    { args: { beta: -1 }, message: "localResponseNormalization('').beta: expected a positive number, got -1." },
  ])('refuses $args', ({ args, message }) => {
    expect(() => localResponseNormalization(args)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }));
  });
});
