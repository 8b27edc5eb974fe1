import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { numbers, runKernel, runOnBoth, type Values } from './twoBackends.js';

const DTYPES = ['float32', 'int32', 'bool'] as const;

function typed(shape: readonly number[], seed: number, dtype: (typeof DTYPES)[number]): Values {
  const { values } = numbers(shape, seed);
  const whole = (values as Float32Array).map((value) => Math.round(100 * value));
  if (dtype === 'bool') return { shape, dtype, values: Uint8Array.from(whole, (value) => value & 1) };
  return dtype === 'int32' ? { shape, dtype, values: Int32Array.from(whole) } : { shape, dtype, values };
}

const cases = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    parts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
    axis: fc.nat(3),
    dtype: fc.constantFrom(...DTYPES),
    seed: fc.nat(1000),
  })
  .map(({ axis, ...rest }) => ({ ...rest, axis: axis % rest.shape.length }));

describe('Concat and SplitV on wasm', () => {
  it('join 120 lists of tensors as cpu does, to the bit, on any axis and of any type', async () => {
    const property = fc.asyncProperty(cases, async ({ shape, parts, axis, dtype, seed }) => {
      const inputs = parts.map((size, index) => typed(shape.with(axis, size), seed + index, dtype));
      const { cpu, wasm } = await runOnBoth('Concat', inputs as never, { axis });
      expect(wasm).toEqual(cpu);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 120 });
  });

  it('cut 120 tensors as cpu does, to the bit, on any axis and of any type', async () => {
    const property = fc.asyncProperty(cases, async ({ shape, parts, axis, dtype, seed }) => {
      const whole = shape.with(
        axis,
        parts.reduce((sum, size) => sum + size),
      );
      const { cpu, wasm } = await runOnBoth('SplitV', { x: typed(whole, seed, dtype) }, { numOrSizeSplits: parts, axis });
      expect(wasm).toEqual(cpu);
      expect(wasm).toHaveLength(parts.length);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 120 });
  });

  it('join strings and refuse shapes that do not fit, as TensorFlow.js does', async () => {
    await useBackend('wasm');
    tf.tidy(() => expect(tf.concat([tf.tensor1d(['a', 'b']), tf.tensor1d(['c'])]).dataSync()).toEqual(['a', 'b', 'c']));
    expect(() => runKernel('Concat', [numbers([2, 3], 1), numbers([2, 4], 2)] as never, { axis: 0 })).toThrow(
      'does not match the shape of the rest',
    );
  });
});

describe('Identity on wasm', () => {
  beforeAll(() => useBackend('wasm'));

  it('shares the values until the last of the tensors is disposed of', () => {
    const bytes = () => tf.engine().backend.numDataIds();
    const before = bytes();
    const x = tf.tensor1d([1, 2, 3]);
    const clones = [tf.clone(x), tf.clone(x)];
    expect(bytes()).toBe(before + 1);
    x.dispose();
    clones[0].dispose();
    expect([...clones[1].dataSync()]).toEqual([1, 2, 3]);
    clones[1].dispose();
    expect(bytes()).toBe(before);
  });

  it('leaves a clone as it was when the variable it was made from is assigned', () => {
    tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d([1, 2]));
      const clone = tf.clone(variable);
      variable.assign(tf.tensor1d([3, 4]));
      expect([[...clone.dataSync()], [...variable.dataSync()]]).toEqual([
        [1, 2],
        [3, 4],
      ]);
      variable.dispose();
    });
  });
});
