import * as tf from '@tensorflow/tfjs';
import type { ImageDataset } from '../../src/data/dataset.js';
import { imagesTensor } from '../../src/evaluation/imagesTensor.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { reestimateBatchNormalization } from '../../src/training/reestimateBatchNormalization.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

/** Seven pictures in batches of 3, 3 and 1. */
const PICTURES = arrayDataset(stripes(7, 12, 3), 3);

const weights = (model: InceptionModel): Record<string, number[]> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));

const isStatistic = (name: string): boolean => name.includes('/moving_');

/**
 * Mean and biased variance, in double precision, of every number that one channel of a layer meets in training: each batch normalized by
 * itself on the way there.
 */
async function valuesMet(layerName: string, batches = Infinity): Promise<{ mean: number[]; variance: number[] }> {
  const model = tinyNetwork();
  const graph = tf.model({ inputs: model.inputs, outputs: model.getLayer(layerName).input });
  const met: number[][] = [];
  let done = 0;
  for await (const batch of PICTURES.batches(0)) {
    if (done++ >= batches) break;
    tf.tidy(() => {
      const values = [graph.call([model.preprocess(imagesTensor(batch))], { training: true })].flat()[0];
      met.push(...(tf.reshape(values, [-1, values.shape[3] as number]).arraySync() as number[][]));
    });
  }
  model.dispose();
  const mean = met[0].map((_, channel) => met.reduce((sum, row) => sum + row[channel], 0) / met.length);
  const variance = mean.map((center, channel) => met.reduce((sum, row) => sum + (row[channel] - center) ** 2, 0) / met.length);
  return { mean, variance };
}

function expectClose(actual: number[], expected: number[]): void {
  actual.forEach((value, index) => expect(Math.abs(value - expected[index])).toBeLessThan(1e-5 * (1 + Math.abs(expected[index]))));
}

/** The same pictures, with something done before the third batch. */
const interrupted = (action: () => void): ImageDataset => ({
  ...PICTURES,
  async *batches(epoch, from) {
    let done = 0;
    for await (const batch of PICTURES.batches(epoch, from)) {
      if (done++ === 2) action();
      yield batch;
    }
  },
});

describe('reestimateBatchNormalization', () => {
  let model: InceptionModel;

  beforeAll(async () => void (await useBackendUnderTest()));

  beforeEach(() => {
    model = tinyNetwork();
  });

  afterEach(() => model.dispose());

  it.each(['conv1_bn', 'inception_3a_3x3_bn', 'inception_4a_pool_projection_bn', 'auxiliary_3a_conv_bn'])(
    '%s has the mean and variance of all that it meets in batches of 3, 3 and 1, to 1e-5',
    async (layer) => {
      expect(await reestimateBatchNormalization(model, PICTURES)).toEqual({ layers: 10, pictures: 7 });
      const { [`${layer}/moving_mean`]: mean, [`${layer}/moving_variance`]: variance } = weights(model);
      const expected = await valuesMet(layer);
      expectClose(mean, expected.mean);
      expectClose(variance, expected.variance);
    },
  );

  it('takes no more than the batches asked for, and changes no weight but moving statistics', async () => {
    const before = weights(model);
    expect(await reestimateBatchNormalization(model, PICTURES, { batches: 2 })).toEqual({ layers: 10, pictures: 6 });
    const after = weights(model);
    expectClose(after['conv1_bn/moving_mean'], (await valuesMet('conv1_bn', 2)).mean);
    for (const [name, value] of Object.entries(after)) {
      if (isStatistic(name)) expect(value).not.toEqual(before[name]);
      else expect(value).toEqual(before[name]);
    }
  });

  it('leaves a frozen layer its statistics, and where all are frozen looks at no picture', async () => {
    model.getLayer('conv1_bn').trainable = false;
    const before = weights(model);
    expect(await reestimateBatchNormalization(model, PICTURES)).toEqual({ layers: 9, pictures: 7 });
    expect(weights(model)['conv1_bn/moving_mean']).toEqual(before['conv1_bn/moving_mean']);
    for (const layer of model.layers) layer.trainable = false;
    const untouched = weights(model);
    expect(await reestimateBatchNormalization(model, PICTURES)).toEqual({ layers: 0, pictures: 0 });
    expect(weights(model)).toEqual(untouched);
  });

  it('ended by the caller or by a failure in the third batch, leaves the statistics as they were, and no tensor', async () => {
    const before = weights(model);
    const { numTensors } = tf.memory();
    const controller = new AbortController();
    const ended = reestimateBatchNormalization(
      model,
      interrupted(() => controller.abort('enough')),
      { signal: controller.signal },
    );
    await expect(ended).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'reestimateBatchNormalization: ended by the caller. The statistics are as they were.',
      cause: 'enough',
    });
    const failed = interrupted(() => {
      throw new Error('a disk fault');
    });
    await expect(reestimateBatchNormalization(model, failed)).rejects.toThrow('a disk fault');
    expect(weights(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('leaves no tensor behind', async () => {
    await reestimateBatchNormalization(model, PICTURES);
    const { numTensors } = tf.memory();
    await reestimateBatchNormalization(model, PICTURES);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([
    { options: { batches: 0 }, message: 'reestimateBatchNormalization.batches: expected a positive integer, got 0.' },
    { options: { batch: 3 }, message: "reestimateBatchNormalization.options: expected keys among batches, signal, got 'batch'." },
  ])('refuses $options', async ({ options, message }) => {
    await expect(reestimateBatchNormalization(model, PICTURES, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message });
  });

  it('refuses a dataset without pictures, and a model that is not ours', async () => {
    const empty: ImageDataset = {
      ...PICTURES,
      batches: () => arrayDataset({ ...stripes(1, 12, 1), pixels: [], labels: [] }, 1).batches(0),
    };
    await expect(reestimateBatchNormalization(model, empty)).rejects.toMatchObject({
      code: 'EMPTY_DATASET',
      message: 'reestimateBatchNormalization.dataset: expected at least one picture, got 0.',
    });
    await expect(reestimateBatchNormalization({} as InceptionModel, PICTURES)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'reestimateBatchNormalization.model: expected an InceptionModel, got {}.',
    });
  });
});
