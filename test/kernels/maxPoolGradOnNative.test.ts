import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { convolutionCases } from './convolutionCases.js';
import { describeOnNative, operationsOf, runOnNativeAndCpu } from './nativeAndCpu.js';
import { difference, numbers, wholeNumbers, type Values } from './twoBackends.js';

describeOnNative('MaxPoolGrad on tfjs-node', () => {
  it('gives every gradient to the first of equal pixels, as cpu does, to 1e-6 over 150 shapes and strides, and leaks nothing', async () => {
    let ties = 0;
    const property = fc.asyncProperty(
      convolutionCases('pooling').filter(({ pad }) => typeof pad === 'string'),
      async ({ x, filter, dy, strides, pad, seed }) => {
        const input = wholeNumbers(x, seed);
        const attrs = { filterSize: [filter[0], filter[1]], strides, pad };
        const output = pooled(input, attrs);
        const { cpu, native } = await runOnNativeAndCpu('MaxPoolGrad', { dy: numbers(dy, seed + 1), input, output }, attrs);
        expect(difference(native[0], cpu[0])).toBeLessThanOrEqual(1e-6);
        if (filter[0] * filter[1] > 5) ties++;
      },
    );
    await fc.assert(property, { seed: 20140917, numRuns: 150 });
    expect(ties).toBeGreaterThan(50);
  });

  it.each([
    { shape: [2, 28, 28, 16], strides: 1 },
    { shape: [2, 28, 28, 16], strides: 2 },
    { shape: [2, 7, 7, 13], strides: 1 },
  ])("has the same bits as TensorFlow's own kernel on $shape, 3×3, strides $strides", async ({ shape, strides }) => {
    await useBackend('tfjs-node');
    tf.tidy(() => {
      const x = tf.relu(tf.randomNormal<tf.Rank.R4>(shape as [number, number, number, number], 0, 1, 'float32', 3));
      const y = tf.maxPool(x, 3, strides, 'same');
      // Quarters: their sums are exact in any order.
      const dy = tf.div(tf.round(tf.randomNormal(y.shape, 0, 4, 'float32', 4)), 4);
      const ours = tf.engine().runKernel<tf.Tensor>('MaxPoolGrad', { dy, input: x, output: y }, { filterSize: 3, strides, pad: 'same' });
      const { TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING, TF_FLOAT } = native().binding;
      const theirs = native().executeSingleOutput(
        'MaxPoolGrad',
        [
          { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
          { name: 'ksize', type: TF_ATTR_INT, value: [1, 3, 3, 1] },
          { name: 'strides', type: TF_ATTR_INT, value: [1, strides, strides, 1] },
          { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
        ],
        [x, y, dy],
      );
      expect(ours.dataSync()).toEqual(theirs.dataSync());
    });
  });

  (process.arch === 'x64' ? it : it.skip)(
    'pools once more and spreads, in two operations of oneDNN (which TensorFlow has on x64)',
    async () => {
      await useBackend('tfjs-node');
      const x = tf.randomNormal<tf.Rank.R4>([1, 6, 6, 4], 0, 1, 'float32', 5);
      const slope = tf.grad((at) => tf.maxPool(at as tf.Tensor4D, 3, 2, 'same'));
      const backward = operationsOf(() => slope(x, tf.ones([1, 3, 3, 4]))).filter((name) => /MaxPool/.test(name));
      x.dispose();
      expect(backward).toEqual(['MaxPool', '_MklNativeMaxPool', '_MklNativeMaxPoolGrad']);
    },
  );

  it('leaves explicit padding, which TensorFlow does not know, to the error of tfjs-node', async () => {
    await useBackend('tfjs-node');
    const [x, y] = [tf.zeros([1, 4, 4, 1]), tf.zeros([1, 4, 3, 1])];
    const sides = [
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 0],
    ];
    const run = () => tf.engine().runKernel('MaxPoolGrad', { dy: y, input: x, output: y }, { filterSize: 2, strides: 1, pad: sides });
    expect(run).toThrow("TF Backend supports only 'valid' and 'same' padding");
    tf.dispose([x, y]);
  });
});

/** The forward pass on whatever backend is active. */
function pooled(input: Values, { filterSize, strides, pad }: Record<string, unknown>): Values {
  return tf.tidy(() => {
    const x = tf.tensor4d(input.values as Float32Array, [...input.shape] as [number, number, number, number]);
    const y = tf.maxPool(x, filterSize as [number, number], strides as [number, number], pad as 'same');
    return { shape: y.shape, values: y.dataSync() as Float32Array };
  });
}

interface Native {
  readonly binding: Record<'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_FLOAT', number>;
  executeSingleOutput(operation: string, attributes: readonly unknown[], inputs: readonly tf.Tensor[]): tf.Tensor;
}

const native = (): Native => tf.backend() as unknown as Native;
