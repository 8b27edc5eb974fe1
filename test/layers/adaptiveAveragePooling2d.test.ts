import * as tf from '@tensorflow/tfjs';
import { adaptiveAveragePooling2d } from '../../src/layers/adaptiveAveragePooling2d.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';
import { difference, finiteDifferences } from './difference.js';

type Maps = [batch: number, height: number, width: number, channels: number];

/** torch's AdaptiveAvgPool2d by plain loops, in double precision. */
function reference(x: ArrayLike<number>, [batch, height, width, channels]: Maps, [rows, columns]: number[]): Float64Array {
  const means: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          let count = 0;
          for (let y = Math.floor((row * height) / rows); y < Math.ceil(((row + 1) * height) / rows); y++) {
            for (let z = Math.floor((column * width) / columns); z < Math.ceil(((column + 1) * width) / columns); z++) {
              sum += x[((n * height + y) * width + z) * channels + channel];
              count++;
            }
          }
          means.push(sum / count);
        }
      }
    }
  }
  return Float64Array.from(means);
}

const CASES: { from: [number, number]; outputSize: number | [number, number] }[] = [
  { from: [14, 14], outputSize: 4 },
  { from: [15, 15], outputSize: 4 },
  { from: [7, 7], outputSize: 4 },
  { from: [3, 3], outputSize: 4 },
  { from: [14, 7], outputSize: [3, 5] },
  { from: [5, 6], outputSize: 1 },
];

describeOnEachPlainBackend('adaptiveAveragePooling2d', () => {
  it.each(CASES)(
    '$from → $outputSize agrees with plain loops to 1e-6, and its gradient with finite differences',
    ({ from, outputSize }) => {
      const shape: Maps = [2, ...from, 3];
      const sizes = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
      const x = tf.randomNormal(shape, 1, 1, 'float32', 31);
      const xs = x.dataSync();
      const layer = adaptiveAveragePooling2d({ name: 'pool', outputSize });
      const pooled = layer.apply(x) as tf.Tensor;
      expect(pooled.shape).toEqual([2, ...sizes, 3]);
      expect(difference(pooled.dataSync(), reference(xs, shape, sizes))).toBeLessThan(1e-6);
      const maps: Maps = [1, ...from, 1];
      const map = tf.randomNormal(maps, 1, 1, 'float32', 32);
      const weights = tf.randomNormal([1, ...sizes, 1], 0, 1, 'float32', 33);
      const ws = weights.dataSync();
      const slope = tf.grad((at) => tf.sum(tf.mul(layer.apply(at) as tf.Tensor, weights)))(map);
      const loss = (at: Float64Array) => reference(at, maps, sizes).reduce((sum, value, k) => sum + value * ws[k], 0);
      expect(difference(slope.dataSync(), finiteDifferences(loss, map.dataSync()))).toBeLessThan(1e-5);
    },
  );

  it('leaves the number of tensors as it was', () => {
    const layer = adaptiveAveragePooling2d({ name: 'pool', outputSize: 2 });
    const x = tf.ones([1, 5, 5, 2]);
    (layer.apply(x) as tf.Tensor).dispose();
    const before = tf.memory().numTensors;
    (layer.apply(x) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('adaptiveAveragePooling2d', () => {
  it('has no weights and a shape that does not depend on the input size', () => {
    const input = tf.input({ shape: [null, null, 3] });
    const layer = adaptiveAveragePooling2d({ name: 'pool', outputSize: [2, 3] });
    expect((layer.apply(input) as tf.SymbolicTensor).shape).toEqual([null, 2, 3, 3]);
    expect(layer.weights).toEqual([]);
  });

  it.each([0, 2.5, [1, 2, 3] as never, [4, -1] as [number, number]])('refuses outputSize %p', (outputSize) => {
    expect(() => adaptiveAveragePooling2d({ name: 'pool', outputSize })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^adaptiveAveragePooling2d\('pool'\)\.outputSize: expected a positive integer or two, got /),
      }),
    );
  });
});
