import { poolGradient } from './poolGradient.js';

/** The gradient of max pooling: each window's `dy` goes to the first of its largest pixels, as on the cpu backend. */
export const maxPoolGrad = poolGradient('MaxPoolGrad', 'maxPoolWindows', (pixels, x, dx, gradient) => {
  let [where] = pixels;
  for (const pixel of pixels) if (x[pixel] > x[where]) where = pixel;
  dx[where] += gradient;
});
