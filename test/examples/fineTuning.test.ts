import * as tf from '@tensorflow/tfjs';
import { fineTuning } from '../../examples/fineTuning.js';
import { ASKED } from '../backendUnderTest.js';
import { runExample } from './runExample.js';

describe('The example of fine-tuning', () => {
  it('a network of three classes learns the fourth in two epochs, one of the head alone, to a lower loss and a higher top-1 than two from nothing', async () => {
    const before = tf.memory().numTensors;
    const { result, lines } = await runExample((print) => fineTuning({ seeds: [1] }, print));
    const [{ fromNothing, fineTuned }] = result;
    expect(fineTuned.loss).toBeLessThan(fromNothing.loss - 0.05);
    expect(fineTuned.top1).toBeGreaterThan(fromNothing.top1 + 0.02);
    expect(lines[0]).toMatch(/^trained on 1257 pictures of food, smileys, travel: [78]\d\.\d % of 313 held out$/);
    expect(lines[1]).toContain(`819 pictures of these and animals, seed 1: from nothing ${ASKED === undefined ? '59.8 %' : ''}`);
    expect(lines).toHaveLength(2);
    expect(tf.memory().numTensors).toBe(before);
    // The three classes are learned first, for most of a minute of a machine that may have other things to do.
  });
});
