import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { batchNormalization } from '../../src/layers/batchNormalization.js';
import { normalizeBatch } from '../../src/layers/normalizeBatch.js';
import { describeOnNative, operationsOf, withoutKernels } from './nativeAndCpu.js';
import { difference, numbers, runKernel, type Values } from './twoBackends.js';

const EPSILON = 1e-3;

/** Everything that a batch normalization computes, by the layer's own function. */
function normalized({ shape, values }: Values, seed: number): Record<string, Values> {
  const channels = [shape[shape.length - 1]];
  const found: Record<string, Values> = {};
  tf.tidy(() => {
    const tensor = (given: Values): tf.Tensor => tf.tensor(given.values, [...given.shape]);
    const x = tf.add(tf.mul(tensor({ shape, values }), 2), 1);
    const [gamma, beta] = [tf.add(tensor(numbers(channels, seed + 1)), 2), tensor(numbers(channels, seed + 2))] as tf.Tensor1D[];
    const dy = tensor(numbers(shape, seed + 3));
    const keep = (name: string, result: tf.Tensor) => void (found[name] = { shape: result.shape, values: result.dataSync() });
    const run = (at: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor =>
      normalizeBatch(at, scale as tf.Tensor1D, shift as tf.Tensor1D, {
        epsilon: EPSILON,
        onStatistics: (mean, variance) => {
          keep('mean', mean);
          keep('variance', variance);
        },
      });
    keep('y', run(x, gamma, beta));
    const slopes = tf.grads(run)([x, gamma, beta], dy);
    ['dx', 'dGamma', 'dBeta'].forEach((name, index) => keep(name, slopes[index]));
  });
  return found;
}

const shapes = fc.tuple(
  fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
  fc.integer({ min: 1, max: 9 }),
  fc.nat(1e6),
);

describeOnNative('Batch normalization on tfjs-node', () => {
  it('in one operation has the values of the composed one on cpu to 1e-5: y, mean, variance, dx, dGamma, dBeta over 60 shapes', async () => {
    let single = 0;
    const property = fc.asyncProperty(shapes, async ([outer, channels, seed]) => {
      const values = numbers([...outer, channels], seed);
      await useBackend('cpu');
      const cpu = normalized(values, seed);
      await useBackend('tfjs-node');
      const native = normalized(values, seed);
      expect(Object.keys(native)).toEqual(['mean', 'variance', 'y', 'dx', 'dGamma', 'dBeta']);
      const count = outer.reduce((product, size) => product * size);
      if (count === 1) single++;
      for (const [name, expected] of Object.entries(cpu)) {
        // Of one or two values next to nothing but rounding is left of dx and dGamma: what is held against it is dy's own size.
        const scale = count <= 2 && (name === 'dx' || name === 'dGamma') ? 1 : largest(expected);
        expect({ name, apart: apart(native[name], expected) <= 1e-5 * Math.max(scale, 1e-3) }).toEqual({ name, apart: true });
      }
    });
    await fc.assert(property, { seed: 20150211, numRuns: 60 });
    expect(single).toBeGreaterThan(0);
  });

  it('hands over the same statistics with and without the operation, to 1e-5 of 25,088 positions', async () => {
    await useBackend('tfjs-node');
    const values = numbers([8, 56, 56, 16], 5);
    const inOne = normalized(values, 6);
    const composed = withoutKernels(['NormalizeBatch'], () => normalized(values, 6));
    for (const name of Object.keys(composed)) expect(difference(inOne[name], composed[name])).toBeLessThanOrEqual(1e-5);
  });

  it('takes one operation forward, one backward and one with moving statistics', async () => {
    await useBackend('tfjs-node');
    const layer = batchNormalization({ name: 'bn' });
    const x = tf.randomNormal([4, 5, 5, 3], 0, 1, 'float32', 1);
    layer.apply(x, { training: false });
    const named = (run: () => unknown) => operationsOf(run).filter((name) => !/^(Sub|Mul)$/.test(name));
    expect(named(() => layer.apply(x, { training: false }))).toEqual(['FusedBatchNormV3']);
    expect(named(() => layer.apply(x, { training: true }))).toEqual(['FusedBatchNormV3']);
    const slope = tf.grad((at) => layer.apply(at, { training: true }) as tf.Tensor);
    expect(named(() => slope(x, x))).toEqual(['FusedBatchNormV3', 'FusedBatchNormGradV3']);
    layer.dispose();
    x.dispose();
  });

  it('leaves nothing behind: none of the ten outputs of the two operations', async () => {
    await useBackend('tfjs-node');
    const [x, gamma, beta] = [numbers([2, 3, 3, 4], 1), numbers([4], 2), numbers([4], 3)];
    const outputs = runKernel('NormalizeBatch', { x, gamma, beta }, { epsilon: EPSILON });
    expect(outputs.slice(0, 3).map(({ shape }) => shape)).toEqual([[2, 3, 3, 4], [4], [4]]);
    const [reserved1, reserved2, reserved3] = outputs.slice(3);
    const inputs = { dy: x, x, gamma, reserved1, reserved2, reserved3 };
    expect(runKernel('NormalizeBatchGrad', inputs, { epsilon: EPSILON }).map(({ shape }) => shape)).toEqual([[2, 3, 3, 4], [4], [4]]);
    const variance = { shape: [4], values: Float32Array.of(1, 2, 3, 4) };
    expect(runKernel('NormalizeWithStatistics', { x, gamma, beta, mean: beta, variance }, { epsilon: EPSILON })).toHaveLength(1);
  });
});

/** The largest size of any number, or of any difference. */
const largest = ({ values }: Values): number => Math.max(...Array.from(values, Math.abs));

const apart = (a: Values, b: Values): number =>
  a.shape.join() === b.shape.join()
    ? largest({ shape: b.shape, values: Float32Array.from(b.values, (value, i) => value - a.values[i]) })
    : Infinity;
