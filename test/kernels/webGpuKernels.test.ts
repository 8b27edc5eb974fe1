import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { addNOnWebGpu } from '../../src/kernels/addNOnWebGpu.js';
import { avgPoolGradOnCpu } from '../../src/kernels/avgPoolGradOnCpu.js';
import { avgPoolGradOnWebGpu } from '../../src/kernels/avgPoolGradOnWebGpu.js';
import { convolutionCases, cornerCounter } from './convolutionCases.js';
import { difference, numbers, runKernel } from './twoBackends.js';

/** TensorFlow.js' own cpu kernels share both faults with its WebGPU kernels, or can be given them: the mended ones are run on top of these. */
const original = (name: string): tf.KernelConfig => tf.getKernel(name, 'cpu');

/** Runs a kernel in the place of TensorFlow.js' own. */
function runInPlace(kernel: tf.KernelConfig, ...[inputs, attrs]: [Parameters<typeof runKernel>[1], object]): ReturnType<typeof runKernel> {
  const own = original(kernel.kernelName);
  tf.unregisterKernel(kernel.kernelName, 'cpu');
  tf.registerKernel(kernel);
  try {
    return runKernel(kernel.kernelName, inputs, attrs as Record<string, unknown>);
  } finally {
    tf.unregisterKernel(kernel.kernelName, 'cpu');
    tf.registerKernel(own);
  }
}

beforeAll(() => tf.setBackend('cpu'));

describe('avgPoolGradOnWebGpu', () => {
  it('mends a kernel that divides by whole windows, to 1e-5 over 150 shapes, strides and paddings, and leaks nothing', () => {
    const mended = avgPoolGradOnWebGpu(original('AvgPoolGrad'));
    const corners = cornerCounter();
    let wrongBefore = 0;
    fc.assert(
      fc.property(convolutionCases('pooling'), (c) => {
        corners.count(c);
        const attrs = { filterSize: [c.filter[0], c.filter[1]], strides: c.strides, pad: c.pad, dimRoundingMode: c.dimRoundingMode };
        const inputs = { dy: numbers(c.dy, c.seed), input: numbers(c.x, 0) };
        const [right] = runInPlace(avgPoolGradOnCpu, inputs, attrs);
        expect(difference(runInPlace(mended, inputs, attrs)[0], right)).toBeLessThanOrEqual(1e-5);
        if (c.pad === 'same' && !(difference(runInPlace(original('AvgPoolGrad'), inputs, attrs)[0], right) <= 1e-5)) wrongBefore++;
      }),
      { seed: 20140917, numRuns: 150 },
    );
    expect(corners.missed()).toEqual([]);
    expect(wrongBefore).toBeGreaterThan(5);
  });
});

describe('addNOnWebGpu', () => {
  const own = original('AddN');
  /** As the device has it: eight buffers to a shader, one of them the sum. */
  const bounded: tf.KernelConfig = {
    ...own,
    kernelFunc: (args) => {
      if (Object.keys(args.inputs).length > 7) throw new Error('The number of storage buffers exceeds the maximum per-stage limit (8).');
      return own.kernelFunc(args);
    },
  };

  it.each([1, 2, 7, 8, 49, 50, 188])('adds %i tensors with no more than 7 at a time, and leaks nothing', (count) => {
    const terms = Array.from({ length: count }, (_, index) => ({ shape: [3], values: Float32Array.of(1, index, 2) }));
    const [{ values }] = runInPlace(addNOnWebGpu(bounded), terms as never, {});
    expect([...values]).toEqual([count, (count * (count - 1)) / 2, 2 * count]);
  });
});
