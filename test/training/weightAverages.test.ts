import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { changingWeights } from '../../src/training/changingWeights.js';
import { weightAverages } from '../../src/training/weightAverages.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { tinyNetwork } from './tinyNetwork.js';

/** Of TensorFlow: scripts/golden/writeTensorflowStep.py. A weight that is sin(t) at step t, from 1 at first. */
const { averages: GOLDEN } = JSON.parse(readFileSync(join(__dirname, 'golden', 'tensorflowStep.json'), 'utf8')) as {
  readonly averages: readonly { readonly decay: number; readonly averages: readonly number[] }[];
};

const valuesOf = (tensors: readonly tf.Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);

beforeAll(async () => void (await useBackendUnderTest()));

describe('weightAverages', () => {
  it.each(GOLDEN)(
    "decay $decay: 40 averages equal TensorFlow's ExponentialMovingAverage with the global step to 1e-6",
    ({ decay, averages }) => {
      const model = tinyNetwork();
      const weights = changingWeights(model).map(({ variable }) => variable);
      const setAll = (value: number): void => tf.tidy(() => weights.forEach((weight) => weight.assign(tf.fill(weight.shape, value))));
      setAll(1);
      const own = weightAverages(model, decay);
      averages.forEach((expected, step) => {
        setAll(Math.sin(step));
        tf.tidy(() => own.update(tf.scalar(step, 'int32')));
        for (const average of Object.values(own.state)) expect(Math.abs(average.dataSync()[0] - expected)).toBeLessThan(1e-6);
      });
      own.dispose();
      model.dispose();
    },
  );

  it('averages every parameter and moving statistic under its own name, and starts with their values', () => {
    const model = tinyNetwork();
    const averages = weightAverages(model, 0.9);
    const { state } = averages;
    expect(Object.keys(state).sort()).toEqual(model.weights.map(({ originalName }) => `${originalName}/average`).sort());
    expect(Object.keys(state)).toContain('conv1_bn/moving_variance/average');
    for (const weight of model.weights) expect(valuesOf([state[`${weight.originalName}/average`]])).toEqual(valuesOf([weight.read()]));
    averages.dispose();
    model.dispose();
  });

  it('leaves frozen layers out, moving statistics included', () => {
    const model = tinyNetwork();
    for (const layer of model.layers.filter(({ name }) => name.startsWith('conv1'))) layer.trainable = false;
    const averages = weightAverages(model, 0.9);
    const { state } = averages;
    expect(Object.keys(state)).toHaveLength(model.weights.length - 5);
    expect(Object.keys(state).filter((name) => name.startsWith('conv1'))).toEqual([]);
    averages.dispose();
    model.dispose();
  });

  it('swap exchanges weights and averages, twice has them as they were, and neither makes a tensor nor moves a byte', () => {
    const model = tinyNetwork();
    const own = weightAverages(model, 0.9);
    const weights = changingWeights(model).map(({ variable }) => variable);
    tf.tidy(() => weights.forEach((weight) => weight.assign(tf.add(weight, 1))));
    const averages = Object.values(own.state);
    const [before, averaged] = [valuesOf(weights), valuesOf(averages)];
    const { numTensors, numBytes } = tf.memory();
    own.swap();
    expect([valuesOf(weights), valuesOf(averages)]).toEqual([averaged, before]);
    own.swap();
    expect([valuesOf(weights), valuesOf(averages)]).toEqual([before, averaged]);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    own.dispose();
    model.dispose();
  });
});
