import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { convolutionCases } from './convolutionCases.js';
import { describeOnNative, operationsOf, runOnNativeAndCpu } from './nativeAndCpu.js';
import { difference, numbers } from './twoBackends.js';

const convolve = (activation: 'relu' | 'linear' | 'elu', biasShape: number[] = [8]) => {
  const [x, filter] = [tf.randomNormal([2, 9, 9, 5], 0, 1, 'float32', 1), tf.randomNormal([3, 3, 5, 8], 0, 1, 'float32', 2)];
  const bias = tf.randomNormal(biasShape, 0, 1, 'float32', 3);
  return { x, filter, bias, fused: () => tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation } as never) };
};

describeOnNative('FusedConv2D on tfjs-node', () => {
  it('convolves, adds its bias and rectifies as cpu does, to 1e-5 over 80 shapes, strides and paddings, and leaks nothing', async () => {
    const activations = { relu: 0, linear: 0 };
    const strings = convolutionCases('full').filter(({ pad }) => typeof pad === 'string');
    const property = fc.asyncProperty(strings, fc.constantFrom('relu' as const, 'linear' as const), async (c, activation) => {
      activations[activation]++;
      const inputs = { x: numbers(c.x, c.seed), filter: numbers(c.filter, c.seed + 1), bias: numbers([c.filter[3]], c.seed + 2) };
      const attrs = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC', dilations: [1, 1], activation };
      const { cpu, native } = await runOnNativeAndCpu('FusedConv2D', inputs, attrs);
      expect(difference(native[0], cpu[0])).toBeLessThanOrEqual(1e-5);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 80 });
    expect(Math.min(...Object.values(activations))).toBeGreaterThan(20);
  });

  it('has the bits of convolution, addition and ReLU one by one', async () => {
    await useBackend('tfjs-node');
    tf.tidy(() => {
      const { x, filter, bias, fused } = convolve('relu');
      const apart = tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), bias));
      expect(fused().dataSync()).toEqual(apart.dataSync());
    });
  });

  (process.arch === 'x64' ? it : it.skip)(
    'adds the bias inside of the convolution (through oneDNN, which TensorFlow has on x64)',
    async () => {
      await useBackend('tfjs-node');
      tf.tidy(() => {
        expect(operationsOf(convolve('relu').fused)).toEqual(['_MklNativeConv2DWithBias', 'Relu']);
        expect(operationsOf(convolve('linear').fused)).toEqual(['_MklNativeConv2DWithBias']);
        expect(operationsOf(convolve('elu').fused).slice(0, 1)).toEqual(['Conv2D']);
      });
    },
  );
});
