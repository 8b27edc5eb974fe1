import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { convolutionCases, cornerCounter, type ConvolutionCase } from './convolutionCases.js';
import { difference, numbers, runKernel, type Values } from './twoBackends.js';

/** `dx` by the definition: each window's `dy`, in equal shares, to its pixels that are not padding. */
function sharedOut({ x: [batch, height, width, channels], filter, dy, strides, pad, dimRoundingMode, seed }: ConvolutionCase): Values {
  const shape = [batch, height, width, channels];
  const { padInfo } = tf.backend_util.computePool2DInfo(
    [batch, height, width, channels],
    [filter[0], filter[1]],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const gradient = tf.buffer(dy, 'float32', numbers(dy, seed).values as Float32Array);
  const dx = tf.buffer(shape);
  const inside = (from: number, count: number, end: number) =>
    Array.from({ length: count }, (_, index) => from + index).filter((place) => place >= 0 && place < end);
  for (let picture = 0; picture < batch; picture++) {
    for (let row = 0; row < dy[1]; row++) {
      for (let column = 0; column < dy[2]; column++) {
        const rows = inside(row * strides[0] - padInfo.top, filter[0], height);
        const columns = inside(column * strides[1] - padInfo.left, filter[1], width);
        for (const y of rows) {
          for (const x of columns) {
            for (let channel = 0; channel < channels; channel++) {
              const share = gradient.get(picture, row, column, channel) / (rows.length * columns.length);
              dx.set(dx.get(picture, y, x, channel) + share, picture, y, x, channel);
            }
          }
        }
      }
    }
  }
  return { shape, values: dx.values };
}

describe.each(['wasm', 'cpu'] as const)('AvgPoolGrad on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('gives each pixel its share of every window to 1e-5, over 150 shapes, strides and paddings, and leaks nothing', () => {
    const corners = cornerCounter();
    fc.assert(
      fc.property(convolutionCases('pooling'), (c) => {
        corners.count(c);
        const attrs = { filterSize: [c.filter[0], c.filter[1]], strides: c.strides, pad: c.pad, dimRoundingMode: c.dimRoundingMode };
        const [dx] = runKernel('AvgPoolGrad', { dy: numbers(c.dy, c.seed), input: numbers(c.x, 0) }, attrs);
        expect(difference(dx, sharedOut(c))).toBeLessThanOrEqual(1e-5);
      }),
      { seed: 20140917, numRuns: 150 },
    );
    expect(corners.missed()).toEqual([]);
  });

  it('is the derivative of its own forward pass at the border, where 4 of a 3×3 window are pixels', () => {
    const slope = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.avgPool(x as tf.Tensor4D, 3, 2, 'same')))(tf.zeros([1, 3, 3, 1]))
        .dataSync(),
    );
    // Two windows a side, each over two of three pixels: a corner is one of 4, an edge's middle of two windows, the center of all four.
    const expected = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((windows) => windows / 4);
    expect([...slope]).toEqual(expected);
  });
});
