/** How one picture's colours change. */
export interface ColorDistortion {
  /** Which of the four orders the changes are made in. */
  readonly order: 0 | 1 | 2 | 3;
  /** Added to every value, in 0–255 levels. */
  readonly brightness: number;
  /** Factor of the saturation; 1 leaves it. */
  readonly saturation: number;
  /** Added to the hue, in full turns. */
  readonly hue: number;
  /** Factor of every value's distance from its channel's mean; 1 leaves it. */
  readonly contrast: number;
}

/** The ranges at strength 1. Source: TF-slim, `inception_preprocessing.distort_color`. */
export const COLOR_RANGES = { brightness: 32, saturation: 0.5, hue: 0.2, contrast: 0.5 } as const;

type Change = 'brightness' | 'saturation' | 'hue' | 'contrast';

/** The orders in which the changes are made. Source: TF-slim, `inception_preprocessing.distort_color`, `color_ordering` 0 to 3. */
const ORDERS: Record<ColorDistortion['order'], readonly Change[]> = {
  0: ['brightness', 'saturation', 'hue', 'contrast'],
  1: ['saturation', 'brightness', 'contrast', 'hue'],
  2: ['contrast', 'hue', 'brightness', 'saturation'],
  3: ['hue', 'saturation', 'contrast', 'brightness'],
};

function addBrightness(pixels: Float32Array, levels: number): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] += levels;
}

/** HSV's saturation times `factor` at constant hue and value: every channel moves along its line to the largest one. */
function scaleSaturation(pixels: Float32Array, factor: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const largest = Math.max(red, green, blue);
    const range = largest - Math.min(red, green, blue);
    if (range <= 0 || largest <= 0) continue;
    const saturation = range / largest;
    const share = Math.min(1, saturation * factor) / saturation;
    pixels[i] = largest - (largest - red) * share;
    pixels[i + 1] = largest - (largest - green) * share;
    pixels[i + 2] = largest - (largest - blue) * share;
  }
}

/**
 * How far up a channel stands, 0 to 1, at a distance on the colour circle from its own peak; the circle has six parts.
 *
 * @param sixths −6 to 6.
 */
function rise(sixths: number): number {
  const distance = Math.abs(sixths);
  const nearest = distance > 3 ? 6 - distance : distance;
  return Math.min(1, Math.max(0, 2 - nearest));
}

/** HSV's hue turned by `turns`, −0.5 to 0.5, at constant saturation and value. */
function turnHue(pixels: Float32Array, turns: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const largest = Math.max(red, green, blue);
    const smallest = Math.min(red, green, blue);
    const range = largest - smallest;
    if (range <= 0) continue;
    let sixths = turns * 6;
    if (largest === red) sixths += (green - blue) / range;
    else if (largest === green) sixths += (blue - red) / range + 2;
    else sixths += (red - green) / range + 4;
    if (sixths >= 6) sixths -= 6;
    if (sixths < 0) sixths += 6;
    pixels[i] = smallest + range * rise(sixths);
    pixels[i + 1] = smallest + range * rise(sixths - 2);
    pixels[i + 2] = smallest + range * rise(sixths - 4);
  }
}

/** Every value's distance from its channel's mean, times `factor`. */
function scaleContrast(pixels: Float32Array, factor: number): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    red += pixels[i];
    green += pixels[i + 1];
    blue += pixels[i + 2];
  }
  const count = pixels.length / 3;
  red /= count;
  green /= count;
  blue /= count;
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = red + (pixels[i] - red) * factor;
    pixels[i + 1] = green + (pixels[i + 1] - green) * factor;
    pixels[i + 2] = blue + (pixels[i + 2] - blue) * factor;
  }
}

const CHANGES: Record<Change, (pixels: Float32Array, amount: number) => void> = {
  brightness: addBrightness,
  saturation: scaleSaturation,
  hue: turnHue,
  contrast: scaleContrast,
};

/**
 * Changes brightness, saturation, hue and contrast in place. Values may leave 0–255 on the way; whoever rounds them clips them.
 *
 * @param pixels RGB, 0–255, `[height, width, 3]`.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §6, after Howard 2013, arXiv:1312.5402; TF-slim's `inception_preprocessing`
 */
export function distortColors(pixels: Float32Array, distortion: ColorDistortion): void {
  for (const change of ORDERS[distortion.order]) CHANGES[change](pixels, distortion[change]);
}
