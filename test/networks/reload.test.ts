import * as tf from '@tensorflow/tfjs';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { withFolder } from '../io/tinyModels.js';
import { EVERY_VARIANT, narrowNetwork } from './everyNetwork.js';

beforeAll(async () => void (await useBackendUnderTest()));

const SIDE = 32;
const PICTURES = Float32Array.from({ length: 2 * SIDE * SIDE * 3 }, (_, index) => Math.sin(index * index));

/** Every output's bytes for the same two pictures. */
const predict = (model: tf.LayersModel): string[] =>
  tf.tidy(() => {
    const outputs = [model.predict(tf.tensor4d(PICTURES, [2, SIDE, SIDE, 3]))].flat();
    return outputs.map((output) => Buffer.from(output.dataSync<'float32'>().slice().buffer).toString('hex'));
  });

/** Moves every bias, gamma, beta, mean and variance a little, so that none is another's equal; softmaxes stay away from 0 and 1. */
function perturb(model: tf.LayersModel): void {
  model.weights.forEach((weight, index) => {
    if (weight.originalName.endsWith('kernel')) return;
    tf.tidy(() => void weight.write(tf.add(weight.read(), tf.randomUniform(weight.shape as number[], -0.1, 0.1, 'float32', index))));
  });
}

describe('saved and loaded, a network has the same spec and predicts the same bit for bit, heads included', () => {
  it.each(EVERY_VARIANT)('$name $variant', async (network) => {
    const model = narrowNetwork(network);
    perturb(model);
    await withFolder(async (folder) => {
      await saveModel(model, folder);
      const loaded = (await loadModel(folder)) as InceptionModel;
      expect(loaded).toBeInstanceOf(InceptionModel);
      expect(loaded.spec).toEqual(model.spec);
      expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
      const [before, after] = [model, loaded].map(predict);
      expect(after).toEqual(before);
      expect(new Set(before).size).toBe(model.outputNames.length);
      loaded.dispose();
    });
    model.dispose();
  });
});
