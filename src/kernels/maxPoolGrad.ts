import { poolGradient } from './poolGradient.js';

/** The gradient of max pooling: each window's `dy` goes to the first of its largest pixels, as on the cpu backend. */
export const maxPoolGrad = poolGradient('MaxPoolGrad', 'maxPoolWindows', (pixels, x, dx, gradient) => {
  let where = -1;
  let largest = -Infinity;
  for (const pixel of pixels) {
    if (x[pixel] <= largest) continue;
    largest = x[pixel];
    where = pixel;
  }
  if (where >= 0) dx[where] += gradient;
});
