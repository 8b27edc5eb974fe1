import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { train } from '../../src/training/train.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { tinyNetwork } from './tinyNetwork.js';

const TRAIN = arrayDataset(stripes(90, 12, 1), 16, true);
const VALIDATION = arrayDataset(stripes(45, 12, 2), 16);

beforeAll(async () => {
  await useBackend('wasm');
});

describe('train', () => {
  it('learns stripes of three directions to over 90 % of unseen pictures', async () => {
    const model = tinyNetwork();
    const report = await train(model, { train: TRAIN, validation: VALIDATION }, { epochs: 6, learningRate: 0.05 });
    console.log(report.epochs.map((e) => [e.loss, e.top1, e.validation?.top1, e.imagesPerSecond]));
    expect(report.best.validation?.top1).toBeGreaterThan(0.9);
  });
});
