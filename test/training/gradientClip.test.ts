import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { clipGradients, globalNorm, type GradientClip } from '../../src/training/gradientClip.js';
import { describeOnEachBackend } from '../backendUnderTest.js';

type Nested = number | Nested[];

interface Golden {
  readonly gradients: readonly Nested[];
  readonly clipped: readonly { readonly clip: GradientClip; readonly length: number; readonly gradients: readonly Nested[] }[];
}

/** Of TensorFlow: scripts/golden/writeTensorflowStep.py. */
const GOLDEN = JSON.parse(readFileSync(join(__dirname, 'golden', 'tensorflowStep.json'), 'utf8')) as Golden;

const flat = (values: Nested): number[] => (typeof values === 'number' ? [values] : values.flatMap(flat));

function clipped(gradients: readonly Nested[], clip: GradientClip): number[] {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(gradients.map((values, index) => [`g${index}`, tf.tensor(values as number[])]));
    return Object.values(clipGradients(tensors, globalNorm(Object.values(tensors)), clip)).flatMap((tensor) => [...tensor.dataSync()]);
  });
}

describeOnEachBackend('clipGradients', () => {
  it.each(GOLDEN.clipped)('$clip: what TensorFlow makes of a length of $length, to 1e-6', ({ clip, gradients }) => {
    const expected = flat([...gradients]);
    clipped(GOLDEN.gradients, clip).forEach((value, index) => expect(Math.abs(value - expected[index])).toBeLessThan(2e-6));
  });

  it.each([{ norm: 5 }, { norm: 1e9 }, { value: 4 }, { value: 4, norm: 5 }, {}])(
    '%j leaves gradients of length 5 as they are, to the bit',
    (clip) => {
      expect(clipped([[3], [[-4]]], clip)).toEqual([3, -4]);
    },
  );

  it('the length of [3, -4] and [[12]] is 13; clipped to 6.5 every number is halved exactly', () => {
    expect(tf.tidy(() => globalNorm([tf.tensor1d([3, -4]), tf.tensor2d([[12]])]).arraySync())).toBe(13);
    expect(clipped([[3, -4], [[12]]], { norm: 6.5 })).toEqual([1.5, -2, 6]);
  });

  it('value 2 cuts single numbers, and acts before norm: [3, -4] and 12 become ±2, then their length √12 becomes √3', () => {
    expect(clipped([[3, -4], [[12]]], { value: 2 })).toEqual([2, -2, 2]);
    clipped([[3, -4], [[12]]], { value: 2, norm: Math.sqrt(3) }).forEach((value, index) => expect(value).toBeCloseTo([1, -1, 1][index], 6));
  });

  it('gradients of zeros stay zeros: nothing is divided by their length', () => {
    expect(clipped([[0, 0]], { norm: 2 })).toEqual([0, 0]);
  });
});
