import * as tf from '@tensorflow/tfjs';
import { hasAuxiliaryHeads } from '../../src/spec/networkSpec.js';
import type { ImageBatch } from '../../src/data/dataset.js';
import { imagesTensor } from '../../src/evaluation/imagesTensor.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { eagerStep } from '../../src/training/eagerStep.js';
import { headWeightsOf } from '../../src/training/headWeights.js';
import type { StepBatch, StepScalars } from '../../src/training/trainingStep.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { EVERY_NETWORK, narrowNetwork } from '../networks/everyNetwork.js';

const STEPS = 20;
const PICTURES = 12;

beforeAll(async () => void (await useBackendUnderTest()));

async function allPictures(): Promise<ImageBatch> {
  for await (const batch of arrayDataset(stripes(PICTURES, 32, 5), PICTURES).batches(0)) return batch;
  throw new Error('no batch');
}

async function stepInputs(model: InceptionModel): Promise<StepBatch & StepScalars> {
  const batch = await allPictures();
  return {
    images: imagesTensor(batch),
    labels: tf.tensor1d(batch.labels, 'int32'),
    learningRate: tf.scalar(0.02),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.tensor1d(Object.values(headWeightsOf(model, undefined)) as number[]),
  };
}

/** Each head's loss at each step on the same pictures, and how many tensors there were after it. */
async function learn(model: InceptionModel): Promise<{ losses: Record<string, number>[]; tensors: number[] }> {
  const step = eagerStep(model, { optimizer: { kind: 'sgd', momentum: 0.9 }, labelSmoothing: 0, weightDecay: 0 });
  const inputs = await stepInputs(model);
  const losses: Record<string, number>[] = [];
  const tensors: number[] = [];
  for (let count = 0; count < STEPS; count++) {
    const { headLosses, ...rest } = step.run(inputs, inputs);
    losses.push(Object.fromEntries(Object.entries(headLosses).map(([head, loss]) => [head, loss.dataSync()[0]])));
    tf.dispose([headLosses, { ...rest }]);
    tensors.push(tf.memory().numTensors);
  }
  step.dispose();
  tf.dispose({ ...inputs });
  return { losses, tensors };
}

describe('Every network of the family learns, an eighth as wide, at 32 × 32', () => {
  it.each(EVERY_NETWORK)('$name: in 20 steps the loss of each head falls below 0.7 of the first, tensors stay as many', async (network) => {
    const before = tf.memory().numTensors;
    const model = narrowNetwork(network);
    const heads = Object.keys(model.logits);
    expect(heads.length > 1).toBe(hasAuxiliaryHeads(network.name));
    const { auxiliaryHeads } = model.spec;
    expect(Object.values(headWeightsOf(model, undefined))).toEqual([
      1,
      ...auxiliaryHeads.map(() => (network.name === 'googlenet' ? 0.3 : 0.4)),
    ]);
    const { losses, tensors } = await learn(model);
    for (const head of heads) {
      const last = losses.slice(-3).reduce((sum, loss) => sum + loss[head] / 3, 0);
      expect({ head, fell: last < 0.7 * losses[0][head], first: losses[0][head], last }).toMatchObject({ fell: true });
    }
    expect(new Set(tensors).size).toBe(1);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
