import * as tf from '@tensorflow/tfjs';
import { imageArrays } from '../../src/data/imageArrays.js';
import { heldOutPictures } from '../../src/explain/heldOutPictures.js';
import { useBackendUnderTest } from '../backendUnderTest.js';

const classes = ['red', 'green', 'blue'];
const SIDE = 2;

/** Ten pictures of brightness 0 to 90, in one color channel. */
function pictures(channel: number): Uint8Array[] {
  return Array.from({ length: 10 }, (_, brightness) =>
    Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) => (index % 3 === channel ? brightness * 10 : 0)),
  );
}

/** Answers with the brightest channel, the surer the brighter. */
function brightestChannel(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.globalAveragePooling2d({ inputShape: [SIDE, SIDE, 3] }),
      tf.layers.dense({ units: 3, activation: 'softmax', useBias: false }),
    ],
  });
  tf.tidy(() => model.setWeights([tf.mul(tf.eye(3), 0.05)]));
  return model;
}

describe('heldOutPictures', () => {
  const red = pictures(0);
  const green = pictures(1);
  const dataset = imageArrays({
    pixels: [...red, ...green],
    labels: Array<number>(20).fill(0),
    classes,
    size: SIDE,
    batch: 6,
    shuffle: false,
    workers: 0,
  });
  const model = brightestChannel();
  beforeAll(() => useBackendUnderTest('cpu'));
  afterAll(() => dataset.close());

  it('takes the 3 most confident of 9 mistakes, surest first, with the pixels that the model saw', async () => {
    const { mistakes } = await heldOutPictures(model, dataset, { mistakes: 3, sample: 0, topK: 2 });
    expect(mistakes.map(({ name }) => name)).toEqual(['19', '18', '17']);
    expect(mistakes[0]).toMatchObject({ truth: 'red', picture: { pixels: green[9], height: SIDE, width: SIDE } });
    expect(mistakes[0].predictions.map(({ label }) => label)).toEqual(['green', 'red']);
    const certainty = Math.exp(4.5) / (Math.exp(4.5) + 2);
    expect(mistakes[0].predictions[0].probability).toBeCloseTo(certainty, 5);
  });

  it('takes 4 pictures evenly from 20: 2, 7, 12 and 17', async () => {
    const { sample, mistakes } = await heldOutPictures(model, dataset, { sample: 4, mistakes: 0 });
    expect(sample.map(({ name }) => name)).toEqual(['2', '7', '12', '17']);
    expect(sample[1].picture).toEqual({ pixels: red[7], height: SIDE, width: SIDE });
    expect(mistakes).toEqual([]);
  });

  it('takes all there are where fewer are there than wanted, and repeats itself', async () => {
    const { sample, mistakes } = await heldOutPictures(model, dataset, { sample: 50, mistakes: 50 });
    expect(sample).toHaveLength(20);
    // The two black pictures get equal probabilities, of which the first, red, counts.
    expect(mistakes).toHaveLength(9);
    expect(await heldOutPictures(model, dataset, { sample: 50, mistakes: 50 })).toEqual({ sample, mistakes });
  });

  it('leaves no tensor behind', async () => {
    await heldOutPictures(model, dataset);
    const before = tf.memory().numTensors;
    await heldOutPictures(model, dataset);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses to take -1 pictures', async () => {
    await expect(heldOutPictures(model, dataset, { mistakes: -1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'heldOutPictures.mistakes: expected an integer, 0 or more, got -1.',
    });
  });
});
