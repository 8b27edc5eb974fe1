import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { snapshotBytes, weightLength } from '../../../src/io/safetensors/snapshotBytes.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';

beforeAll(() => useBackendUnderTest());

it('200 random cuts of weights of three types are the bytes of all of them, cut there; no tensor stays', async () => {
  const tensors = [
    tf.tensor(Float32Array.from({ length: 30 }, Math.sin), [5, 6]),
    tf.tensor(
      Int32Array.from({ length: 8 }, (_, index) => index << 20),
      [8],
      'int32',
    ),
    tf.scalar(NaN),
    tf.scalar(-0),
    tf.zeros([0, 3]),
    tf.tensor([true, false, true, true, false, false, true, false], [2, 4], 'bool'),
  ];
  const weights = tensors.map((tensor, index) => ({ name: String(index), tensor }));
  const whole = Buffer.concat(tensors.map((tensor) => Buffer.from(tensor.dataSync().slice().buffer)));
  expect(weights.reduce((sum, weight) => sum + weightLength(weight), 0)).toBe(whole.length);
  const before = tf.memory().numTensors;
  let cutTensors = 0;
  const place = fc.nat(whole.length / 8).map((eighth) => eighth * 8);
  const property = fc.asyncProperty(place, place, async (a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const pieces: Uint8Array[] = [];
    for await (const piece of snapshotBytes(weights, from, to)) pieces.push(piece);
    if (from % 120 !== 0 || to % 120 !== 0) cutTensors++;
    expect(Buffer.concat(pieces)).toEqual(whole.subarray(from, to));
  });
  await fc.assert(property, { numRuns: 200, seed: 5 });
  expect(cutTensors).toBeGreaterThan(100);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(tensors);
});
