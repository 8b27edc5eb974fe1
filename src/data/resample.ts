import { scratchFloats } from './scratch.js';

/** A decoded picture: RGB bytes, laid out `[height, width, 3]`. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A rectangle of a picture in its pixels; the numbers need not be whole. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Interpolation = 'bilinear' | 'area' | 'nearest' | 'cubic';

/** The filters, over distances in output pixels: `radius` is where they end. Catmull–Rom for cubic, as TensorFlow and Pillow have it. */
const FILTERS: Record<Exclude<Interpolation, 'nearest'>, { radius: number; weight: (distance: number) => number }> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  area: { radius: 0.5, weight: (x) => (x >= -0.5 && x < 0.5 ? 1 : 0) },
  cubic: {
    radius: 2,
    weight: (distance) => {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
};

/** For each output pixel: the first source pixel it reads, how many, and their weights (`taps` places each, the rest zero). */
interface Reading {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

/** Which source pixels of one axis make up each output pixel. Where the picture shrinks, the filter widens with it (antialiasing). */
function readingOf(start: number, length: number, sourceLength: number, outputLength: number, interpolation: Interpolation): Reading {
  const scale = length / outputLength;
  const clamp = (position: number): number => Math.min(sourceLength - 1, Math.max(0, position));
  const first = new Int32Array(outputLength);
  const count = new Int32Array(outputLength).fill(1);
  if (interpolation === 'nearest') {
    for (let i = 0; i < outputLength; i++) first[i] = clamp(Math.floor(start + (i + 0.5) * scale));
    return { first, count, weights: new Float32Array(outputLength).fill(1), taps: 1 };
  }
  const { radius, weight } = FILTERS[interpolation];
  const stretch = Math.max(1, scale);
  const support = radius * stretch;
  const taps = Math.ceil(2 * support) + 2;
  const weights = new Float32Array(outputLength * taps);
  for (let i = 0; i < outputLength; i++) {
    const center = start + (i + 0.5) * scale;
    const low = clamp(Math.floor(center - support));
    const high = clamp(Math.ceil(center + support) - 1);
    let sum = 0;
    for (let j = low; j <= high; j++) sum += weights[i * taps + j - low] = weight((j + 0.5 - center) / stretch);
    first[i] = low;
    count[i] = high - low + 1;
    for (let j = 0; j <= high - low; j++) weights[i * taps + j] /= sum;
  }
  return { first, count, weights, taps };
}

const scratchRows = scratchFloats();

/** Rows `top` to `bottom` of the picture, each brought to the output's width: `[bottom − top, width, 3]`. */
function resampleRows(picture: Picture, columns: Reading, top: number, bottom: number): Float32Array {
  const { pixels, width: sourceWidth } = picture;
  const { first, count, weights, taps } = columns;
  const width = first.length;
  const rows = scratchRows((bottom - top) * width * 3);
  let to = 0;
  for (let y = top; y < bottom; y++) {
    const start = y * sourceWidth;
    for (let x = 0; x < width; x++, to += 3) {
      let from = (start + first[x]) * 3;
      let tap = x * taps;
      const end = tap + count[x];
      let weight = weights[tap];
      let red = weight * pixels[from];
      let green = weight * pixels[from + 1];
      let blue = weight * pixels[from + 2];
      while (++tap < end) {
        from += 3;
        weight = weights[tap];
        red += weight * pixels[from];
        green += weight * pixels[from + 1];
        blue += weight * pixels[from + 2];
      }
      rows[to] = red;
      rows[to + 1] = green;
      rows[to + 2] = blue;
    }
  }
  return rows;
}

/** Output rows from the source rows that each reads, weighted; the sum is rounded to 32 bits after each of them. */
function mixRows(rows: Float32Array, top: number, { first, count, weights, taps }: Reading, stride: number, output: Float32Array): void {
  for (let y = 0; y < first.length; y++) {
    const to = y * stride;
    const one = (first[y] - top) * stride;
    // The first two at once: nearly half of the loads and stores. The output need not be cleared for them.
    const other = count[y] > 1 ? one + stride : one;
    const oneWeight = weights[y * taps];
    const otherWeight = count[y] > 1 ? weights[y * taps + 1] : 0;
    for (let i = 0; i < stride; i++) output[to + i] = Math.fround(oneWeight * rows[one + i]) + otherWeight * rows[other + i];
    for (let tap = 2; tap < count[y]; tap++) {
      const weight = weights[y * taps + tap];
      const from = one + tap * stride;
      for (let i = 0; i < stride; i++) output[to + i] += weight * rows[from + i];
    }
  }
}

/**
 * A rectangle of a picture at another size, antialiased where it shrinks.
 *
 * @param output Receives the result, if given.
 * @returns RGB, `[height, width, 3]`, not rounded; cubic may reach a little outside 0–255.
 */
export function resample(
  picture: Picture,
  rectangle: Rectangle,
  [height, width]: readonly [height: number, width: number],
  interpolation: Interpolation = 'bilinear',
  output = new Float32Array(height * width * 3),
): Float32Array<ArrayBuffer> {
  const columns = readingOf(rectangle.left, rectangle.width, picture.width, width, interpolation);
  const lines = readingOf(rectangle.top, rectangle.height, picture.height, height, interpolation);
  const top = lines.first[0];
  const bottom = lines.first[height - 1] + lines.count[height - 1];
  mixRows(resampleRows(picture, columns, top, bottom), top, lines, width * 3, output);
  return output;
}
