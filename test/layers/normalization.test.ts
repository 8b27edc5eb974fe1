import * as tf from '@tensorflow/tfjs';
import { Normalization } from '../../src/layers/normalization.js';

/** What the layer makes of one picture of one pixel. */
function normalized(config: ConstructorParameters<typeof Normalization>[0], pixel: number[]): number[] {
  return tf.tidy(() => Array.from((new Normalization(config).apply(tf.tensor4d(pixel, [1, 1, 1, pixel.length])) as tf.Tensor).dataSync()));
}

describe('Normalization', () => {
  it('makes [3, 8] of mean [1, 2] and variance [4, 9] [1, 2]', () => {
    const values = normalized({ name: 'a', mean: [1, 2], variance: [4, 9] }, [3, 8]);
    expect(values).toEqual([1, 2]);
  });

  it('undoes that with invert', () => {
    expect(normalized({ name: 'b', mean: [1, 2], variance: [4, 9], invert: true }, [1, 2])).toEqual([3, 8]);
  });

  it('takes one mean for all channels without an axis', () => {
    expect(normalized({ name: 'c', axis: null, mean: 1, variance: 4 }, [3, 5])).toEqual([1, 2]);
  });

  it('has 3 weights that are not trained, of one value a channel, where nothing was given', () => {
    const layer = new Normalization({ name: 'd' });
    layer.apply(tf.input({ shape: [4, 4, 5] }));
    expect(layer.weights.map(({ originalName, shape }) => [originalName, shape])).toEqual([
      ['d/mean', [5]],
      ['d/variance', [5]],
      ['d/count', []],
    ]);
    expect(layer.trainableWeights).toEqual([]);
    layer.dispose();
  });

  it.each([
    [{ name: 'e', axis: 1 }, "Normalization('e').axis: expected -1, the last, or null, got 1."],
    [{ name: 'f', mean: 1 }, "Normalization('f'): expected mean and variance, or neither, got { mean: 1, variance: null }."],
  ])('refuses %j', (config, message) => {
    expect(() => new Normalization(config)).toThrow(message);
  });
});
