import * as tf from '@tensorflow/tfjs';
import { googLeNet } from '../../src/networks/googLeNet.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { measureSpeed } from '../../src/training/measureSpeed.js';
import { useBackend } from '../../src/backends/useBackend.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { countGraphs } from './countGraphs.js';

const STEP_MS = 800;

beforeAll(() => useBackendUnderTest());

const tiny = (): InceptionModel =>
  googLeNet({ classes: 2, inputShape: [16, 16, 3], stem: 'stride4', widthMultiplier: 0.125, finalModule: 'inception_3a', seed: 1 });

/** Sizes of the batches that the model was measured with; each step takes `waitMs` longer than it needs. */
function watch(model: InceptionModel, waitMs = 0): number[] {
  const batches: number[] = [];
  const preprocess = model.preprocess.bind(model);
  jest.spyOn(model, 'preprocess').mockImplementation((images) => {
    batches.push(images.shape[0]);
    for (const start = performance.now(); performance.now() - start < waitMs;);
    return preprocess(images);
  });
  return batches;
}

describe('measureSpeed', () => {
  it('times two steps of 4 pictures, then five of a whole batch, and tells the fastest', async () => {
    const model = tiny();
    const batches = watch(model);
    const startedAt = performance.now();
    const speed = await measureSpeed(model, 16, { engine: 'eager' });
    expect(batches).toEqual([4, 4, 16, 16, 16, 16, 16]);
    // Seven steps' pictures took no less than they would at the fastest step's speed.
    expect(speed).toBeGreaterThan((1000 * 88) / (performance.now() - startedAt));
    model.dispose();
  });

  it('does not time batches that would take longer than 3 seconds', async () => {
    const model = tiny();
    const batches = watch(model, STEP_MS);
    const speed = await measureSpeed(model, 32, { engine: 'eager' });
    expect(batches).toEqual([4, 4]);
    expect(speed).toBeLessThan(4_000 / STEP_MS);
    model.dispose();
  });

  it('is content with two steps of 4 pictures where even a whole batch in that time would not be enough', async () => {
    const model = tiny();
    const batches = watch(model);
    await measureSpeed(model, 16, { enough: 1e9 });
    expect(batches).toEqual([4, 4]);
    model.dispose();
  });

  it('leaves no tensor behind, and no trainable weight changed', async () => {
    const model = tiny();
    await measureSpeed(model, 4);
    const before = tf.memory().numTensors;
    const kernel = await model.trainableWeights[0].read().data();
    await measureSpeed(model, 4);
    expect(tf.memory().numTensors).toBe(before);
    expect(await model.trainableWeights[0].read().data()).toEqual(kernel);
    model.dispose();
  });
});

describeOnNative('measureSpeed of steps that will be graphs', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('records two steps of 4 pictures and two of a whole batch, and times no less than two as graphs', async () => {
    const model = tiny();
    const batches = watch(model, 100);
    let speed = 0;
    const graphs = await countGraphs(async () => void (speed = await measureSpeed(model, 16)));
    expect(batches).toEqual([4, 4, 16, 16]);
    expect([graphs.made, graphs.ended]).toEqual([1, 1]);
    expect(graphs.steps).toBeGreaterThanOrEqual(3);
    // What JavaScript does in a step is no part of its graph.
    expect(speed).toBeGreaterThan(1000 * (16 / 100));
    model.dispose();
  });

  it('times graphs of 4 pictures where steps of a whole batch would take longer than 3 seconds', async () => {
    const model = tiny();
    const batches = watch(model, 800);
    const graphs = await countGraphs(() => measureSpeed(model, 32));
    expect(batches).toEqual([4, 4]);
    expect(graphs.steps).toBeGreaterThanOrEqual(3);
    model.dispose();
  });

  it("runs none where the training's engine will be 'eager'", async () => {
    const model = tiny();
    const graphs = await countGraphs(() => measureSpeed(model, 16, { engine: 'eager' }));
    expect(graphs).toEqual({ steps: 0, made: 0, ended: 0 });
    model.dispose();
  });
});
