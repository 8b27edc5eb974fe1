// A module's branches are free in kernel, stride and pool; they must only leave maps of one size.
import { conv2dBN, inceptionModule, tf, useBackend, type Step } from 'tfjs-inception';

/** Four ways from 28×28 to 14×14. */
const HALVING: Step[][] = [
  [{ op: 'convolution', name: '7x7', filters: 16, kernelSize: 7, strides: 2 }],
  [
    { op: 'convolution', name: '1x3', filters: 24, kernelSize: [1, 3], strides: [1, 2] },
    { op: 'convolution', name: '3x1', filters: 32, kernelSize: [3, 1], strides: [2, 1] },
  ],
  [{ op: 'averagePool', name: 'average', poolSize: 2, strides: 2 }],
  [{ op: 'maxPool', name: 'maximum', poolSize: 3, strides: 2 }],
];

export async function freeBranches(print: (line: string) => void = console.log) {
  await useBackend();
  const input = tf.input({ shape: [28, 28, 8] });
  // A padding of (kernel − 1) / 2 keeps the size at stride 1, so that 1×1, 3×3 and 5×5 can stand side by side.
  const padded = [1, 3, 5].map((kernelSize) => {
    const zeros = (kernelSize - 1) / 2;
    const { shape } = conv2dBN(input, { filters: 8, kernelSize, padding: { zeros } });
    print(`kernel ${kernelSize}×${kernelSize}, padding ${zeros}: ${shape.slice(1).join('×')}`);
    return { kernelSize, zeros, shape: shape.slice(1) };
  });
  const unpadded = [1, 3, 5].map((kernelSize) => {
    const { shape } = conv2dBN(input, { filters: 8, kernelSize, padding: 'valid' });
    print(`kernel ${kernelSize}×${kernelSize}, no padding: ${shape.slice(1).join('×')}`);
    return { kernelSize, shape: shape.slice(1) };
  });
  const halved = inceptionModule(input, { branches: HALVING }).shape.slice(1);
  print(`7×7 stride 2, 1×3 and 3×1, average pool, max pool: ${halved.join('×')}`);
  return { padded, unpadded, halved };
}
