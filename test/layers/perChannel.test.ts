import * as tf from '@tensorflow/tfjs';
import { asFeatureMaps, channelMean, scaleAndShift } from '../../src/layers/perChannel.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';
import { difference } from './difference.js';

describeOnEachPlainBackend('passes over channels', () => {
  it('channelMean of 100,352 squares is within 2e-6 of double precision', () => {
    const x = tf.square<tf.Tensor4D>(tf.randomNormal([32, 56, 56, 4], 0, 1, 'float32', 3));
    const expected = new Float64Array(4);
    x.dataSync().forEach((value, i) => (expected[i % 4] += value / (32 * 56 * 56)));
    expect(difference(channelMean(x).dataSync(), expected)).toBeLessThan(2e-6);
    x.dispose();
  });

  it('channelMean of [2, 1, 1, 2] is the mean over the batch, exactly', () => {
    expect([...channelMean(tf.tensor4d([1, 10, 3, 30], [2, 1, 1, 2])).dataSync()]).toEqual([2, 20]);
  });

  it('scaleAndShift multiplies and adds a channel at a time, exactly', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    expect([...scaleAndShift(x, tf.tensor1d([2, -1]), tf.tensor1d([0.5, 3])).dataSync()]).toEqual([2.5, 1, 6.5, -1, 10.5, -3, 14.5, -5]);
    expect([...scaleAndShift(x, tf.tensor1d([2, -1])).dataSync()]).toEqual([2, -2, 6, -4, 10, -6, 14, -8]);
  });

  it.each([
    { shape: [6, 3], maps: [6, 1, 1, 3] },
    { shape: [2, 5, 3], maps: [2, 5, 1, 3] },
    { shape: [2, 4, 5, 3], maps: [2, 4, 5, 3] },
    { shape: [2, 4, 5, 6, 3], maps: [2, 120, 1, 3] },
  ])('asFeatureMaps turns $shape into $maps', ({ shape, maps }) => {
    expect(asFeatureMaps(tf.zeros(shape)).shape).toEqual(maps);
  });
});
