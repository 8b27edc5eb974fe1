import * as tf from '@tensorflow/tfjs';
import { auxiliaryGradients } from '../../examples/auxiliaryGradients.js';
import { threeHeads } from '../../examples/threeHeads.js';
import { runExample } from './runExample.js';

const EARLY = ['conv1', 'conv2', 'inception_3a', 'inception_4a'];

describe("auxiliaryGradients: the early layers' gradients with two heads at 0.3, over those of the main loss alone", () => {
  it("in the paper's network they are longer in each of 5 seeds, by more than the heads' weight of 1.6 on average", async () => {
    const { result } = await runExample((print) => auxiliaryGradients({ variant: 'paper' }, print));
    expect(result.ratios).toHaveLength(5);
    for (const part of EARLY) {
      for (const ratio of result.ratios) expect(ratio[part]).toBeGreaterThan(1.15);
      expect(result.means[part]).toBeGreaterThan(1.6);
    }
  });

  it('with batch normalization they are longer too, by less than 1.6 on average for the first layers', async () => {
    const { result } = await runExample((print) => auxiliaryGradients({ variant: 'batchnorm' }, print));
    for (const part of EARLY) for (const ratio of result.ratios) expect(ratio[part]).toBeGreaterThan(1.05);
    for (const part of ['conv1', 'conv2', 'inception_3a']) expect(result.means[part]).toBeLessThan(1.6);
  });

  it('a module above both heads is not reached: 1.000', async () => {
    const { result } = await runExample((print) => auxiliaryGradients({ seeds: [1, 2] }, print));
    for (const ratio of result.ratios) expect(ratio.inception_5b).toBeCloseTo(1, 4);
  });

  it('leaves as many tensors the second time as the first', async () => {
    await auxiliaryGradients({ seeds: [1] }, () => undefined);
    const before = tf.memory().numTensors;
    await auxiliaryGradients({ seeds: [1] }, () => undefined);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('threeHeads: 800 digits, 3 epochs, 500 held out', () => {
  it('all three heads learn, and main, best and mean reach 75 %', async () => {
    const { result } = await runExample((print) => threeHeads({}, print));
    expect(Object.keys(result.heads)).toEqual(['main', 'auxiliary_4a', 'auxiliary_4d']);
    // Guessing reaches 10 %.
    for (const top1 of Object.values(result.heads)) expect(top1).toBeGreaterThan(0.4);
    expect(result.accuracies.main).toBe(result.heads.main);
    for (const combination of ['main', 'best', 'mean']) expect(result.accuracies[combination]).toBeGreaterThan(0.75);
    expect(new Set(Object.values(result.accuracies)).size).toBeGreaterThan(1);
  });
});
