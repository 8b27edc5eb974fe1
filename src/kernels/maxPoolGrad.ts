import * as tf from '@tensorflow/tfjs';
import { floats, wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly dy: tf.TensorInfo;
  readonly input: tf.TensorInfo;
}

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The gradient of max pooling: each window's `dy` goes to the first of its largest pixels, as on the cpu backend. */
export const maxPoolGrad = wasmKernel<Inputs, Attributes>('MaxPoolGrad', ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs;
  const shape = input.shape as [number, number, number, number];
  const g = tf.backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad, attrs.dimRoundingMode);
  const out = backend.makeOutput([...shape], 'float32');
  const dx = floats(backend, out);
  const x = floats(backend, input);
  const gradient = floats(backend, dy);
  dx.fill(0);
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth } = g;
  const [outHeight, outWidth] = [dy.shape[1]!, dy.shape[2]!];
  const best = new Float32Array(inChannels);
  const where = new Int32Array(inChannels);
  for (let line = 0, source = 0; line < g.batchSize * outHeight; line++) {
    const picture = Math.floor(line / outHeight) * inHeight;
    const top = (line % outHeight) * g.strideHeight - g.padInfo.top;
    for (let column = 0; column < outWidth; column++, source += inChannels) {
      const left = column * g.strideWidth - g.padInfo.left;
      best.fill(-Infinity);
      where.fill(-1);
      for (let row = Math.max(0, top); row < Math.min(inHeight, top + filterHeight); row++) {
        for (let pixel = Math.max(0, left); pixel < Math.min(inWidth, left + filterWidth); pixel++) {
          const start = ((picture + row) * inWidth + pixel) * inChannels;
          for (let channel = 0; channel < inChannels; channel++) {
            const value = x[start + channel]!;
            if (value > best[channel]!) {
              best[channel] = value;
              where[channel] = start + channel;
            }
          }
        }
      }
      for (let channel = 0; channel < inChannels; channel++) {
        const target = where[channel]!;
        if (target >= 0) dx[target]! += gradient[source + channel]!;
      }
    }
  }
  return out;
});
