import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { describeOnNative, operationsOf, runOnNativeAndCpu } from './nativeAndCpu.js';
import { difference, numbers } from './twoBackends.js';

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

const attributesOf = ({ channels, filters, strides, pad }: Case, side = 1) => ({
  ...{ strides, pad, dataFormat: 'NHWC' as const },
  filterShape: [side, side, channels, filters],
});

const outputOf = ({ batch, height, width, filters, strides }: Case): number[] => [
  batch,
  Math.ceil(height / strides[0]),
  Math.ceil(width / strides[1]),
  filters,
];

const ONE: Case = { batch: 1, height: 18, width: 18, channels: 8, filters: 16, strides: [2, 2], pad: 'same' };

describeOnNative("Conv2DBackpropFilter of 1×1 filters on tfjs-node, past oneDNN's overrun", () => {
  const operations = async (changes: Partial<Case>, side = 1): Promise<string[]> => {
    await useBackend('tfjs-node');
    const asked = { ...ONE, ...changes };
    return tf.tidy(() => {
      const inputs = { x: tf.ones([asked.batch, asked.height, asked.width, asked.channels]), dy: tf.ones(outputOf(asked)) };
      return operationsOf(() => tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributesOf(asked, side)));
    });
  };

  it.each([
    { changes: {} },
    { changes: { channels: 1 } },
    { changes: { channels: 15 } },
    { changes: { strides: [1, 3] } },
    { changes: { pad: 'valid' } },
  ] as const)('takes every stride-th pixel first: $changes', async ({ changes }) => {
    expect(await operations(changes as Partial<Case>)).toEqual(['StridedSlice', 'Conv2DBackpropFilter']);
  });

  it.each([
    { why: 'a whole block of channels', changes: { channels: 16 }, side: 1 },
    { why: 'no strides', changes: { strides: [1, 1] }, side: 1 },
    { why: 'a larger filter', changes: {}, side: 3 },
  ] as const)('leaves $why to TensorFlow as it is', async ({ changes, side }) => {
    expect(await operations(changes as Partial<Case>, side)).toEqual(['Conv2DBackpropFilter']);
  });

  it('gives the gradient of cpu to 1e-5 over 100 shapes and strides', async () => {
    let overrun = 0;
    const size = fc.integer({ min: 1, max: 20 });
    const stride = fc.integer({ min: 1, max: 3 });
    const cases: fc.Arbitrary<Case> = fc.record({
      ...{ batch: fc.integer({ min: 1, max: 3 }), height: size, width: size, channels: size, filters: size },
      ...{ strides: fc.tuple(stride, stride), pad: fc.constantFrom('same' as const, 'valid' as const) },
    });
    const property = fc.asyncProperty(cases, fc.nat(1e6), async (asked, seed) => {
      const inputs = {
        x: numbers([asked.batch, asked.height, asked.width, asked.channels], seed),
        dy: numbers(outputOf(asked), seed + 1),
      };
      const { cpu, native } = await runOnNativeAndCpu('Conv2DBackpropFilter', inputs, attributesOf(asked));
      expect(difference(native[0], cpu[0])).toBeLessThanOrEqual(1e-5);
      if (asked.channels < 16 && Math.max(...asked.strides) > 1) overrun++;
    });
    await fc.assert(property, { seed: 20140917, numRuns: 100 });
    expect(overrun).toBeGreaterThan(40);
  });

  // tfjs-node's own kernel ends the process within these steps: 'double free or corruption', or a segmentation fault.
  it('survives 2,000 gradients of a picture of 18 × 18 × 8, strides 2', async () => {
    await useBackend('tfjs-node');
    const before = tf.memory().numTensors;
    const gradient = tf.grad((filter) => tf.sum(tf.conv2d(tf.ones<tf.Rank.R4>([1, 18, 18, 8]), filter as tf.Tensor4D, 2, 'same')));
    let sum = 0;
    for (let step = 0; step < 2000; step++) sum += tf.tidy(() => gradient(tf.ones<tf.Rank.R4>([1, 1, 8, 16])).dataSync()[0]);
    expect(sum).toBe(2000 * 81);
    expect(tf.memory().numTensors).toBe(before);
  });
});
