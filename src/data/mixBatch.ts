import type { MixedLabels } from './dataset.js';
import type { Mix } from './drawMixing.js';
import type { Rectangle } from './resample.js';

/** Rounded to the nearest byte. */
function writeMean(first: Uint8Array, second: Uint8Array, share: number, output: Uint8Array): void {
  const rest = 1 - share;
  for (let i = 0; i < output.length; i++) output[i] = (first[i] * share + second[i] * rest + 0.5) | 0;
}

function copyBox(from: Uint8Array, { left, top, width, height }: Rectangle, pictureWidth: number, to: Uint8Array): void {
  for (let row = top; row < top + height; row++) {
    const start = (row * pictureWidth + left) * 3;
    to.set(from.subarray(start, start + width * 3), start);
  }
}

/**
 * Mixes the pictures of a batch in place.
 *
 * @param pixels RGB bytes, `[count, height, width, 3]`, each picture as it would be without mixing.
 * @param mixing One mix a picture, whose boxes lie inside `[height, width]`.
 * @see mixup: Zhang et al. 2017, arXiv:1710.09412; CutMix: Yun et al. 2019, arXiv:1905.04899
 */
export function mixBatch(pixels: Uint8Array, mixing: readonly Mix[], pictureWidth: number): void {
  const length = pixels.length / mixing.length;
  const pictureOf = (all: Uint8Array, position: number): Uint8Array => all.subarray(position * length, (position + 1) * length);
  const unmixed = pixels.slice();
  mixing.forEach(({ partner, share, box }, position) => {
    if (share === 1) return;
    const output = pictureOf(pixels, position);
    const second = pictureOf(unmixed, partner);
    if (box) copyBox(second, box, pictureWidth, output);
    else writeMean(pictureOf(unmixed, position), second, share, output);
  });
}

/** What a mixed batch's pictures are of, besides their first classes. */
export function mixedLabels(labels: Int32Array, mixing: readonly Mix[]): MixedLabels {
  return {
    labels: labels.map((own, position) => (mixing[position].share === 1 ? own : labels[mixing[position].partner])),
    shares: Float32Array.from(mixing, ({ share }) => share),
  };
}
