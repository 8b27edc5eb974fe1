import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import type { Prediction } from '../../src/inference/classifier.js';
import { countForwardGraphs } from '../compile/countForwardGraphs.js';
import { heldTensors } from '../compile/nativeBinding.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { difference } from '../layers/difference.js';
import { tinyGoogLeNet } from '../io/tinyModels.js';

const byIndex = (predictions: readonly Prediction[]): number[] =>
  [...predictions].sort((a, b) => a.index - b.index).map(({ probability }) => probability);

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(difference(actual, expected)).toBeLessThanOrEqual(1e-5);
}

describeOnNative('the engine tfjs on the native backend', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('answers by graph from the third picture on, the same as before to 1e-5, and by what the model has learned since', async () => {
    const model = tinyGoogLeNet({ seed: 7 });
    const picture = tf.randomUniform<tf.Rank.R3>([64, 64, 3], 0, 255, 'float32', 1);
    const predicted = (): number[] =>
      tf.tidy(() => [...(model.predict(model.preprocess(tf.expandDims<tf.Tensor4D>(picture))) as tf.Tensor).dataSync()]);
    const first = predicted();
    const before = heldTensors();
    const classifier = await createClassifier(model, { engine: 'tfjs' });
    const answer = async (): Promise<number[]> => byIndex(await classifier.classify(picture));
    await countForwardGraphs(async (counts) => {
      expect([await answer(), await answer()]).toEqual([first, first]);
      expect(counts).toEqual({ made: 0, ran: 0, written: 0 });
      expectClose(await answer(), first);
      expectClose(await answer(), first);
      expect(counts).toEqual({ made: 1, ran: 2, written: 1 });
      tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 1.1))));
      const then = predicted();
      expect(difference(then, first)).toBeGreaterThan(1e-4);
      expectClose(await answer(), then);
      expect(counts).toEqual({ made: 1, ran: 3, written: 2 });
    });
    classifier.dispose();
    expect(heldTensors()).toEqual(before);
    picture.dispose();
    model.dispose();
  });

  it('classifyMany: batches of 8 become a graph, the rest of each call need not', async () => {
    const model = tinyGoogLeNet({ seed: 7 });
    const pictures = Array.from({ length: 43 }, (_, seed) => tf.randomUniform<tf.Rank.R3>([64, 64, 3], 0, 255, 'float32', seed));
    const classifier = await createClassifier(model, { engine: 'tfjs' });
    let many: Prediction[][] = [];
    const counts = await countForwardGraphs(async () => void (many = await classifier.classifyMany(pictures)));
    expect(counts).toEqual({ made: 1, ran: 3, written: 1 });
    const input = (): tf.Tensor4D => model.preprocess(tf.stack(pictures) as tf.Tensor4D);
    expectClose(many.flatMap(byIndex), [...tf.tidy(() => (model.predict(input()) as tf.Tensor).dataSync())]);
    classifier.dispose();
    tf.dispose(pictures);
    model.dispose();
  });
});
