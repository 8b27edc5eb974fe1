import * as tf from '@tensorflow/tfjs';
import { handwrittenDigits } from '../../examples/handwrittenDigits';

describe('The example of handwritten digits', () => {
  it('tells over 95 % of 2,000 held-out digits right after one epoch, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const lines: string[] = [];
    const { top1 } = await handwrittenDigits({ epochs: 1 }, (line) => lines.push(line));
    expect(top1).toBeGreaterThan(0.95);
    expect(lines[0]).toContain('45,610 parameters');
    expect(lines.at(-1)).toContain('of 2,000 held-out digits');
    expect(tf.memory().numTensors).toBe(before);
  });
});
