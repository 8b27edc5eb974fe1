// The operations of this library's networks, forward and backward, on WebGPU and on cpu: within 1e-4 of the largest value.
import { tf, useBackend } from 'tfjs-inception';
import { difference, numbers } from './numbers.mjs';

const BOUND = 1e-4;

/** Of each: the shapes of its inputs, and the operation. More than 1,000 numbers, for TensorFlow.js computes less on cpu. */
const CASES = {};

for (const [height, width, strides, padding, filters, out, side] of [
  [1, 1, 1, 'same', 16, 24, 14],
  [3, 3, 1, 'same', 16, 24, 14],
  [5, 5, 1, 'same', 8, 12, 15],
  [7, 7, 2, 'same', 3, 8, 33],
  [3, 3, 2, 'valid', 6, 10, 17],
  [3, 3, 2, 'same', 5, 7, 16],
  [1, 1, 2, 'same', 8, 16, 15],
  [3, 3, 1, 'same', 128, 64, 8],
  [1, 7, 1, 'same', 16, 24, 12],
  [7, 1, 1, 'same', 16, 24, 12],
]) {
  CASES[`convolution ${height}×${width}/${strides} ${padding} ${filters}→${out}`] = [
    [
      [2, side, side, filters],
      [height, width, filters, out],
    ],
    (x, kernel) => tf.conv2d(x, kernel, strides, padding),
  ];
}
for (const [filter, strides, padding, side] of [
  [3, 2, 'same', 16],
  [3, 2, 'valid', 17],
  [3, 1, 'same', 14],
  [2, 2, 'same', 15],
  [5, 3, 'valid', 14],
]) {
  const shapes = [[2, side, side, 8]];
  CASES[`max pool ${filter}/${strides} ${padding}`] = [shapes, (x) => tf.maxPool(x, filter, strides, padding)];
  CASES[`average pool ${filter}/${strides} ${padding}`] = [shapes, (x) => tf.avgPool(x, filter, strides, padding)];
}
for (const multiplier of [1, 2]) {
  for (const [strides, padding] of [
    [1, 'same'],
    [2, 'same'],
    [2, 'valid'],
  ]) {
    CASES[`depthwise ×${multiplier} /${strides} ${padding}`] = [
      [
        [2, 15, 15, 12],
        [3, 3, 12, multiplier],
      ],
      (x, kernel) => tf.depthwiseConv2d(x, kernel, strides, padding),
    ];
  }
}
const picture = [4, 9, 9, 24];
const matrix = [64, 40];
CASES['local response normalization'] = [[picture], (x) => tf.localResponseNormalization(x, 2, 1, 0.1, 0.75)];
CASES['batch normalization'] = [
  [picture, [24], [24]],
  (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean, variance, beta, gamma, 1e-3);
  },
];
CASES['dense'] = [
  [
    [16, 100],
    [100, 30],
  ],
  (x, weights) => tf.matMul(x, weights),
];
CASES['mean of a picture'] = [[picture], (x) => tf.mean(x, [1, 2])];
CASES['concatenated and cut'] = [
  [
    [2, 9, 9, 8],
    [2, 9, 9, 13],
  ],
  (a, b) => {
    const [first, second] = tf.split(tf.concat([a, b, a], 3), [20, 9], 3);
    return tf.concat([tf.square(second), first], 3);
  },
];
CASES['softmax'] = [[matrix], (x) => tf.softmax(x)];
CASES['logSumExp'] = [[matrix], (x) => tf.logSumExp(x, 1)];
CASES['relu'] = [[matrix], (x) => tf.relu(x)];
CASES['gather'] = [[matrix], (x) => tf.gather(x, tf.tensor1d([3, 3, 1, 60, 3], 'int32'))];
CASES['fused convolution'] = [
  [[2, 14, 14, 16], [3, 3, 16, 24], [24]],
  (x, filter, bias) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'relu' }),
];

async function results(backend) {
  await useBackend(backend);
  const found = {};
  for (const [name, [shapes, operation]] of Object.entries(CASES)) {
    const before = tf.memory().numTensors;
    const inputs = shapes.map((shape, index) => tf.tensor(numbers(shape, index + 1), shape));
    const output = tf.tidy(() => operation(...inputs));
    const dy = tf.tensor(numbers(output.shape, 99), output.shape);
    const gradients = tf.grads(operation)(inputs, dy);
    found[name] = await Promise.all([output, ...gradients].map((tensor) => tensor.data()));
    tf.dispose([inputs, output, dy, gradients]);
    if (tf.memory().numTensors !== before) throw new Error(`${name} keeps tensors on ${backend}.`);
  }
  return found;
}

const [webgpu, cpu] = [await results('webgpu'), await results('cpu')];
const rows = Object.keys(CASES).map((name) => ({
  name,
  apart: Math.max(...cpu[name].map((values, index) => difference(webgpu[name][index], values))),
}));
const worst = rows.reduce((a, b) => (b.apart > a.apart ? b : a));
console.log(`  ${rows.length} operations with their gradients: at most ${worst.apart.toExponential(1)} apart (${worst.name})`);
const wrong = rows.filter(({ apart }) => !(apart <= BOUND));
if (wrong.length > 0) throw new Error(`apart by more than ${BOUND}: ${JSON.stringify(wrong)}`);
