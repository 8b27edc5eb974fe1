import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { scoreDataset } from '../../src/evaluation/scoreDataset.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { train } from '../../src/training/train.js';
import { countForwardGraphs } from '../compile/countForwardGraphs.js';
import { heldTensors } from '../compile/nativeBinding.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { difference } from '../layers/difference.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { arrayDataset, stripes } from './arrayDataset.js';

/** 20 batches of 2 pictures, and one of a single picture. */
const pictures = () => arrayDataset(stripes(41, 12, 1), 2);

const ROWS = ['main', 'auxiliary_3a'];

/** A network whose weights the native backend has taken: it does when it first needs them. */
async function usedNetwork(): Promise<InceptionModel> {
  const model = tinyNetwork();
  await evaluate(model, pictures(), { engine: 'eager' });
  return model;
}

describeOnNative('evaluate by graph', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('runs every whole batch as one graph, whose answers are those of the layers, and keeps nothing', async () => {
    const model = await usedNetwork();
    const before = heldTensors();
    const eager = await scoreDataset(model, pictures(), { engine: 'eager' });
    let graph = eager;
    const counts = await countForwardGraphs(async () => void (graph = await scoreDataset(model, pictures())));
    // One run more: TensorFlow prepares a graph when it first runs.
    expect(counts).toEqual({ made: 1, ran: 21, written: 1 });
    expect(Object.keys(graph.logProbabilities)).toEqual(ROWS);
    for (const head of ROWS) {
      graph.logProbabilities[head].forEach((row, picture) => {
        expect(difference(row, eager.logProbabilities[head][picture])).toBeLessThanOrEqual(1e-5);
      });
    }
    expect(graph.labels).toEqual(eager.labels);
    expect(heldTensors()).toEqual(before);
    model.dispose();
  });

  it('makes no graph of few batches, nor if asked not to', async () => {
    const model = tinyNetwork();
    const few = await countForwardGraphs(() => evaluate(model, arrayDataset(stripes(10, 12, 1), 2)));
    const eager = await countForwardGraphs(() => evaluate(model, pictures(), { engine: 'eager' }));
    expect([few, eager]).toEqual(Array(2).fill({ made: 0, ran: 0, written: 0 }));
    model.dispose();
  });

  it('the same pictures have the same answers each time', async () => {
    const model = tinyNetwork();
    const [first, second] = [await scoreDataset(model, pictures()), await scoreDataset(model, pictures())];
    expect(second).toEqual(first);
    model.dispose();
  });

  it('leaves nothing where a caller ends it', async () => {
    const model = await usedNetwork();
    const before = heldTensors();
    const ending = new AbortController();
    const onBatch = ({ done }: { done: number }): void => void (done > 10 && ending.abort());
    await expect(evaluate(model, pictures(), { signal: ending.signal, onBatch })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(heldTensors()).toEqual(before);
    model.dispose();
  });

  it('a preprocessing of the caller that reads the pictures is as good as any', async () => {
    const model = tinyNetwork();
    const preprocess = (images: tf.Tensor4D): tf.Tensor4D => tf.div(images, images.max().dataSync()[0]);
    const eager = await evaluate(model, pictures(), { preprocess, engine: 'eager' });
    let graph = eager;
    const counts = await countForwardGraphs(async () => void (graph = await evaluate(model, pictures(), { preprocess })));
    expect(counts.ran).toBe(21);
    expect(graph.loss).toBeCloseTo(eager.loss, 5);
    model.dispose();
  });

  it('an engine that is none fails', async () => {
    const model = tinyNetwork();
    await expect(evaluate(model, pictures(), { engine: 'graph' as never })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    model.dispose();
  });

  it('a training makes the graph once, and each validation runs it with the weights of its epoch', async () => {
    const data = { train: arrayDataset(stripes(24, 12, 2), 4), validation: arrayDataset(stripes(9, 12, 3), 4) };
    const options = { epochs: 4, learningRate: 0.05, seed: 1, averaging: { decay: 0.5 } } as const;
    const run = async (engine: 'auto' | 'eager') => {
      const model = tinyNetwork();
      const { epochs } = await train(model, data, { ...options, engine });
      model.dispose();
      return epochs.map(({ validation }) => validation!.loss);
    };
    const before = heldTensors();
    let losses: number[] = [];
    const counts = await countForwardGraphs(async () => void (losses = await run('auto')));
    expect(counts.ran).toBeGreaterThanOrEqual(2 * 4);
    // The step's own, and that of validation.
    expect(counts.made).toBe(2);
    const eager = await run('eager');
    losses.forEach((loss, epoch) => expect(Math.abs(loss - eager[epoch])).toBeLessThanOrEqual(1e-3 * eager[epoch]));
    expect(new Set(losses).size).toBe(4);
    expect(heldTensors()).toEqual(before);
  });
});
