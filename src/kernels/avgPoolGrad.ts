import { poolGradient } from './poolGradient.js';

/**
 * The gradient of average pooling: each window's `dy`, divided among the pixels that were averaged. TensorFlow.js' own kernels for cpu and
 * wasm divide by the size of the whole window, although their forward pass does not count padding; TensorFlow does as this one.
 */
export const avgPoolGrad = poolGradient('AvgPoolGrad', 'averagePoolWindows', (pixels, _x, dx, gradient) => {
  for (const pixel of pixels) dx[pixel] += gradient / pixels.length;
});
