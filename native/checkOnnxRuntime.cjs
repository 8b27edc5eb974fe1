'use strict';
// Tries ONNX Runtime in a process of its own: node checkOnnxRuntime.cjs MAIN_FILE
// It runs one convolution of a picture of 3 × 3 ones with a 3 × 3 kernel of 1…9, whose answer is 45, and prints it.

process.env.ORT_DISABLE_TELEMETRY ??= '1';

// Protocol buffers by hand: a field is its number and kind, then a length and bytes, or a number.
const bytes = (field, ...parts) => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
};
const number = (field, value) => Buffer.from([field << 3, value]);

const FLOAT = 1;
const SHAPE = [1, 1, 3, 3];
const tensorType = (shape) => bytes(1, number(1, FLOAT), bytes(2, ...shape.map((size) => bytes(1, number(1, size)))));
const value = (field, name, shape) => bytes(field, bytes(1, name), bytes(2, tensorType(shape)));
const kernel = Buffer.from(Float32Array.from({ length: 9 }, (_, index) => index + 1).buffer);

const graph = [
  bytes(1, bytes(1, 'x'), bytes(1, 'w'), bytes(2, 'y'), bytes(4, 'Conv')),
  bytes(2, 'convolution'),
  bytes(5, ...SHAPE.map((size) => number(1, size)), number(2, FLOAT), bytes(8, 'w'), bytes(9, kernel)),
  value(11, 'x', SHAPE),
  value(12, 'y', [1, 1, 1, 1]),
];
const model = Buffer.concat([number(1, 8), bytes(7, ...graph), bytes(8, number(2, 13))]);

(async () => {
  const { InferenceSession, Tensor } = require(process.argv[2]);
  const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: ['cpu'] });
  const { y } = await session.run({ x: new Tensor('float32', new Float32Array(9).fill(1), SHAPE) });
  console.log(y.data[0]);
})().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
