import * as tf from '@tensorflow/tfjs';
import { BatchNormalization, batchNormalization, type BatchNormalizationArgs } from '../../src/layers/batchNormalization.js';
import { describeOnEachPlainBackend } from '../backendUnderTest.js';
import { difference } from './difference.js';

const PARAMETERS: BatchNormalizationArgs[] = [
  { scale: true, center: true },
  { scale: false, center: true },
  { scale: true, center: false },
  { scale: false, center: false },
];

const train = (layer: tf.layers.Layer | tf.LayersModel, x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor;
const infer = (layer: tf.layers.Layer | tf.LayersModel, x: tf.Tensor) => layer.apply(x, { training: false }) as tf.Tensor;
const values = (layer: tf.layers.Layer) => layer.getWeights().map((weight) => [...weight.dataSync()]);
const weightNames = (weights: tf.LayerVariable[]) => weights.map(({ originalName }) => originalName);

describeOnEachPlainBackend('batchNormalization', () => {
  const shape = [4, 5, 6, 3];
  let x: tf.Tensor;

  beforeAll(() => void (x = tf.randomNormal(shape, 3, 2, 'float32', 11)));

  it("normalizes as tfjs' own layer to 1e-5, in training and after it", () => {
    const ours = batchNormalization({ name: 'ours', momentum: 0.8 });
    const plain = tf.layers.batchNormalization({ name: 'plain', momentum: 0.8 });
    for (let step = 0; step < 3; step++) expect(difference(train(ours, x).dataSync(), train(plain, x).dataSync())).toBeLessThan(1e-5);
    ours.getWeights().forEach((weight, i) => {
      if (i !== 1) expect(difference(weight.dataSync(), plain.getWeights()[i].dataSync())).toBeLessThan(1e-5);
    });
    expect(difference(infer(ours, x).dataSync(), infer(plain, x).dataSync())).toBeLessThan(1e-5);
  });

  it.each(PARAMETERS)('trains with scale $scale and center $center', ({ scale, center }) => {
    const layer = batchNormalization({ name: 'bn', scale, center });
    const y = train(layer, x);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    expect(Math.max(...tf.abs(mean).dataSync())).toBeLessThan(1e-5);
    expect(difference(variance.dataSync(), [1, 1, 1])).toBeLessThan(2e-3);
    const weights = tf.randomNormal(shape, 0, 1, 'float32', 12);
    const slope = tf.grad((at) => tf.sum(tf.mul(train(layer, at), weights)))(x);
    expect(Math.max(...tf.abs(tf.mean(slope, [0, 1, 2])).dataSync())).toBeLessThan(1e-6);
    expect(Math.max(...tf.abs(slope).dataSync())).toBeGreaterThan(0.1);
    const trained = [...(scale ? ['bn/gamma'] : []), ...(center ? ['bn/beta'] : [])];
    expect(weightNames(layer.trainableWeights)).toEqual(trained);
    expect(weightNames(layer.nonTrainableWeights)).toEqual(['bn/moving_mean', 'bn/moving_variance']);
    expect(weightNames(layer.weights)).toEqual([...trained, 'bn/moving_mean', 'bn/moving_variance']);
    if (trained.length > 0) {
      const { grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.mul(train(layer, x), weights)));
      expect(Object.keys(grads)).toHaveLength(trained.length);
    }
  });

  it('moves its averages by 1 − momentum of the way, once a training call and never otherwise', () => {
    const layer = batchNormalization({ name: 'bn', momentum: 0.75, scale: false, center: false });
    const tiny = tf.tensor2d([[1], [3]]);
    infer(layer, tiny);
    expect(values(layer)).toEqual([[0], [1]]);
    train(layer, tiny);
    expect(values(layer)).toEqual([[0.5], [1]]);
    tf.grad((at) => tf.sum(train(layer, at)))(tiny);
    expect(values(layer)).toEqual([[0.875], [1]]);
    infer(layer, tiny);
    expect(values(layer)).toEqual([[0.875], [1]]);
  });

  const freezes: { how: string; freeze: (layer: tf.layers.Layer, model: tf.LayersModel) => void }[] = [
    { how: 'on the layer', freeze: (layer) => (layer.trainable = false) },
    { how: 'on the model that holds it', freeze: (_, model) => (model.trainable = false) },
  ];
  for (const { how, freeze } of freezes) {
    it.each(PARAMETERS)(`uses its averages and keeps them when trainable is set false ${how}, scale $scale, center $center`, (settings) => {
      const layer = batchNormalization({ name: 'bn', ...settings });
      const input = tf.input({ shape: shape.slice(1) });
      const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
      train(model, x);
      const before = values(layer);
      freeze(layer, model);
      expect(difference(train(model, x).dataSync(), infer(model, x).dataSync())).toBe(0);
      expect(values(layer)).toEqual(before);
      expect(model.trainableWeights).toHaveLength(0);
      expect(layer.weights).toHaveLength(before.length);
      layer.trainable = true;
      model.trainable = true;
      train(model, x);
      expect(values(layer)).not.toEqual(before);
    });
  }

  it('is frozen from the start with trainable: false', () => {
    const layer = batchNormalization({ name: 'bn', trainable: false });
    train(layer, x);
    expect(values(layer)).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect(layer.trainableWeights).toEqual([]);
    expect(weightNames(layer.weights)).toEqual(['bn/gamma', 'bn/beta', 'bn/moving_mean', 'bn/moving_variance']);
  });

  it.each([true, false])('passes the gradient that tf.batchNorm passes through inference statistics, trainable: %s', (trainable) => {
    const layer = batchNormalization({ name: 'bn', trainable });
    const weights = tf.randomNormal(shape, 0, 1, 'float32', 13);
    const statistics = [tf.tensor1d([1, 2, 3]), tf.tensor1d([4, 5, 6]), tf.tensor1d([0.1, 0.2, 0.3]), tf.tensor1d([1, 2, 3])];
    layer.build(shape);
    layer.setWeights(statistics);
    const [gamma, beta, mean, variance] = statistics;
    const loss = (y: tf.Tensor) => tf.sum<tf.Scalar>(tf.mul(y, weights));
    const expected = tf.grads((at, scale, shift) =>
      loss(tf.batchNorm(at as tf.Tensor4D, mean, variance, shift as tf.Tensor1D, scale as tf.Tensor1D, 1e-3)),
    )([x, gamma, beta]);
    expect(
      difference(
        tf
          .grad((at) => loss(infer(layer, at)))(x)
          .dataSync(),
        expected[0].dataSync(),
      ),
    ).toBeLessThan(1e-5);
    if (!trainable) return;
    const { grads } = tf.variableGrads(() => loss(infer(layer, x)));
    Object.values(grads).forEach((slope, i) => expect(difference(slope.dataSync(), expected[i + 1].dataSync())).toBeLessThan(1e-5));
  });

  it('leaves the number of tensors as it was over 3 training calls, 3 gradients and 3 inferences', () => {
    const layer = batchNormalization({ name: 'bn' });
    const rounds = () => {
      for (let i = 0; i < 3; i++) {
        train(layer, x).dispose();
        infer(layer, x).dispose();
        const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(train(layer, x)));
        tf.dispose([value, grads]);
      }
    };
    rounds();
    const before = tf.memory().numTensors;
    rounds();
    expect(tf.memory().numTensors).toBe(before);
    layer.dispose();
    expect(tf.memory().numTensors).toBe(before - 4);
  });

  it('learns in model.fit without gamma: the loss of a line falls below a tenth', async () => {
    const input = tf.input({ shape: [4] });
    const normalized = batchNormalization({ name: 'bn', scale: false, momentum: 0.5 }).apply(
      tf.layers.dense({ units: 8, name: 'hidden', kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }).apply(input),
    );
    const output = tf.layers.dense({ units: 1, name: 'out', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) });
    const model = tf.model({ inputs: input, outputs: output.apply(normalized) as tf.SymbolicTensor });
    model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
    const inputs = tf.randomNormal([64, 4], 2, 3, 'float32', 9);
    const { history } = await model.fit(inputs, tf.sum(inputs, 1, true), { epochs: 30, batchSize: 16, shuffle: false, verbose: 0 });
    expect(Number(history.loss.at(-1))).toBeLessThan(Number(history.loss[0]) / 10);
    model.dispose();
  });
});

describe('batchNormalization', () => {
  it.each([
    { args: { name: 'bn', momentum: 1 }, message: "batchNormalization('bn').momentum: expected a number in [0, 1), got 1." },
    { args: { name: 'bn', epsilon: 0 }, message: "batchNormalization('bn').epsilon: expected a positive number, got 0." },
  ])('refuses $args', ({ args, message }) => {
    expect(() => batchNormalization(args)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }));
  });

  it("has tfjs' configuration, key for key", () => {
    expect(batchNormalization({ name: 'bn', scale: false }).getConfig()).toEqual(
      tf.layers.batchNormalization({ name: 'bn', scale: false }).getConfig(),
    );
  });

  it.each([
    { axis: 1, message: /^batchNormalization\('bn'\).axis: expected -1 or 3, the last of \[null,4,4,2\], got 1\./ },
    { axis: [1, 2], message: /^batchNormalization\('bn'\).axis: expected one integer, or a list of one, got \[ 1, 2 \]\./ },
  ])('refuses axis $axis in a file', ({ axis, message }) => {
    const build = () => new BatchNormalization({ name: 'bn', axis }).build([null, 4, 4, 2]);
    expect(build).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }));
  });
});
