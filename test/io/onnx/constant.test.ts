import * as tf from '@tensorflow/tfjs';
import { computed, numbers, permuted, reversed, scaled, sizeOf, stacked, weightsOf } from '../../../src/io/onnx/constant.js';

beforeAll(async () => void (await tf.setBackend('cpu')));

const SHAPE = [2, 3, 4, 5];
const values = Array.from({ length: 120 }, (_, at) => at);

it.each([[[0, 1, 2, 3]], [[3, 2, 0, 1]], [[2, 3, 0, 1]], [[1, 0, 3, 2]]])(
  'axes taken in the order %p, as tf.transpose takes them',
  async (permutation) => {
    const weights = permuted(numbers(values, SHAPE), permutation);
    const expected = tf.tidy(() => {
      const transposed = tf.transpose(tf.tensor(values, SHAPE), permutation);
      return { dims: transposed.shape, values: [...transposed.dataSync()] };
    });
    expect({ dims: weights.dims, values: [...(await weights.read())] }).toEqual(expected);
  },
);

it.each([0, 1, 2, 3])('axis %p backwards, as tf.reverse', async (axis) => {
  const expected = tf.tidy(() => [...tf.reverse(tf.tensor(values, SHAPE), axis).dataSync()]);
  expect([...(await reversed(numbers(values, SHAPE), axis).read())]).toEqual(expected);
});

it.each([
  { axis: 0, factors: [2, 3], shape: [2, 1, 1, 1] },
  { axis: 1, factors: [2, 3, 5], shape: [1, 3, 1, 1] },
  { axis: 3, factors: [1, 2, 3, 4, 5], shape: [1, 1, 1, 5] },
  { axis: 2, factors: [7], shape: [1, 1, 1, 1] },
])('one factor for each place along axis $axis: $factors', async ({ axis, factors, shape }) => {
  const expected = tf.tidy(() => [...tf.mul(tf.tensor(values, SHAPE), tf.tensor(factors, shape)).dataSync()]);
  expect([...(await scaled(numbers(values, SHAPE), axis, numbers(factors)).read())]).toEqual(expected);
});

it('stacked along the first axis: 2 and 1 rows of 2 make 3', async () => {
  const both = stacked([numbers([1, 2, 3, 4], [2, 2]), numbers([5, 6], [1, 2])]);
  expect({ dims: both.dims, size: sizeOf(both), values: [...(await both.read())] }).toEqual({
    dims: [3, 2],
    size: 6,
    values: [1, 2, 3, 4, 5, 6],
  });
});

it('numbers on their way stay float64: a third times three is one, where float32 would be off', async () => {
  const third = computed([1], [numbers([1])], ([one]) => Float64Array.of(one / 3));
  expect([...(await scaled(third, 0, numbers([3])).read())]).toEqual([1]);
  expect(Math.fround(1 / 3) * 3).not.toBe(1);
});

it("a model's variable is read when it is asked for, and not before", async () => {
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const weights = weightsOf(variable);
  variable.assign(tf.tensor1d([3, 4]));
  expect([...(await weights.read())]).toEqual([3, 4]);
});
