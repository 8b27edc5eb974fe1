import type { Augmentation } from './augmentation.js';
import { COLOR_RANGES, type ColorDistortion } from './distortColors.js';
import { between, type Draw } from './draw.js';
import { PURPOSE } from './random.js';
import type { Interpolation, Rectangle } from './resample.js';

/** How many rectangles are tried before the largest one of a permitted shape is taken. */
const CROP_ATTEMPTS = 10;

const INTERPOLATIONS: readonly Interpolation[] = ['bilinear', 'area', 'nearest', 'cubic'];

/** The largest rectangle of width over height `aspect` in the middle of a picture, its sides times `fraction`. */
export function centerRectangle(width: number, height: number, aspect: number, fraction: number): Rectangle {
  const cropWidth = Math.min(width, height * aspect) * fraction;
  const cropHeight = Math.min(height, width / aspect) * fraction;
  return { left: (width - cropWidth) / 2, top: (height - cropHeight) / 2, width: cropWidth, height: cropHeight };
}

/**
 * A random rectangle: area evenly, aspect evenly on a logarithmic scale, place evenly. One that does not fit is drawn again, ten times
 * at most; then the largest centred one with the nearest permitted aspect is taken.
 */
export function drawCrop(draw: Draw, crop: NonNullable<Augmentation['crop']>, width: number, height: number): Rectangle {
  const [narrowest, widest] = crop.aspect;
  for (let attempt = 0; attempt < CROP_ATTEMPTS; attempt++) {
    const area = between(draw, PURPOSE.cropArea, crop.area[0], crop.area[1], attempt) * width * height;
    const aspect = Math.exp(between(draw, PURPOSE.cropAspect, Math.log(narrowest), Math.log(widest), attempt));
    const cropWidth = Math.sqrt(area * aspect);
    const cropHeight = Math.sqrt(area / aspect);
    if (cropWidth > width || cropHeight > height) continue;
    return {
      left: between(draw, PURPOSE.cropLeft, 0, width - cropWidth, attempt),
      top: between(draw, PURPOSE.cropTop, 0, height - cropHeight, attempt),
      width: cropWidth,
      height: cropHeight,
    };
  }
  return centerRectangle(width, height, Math.min(widest, Math.max(narrowest, width / height)), 1);
}

export function drawInterpolation(draw: Draw, interpolation: Augmentation['interpolation']): Interpolation {
  return interpolation === 'random'
    ? INTERPOLATIONS[Math.floor(between(draw, PURPOSE.interpolation, 0, INTERPOLATIONS.length))]
    : 'bilinear';
}

export function drawFlip(draw: Draw, flip = false): boolean {
  return flip && between(draw, PURPOSE.flip, 0, 1) < 0.5;
}

/** @param strength 0 to 1 of TF-slim's ranges. */
export function drawColorDistortion(draw: Draw, strength: number): ColorDistortion {
  const around = (purpose: number, middle: number, range: number): number =>
    between(draw, purpose, middle - range * strength, middle + range * strength);
  return {
    order: Math.floor(between(draw, PURPOSE.colorOrder, 0, 4)) as ColorDistortion['order'],
    brightness: around(PURPOSE.brightness, 0, COLOR_RANGES.brightness),
    saturation: around(PURPOSE.saturation, 1, COLOR_RANGES.saturation),
    hue: around(PURPOSE.hue, 0, COLOR_RANGES.hue),
    contrast: around(PURPOSE.contrast, 1, COLOR_RANGES.contrast),
  };
}
