import * as tf from '@tensorflow/tfjs';
import { batchNormalization, type BatchNormalization } from '../../src/layers/batchNormalization.js';
import { observeBatchStatistics } from '../../src/layers/batchStatistics.js';
import { useBackendUnderTest } from '../backendUnderTest.js';

describe('observeBatchStatistics', () => {
  let layer: BatchNormalization;
  const x = [
    [1, 10],
    [3, 10],
    [8, 40],
  ];
  const pass = (): number[][] => tf.tidy(() => (layer.call(tf.tensor2d(x), { training: true }) as tf.Tensor2D).arraySync());
  const moving = (): number[] => [layer.movingMean, layer.movingVariance].flatMap((average) => [...average.read().dataSync()]);

  beforeAll(async () => void (await useBackendUnderTest('cpu')));

  beforeEach(() => {
    layer = batchNormalization({ name: 'bn', momentum: 0.5 }) as BatchNormalization;
    layer.build([null, 2]);
  });

  it('tells mean 4, 20 and biased variance 26/3, 200 of the batch once, with the layer, and moves no average; the output is the same', () => {
    const told: unknown[] = [];
    const observed = observeBatchStatistics((own, mean, variance) => told.push([own.name, mean.arraySync(), variance.arraySync()]), pass);
    expect(told).toEqual([['bn', [4, 20], [Math.fround(26 / 3), expect.closeTo(200, 4)]]]);
    expect(moving()).toEqual([0, 0, 1, 1]);
    expect(pass()).toEqual(observed);
    expect(moving()).toEqual([2, 10, Math.fround(29 / 6), expect.closeTo(100.5, 4)]);
  });

  it('is over when the pass is, even by an error', () => {
    const told: string[] = [];
    const fail = (): void => {
      pass();
      throw new Error('on purpose');
    };
    expect(() => observeBatchStatistics(({ name }) => told.push(name), fail)).toThrow('on purpose');
    pass();
    expect(told).toEqual(['bn']);
    expect(moving()[0]).toBe(2);
  });

  it('a frozen layer tells nothing', () => {
    layer.trainable = false;
    expect(layer.isFrozen).toBe(true);
    const told: string[] = [];
    observeBatchStatistics(({ name }) => told.push(name), pass);
    expect(told).toEqual([]);
  });
});
