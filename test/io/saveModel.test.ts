import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '../../src/io/loadModel.js';
import { saveModel } from '../../src/io/saveModel.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inception-io-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it('round trip', async () => {
  const model = googLeNet({ classes: 3, inputShape: [64, 64, 3], widthMultiplier: 0.25, variant: 'paper' });
  model.labels = ['a', 'b', 'c'];
  await saveModel(model, join(folder, 'm'));
  const before = tf.memory().numTensors;
  const again = await loadModel(join(folder, 'm'));
  expect(again).toBeInstanceOf(InceptionModel);
  const x = tf.randomNormal([1, 64, 64, 3]);
  expect(await (again.predict(x) as tf.Tensor).data()).toEqual(await (model.predict(x) as tf.Tensor).data());
  again.dispose();
  console.log(before, tf.memory().numTensors, tf.getBackend());
});
