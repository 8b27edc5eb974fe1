import * as tf from '@tensorflow/tfjs';
import { dropout } from '../../src/layers/dropout.js';
import { runTrainingStep } from '../../src/layers/trainingStep.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';

const train = (layer: tf.layers.Layer | tf.LayersModel, x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor;
const inStep = (seed: number, step: number, layer: tf.layers.Layer, x: tf.Tensor) =>
  runTrainingStep({ seed: tf.scalar(seed, 'int32'), step: tf.scalar(step, 'int32') }, () => [...train(layer, x).dataSync()]);

describeOnEachPlainBackend('dropout', () => {
  let x: tf.Tensor;

  beforeAll(() => void (x = tf.add(tf.range(0, 256).reshape([4, 64]), 1)));

  it('keeps x / (1 − rate) or 0 in training, and x otherwise', () => {
    const layer = dropout({ name: 'drop', rate: 0.75 });
    const values = [...x.dataSync()];
    const dropped = inStep(3, 1, layer, x);
    expect(dropped.every((value, i) => value === 0 || value === values[i] * 4)).toBe(true);
    const kept = dropped.filter((value) => value > 0).length;
    expect(kept).toBeGreaterThan(40);
    expect(kept).toBeLessThan(90);
    expect([...(layer.apply(x) as tf.Tensor).dataSync()]).toEqual(values);
    expect([...train(dropout({ rate: 0 }), x).dataSync()]).toEqual(values);
  });

  it('repeats itself for the same seed and step, and not for another seed, step, name, layer seed or draw', () => {
    const layer = dropout({ name: 'drop', rate: 0.5 });
    const mask = inStep(3, 1, layer, x);
    expect(inStep(3, 1, dropout({ name: 'drop', rate: 0.5 }), x)).toEqual(mask);
    expect(inStep(3, 2, layer, x)).not.toEqual(mask);
    expect(inStep(4, 1, layer, x)).not.toEqual(mask);
    expect(inStep(3, 1, dropout({ name: 'other', rate: 0.5 }), x)).not.toEqual(mask);
    expect(inStep(3, 1, dropout({ name: 'drop', rate: 0.5, seed: 1 }), x)).not.toEqual(mask);
    const [first, second] = runTrainingStep({ seed: tf.scalar(3), step: tf.scalar(1) }, () =>
      [train(layer, x), train(layer, x)].map((tensor) => [...tensor.dataSync()]),
    );
    expect(first).toEqual(mask);
    expect(second).not.toEqual(mask);
  });

  it('differs from call to call outside of a training step', () => {
    const layer = dropout({ name: 'drop', rate: 0.5, seed: 7 });
    const masks = [1, 2, 3].map(() => [...train(layer, x).dataSync()].join(' '));
    expect(new Set(masks).size).toBe(3);
  });

  it('gives dy the mask of its forward pass', () => {
    const layer = dropout({ name: 'drop', rate: 0.5 });
    const { value, grad } = runTrainingStep({ seed: tf.scalar(3), step: tf.scalar(1) }, () =>
      tf.valueAndGrad((at) => tf.sum(tf.mul(train(layer, at), tf.range(1, 257).reshape([4, 64]))))(x),
    );
    const mask = inStep(3, 1, layer, tf.onesLike(x));
    expect([...grad.dataSync()]).toEqual(mask.map((kept, i) => kept * (i + 1)));
    expect(value.dataSync()[0]).toBeGreaterThan(0);
  });

  it('drops whole maps with the noise shape of a Keras file', () => {
    const layer = tf.layers.dropout({ name: 'drop', rate: 0.5, noiseShape: [null as never, 1, 1, 8] });
    const ours = Object.getPrototypeOf(dropout({ name: 'any', rate: 0.5 })).constructor;
    const maps = inStep(1, 1, new ours(layer.getConfig()), tf.ones([2, 3, 3, 8]));
    for (let i = 0; i < maps.length; i++) expect(maps[i]).toBe(maps[Math.floor(i / 72) * 72 + (i % 8)]);
    expect(new Set(maps).size).toBe(2);
  });

  it('leaves the number of tensors as it was, with and without gradients', () => {
    const layer = dropout({ name: 'drop', rate: 0.5 });
    const round = () => {
      train(layer, x).dispose();
      tf.grad((at) => tf.sum(train(layer, at)))(x).dispose();
    };
    round();
    const before = tf.memory().numTensors;
    round();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('dropout', () => {
  it.each([
    { args: { name: 'drop', rate: 1 }, message: "dropout('drop').rate: expected a number in [0, 1), got 1." },
    { args: { name: 'drop', rate: 0.5, seed: 0.5 }, message: "dropout('drop').seed: expected an integer, got 0.5." },
  ])('refuses $args', ({ args, message }) => {
    expect(() => dropout(args)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }));
  });

  it("has tfjs' configuration, key for key", () => {
    expect(dropout({ name: 'drop', rate: 0.4 }).getConfig()).toEqual(tf.layers.dropout({ name: 'drop', rate: 0.4 }).getConfig());
  });
});
