import { util, type TensorInfo } from '@tensorflow/tfjs';
import { floats, wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly segmentIds: TensorInfo;
}

interface Attributes {
  readonly numSegments: number;
}

/** Sums the rows of `x` by segment: the gradient of `tf.gather`. Rows with an id outside the segments belong to none. */
export const unsortedSegmentSum = wasmKernel<Inputs, Attributes>('UnsortedSegmentSum', ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs;
  const rank = segmentIds.shape.length;
  const rowShape = x.shape.slice(rank);
  const out = backend.makeOutput([attrs.numSegments, ...rowShape], x.dtype);
  const sums = floats(backend, out);
  const rows = floats(backend, x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const size = util.sizeFromShape(rowShape);
  sums.fill(0);
  ids.forEach((id, row) => {
    if (id < 0 || id >= attrs.numSegments) return;
    for (let column = 0; column < size; column++) sums[id * size + column] += rows[row * size + column];
  });
  return out;
});
