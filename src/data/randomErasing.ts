import { erasingSettings, type RandomErasing } from './augmentation.js';
import { between, type Draw } from './draw.js';
import { hashWords, PURPOSE } from './random.js';
import type { Rectangle } from './resample.js';

/** How many rectangles are tried before the picture stays whole; the paper tries without end, its authors' program a hundred times. */
const ERASING_ATTEMPTS = 100;

/**
 * The rectangle to erase, in whole pixels: as the paper has it, its share of the area is drawn evenly, its height over width evenly, its
 * upper left corner evenly from the whole picture, and all of them again where it reaches over the border.
 *
 * @returns Undefined where nothing is to be erased.
 * @see Zhong et al. 2017, arXiv:1708.04896, algorithm 1
 */
export function drawErasure(draw: Draw, erase: RandomErasing, width: number, height: number): Rectangle | undefined {
  const { probability, area, aspect } = erasingSettings(erase);
  if (between(draw, PURPOSE.erase, 0, 1) >= probability) return undefined;
  for (let attempt = 0; attempt < ERASING_ATTEMPTS; attempt++) {
    const pixels = between(draw, PURPOSE.eraseArea, area[0], area[1], attempt) * width * height;
    const heightOverWidth = between(draw, PURPOSE.eraseAspect, 1 / aspect[1], 1 / aspect[0], attempt);
    const rectangle = {
      left: Math.floor(between(draw, PURPOSE.eraseLeft, 0, width, attempt)),
      top: Math.floor(between(draw, PURPOSE.eraseTop, 0, height, attempt)),
      width: Math.max(1, Math.round(Math.sqrt(pixels / heightOverWidth))),
      height: Math.max(1, Math.round(Math.sqrt(pixels * heightOverWidth))),
    };
    if (rectangle.left + rectangle.width <= width && rectangle.top + rectangle.height <= height) return rectangle;
  }
  return undefined;
}

/** The picture's mean color, rounded. */
function meanColor(pixels: Uint8Array): [red: number, green: number, blue: number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < pixels.length; i += 3) {
    sums[0] += pixels[i];
    sums[1] += pixels[i + 1];
    sums[2] += pixels[i + 2];
  }
  return sums.map((sum) => Math.round((sum * 3) / pixels.length)) as [number, number, number];
}

/** What a pixel of the picture is filled with, its three bytes in one number. */
function fillOf(draw: Draw, fill: Required<RandomErasing>['fill'], pixels: Uint8Array): (pixel: number) => number {
  if (fill === 'noise') {
    const picture = between(draw, PURPOSE.eraseNoise, 0, 2 ** 32);
    return (pixel) => hashWords([picture, pixel]);
  }
  const [red, green, blue] = fill === 'mean' ? meanColor(pixels) : fill;
  const color = (red << 16) | (green << 8) | blue;
  return () => color;
}

/**
 * Random erasing, in place.
 *
 * @param pixels RGB bytes, `[height, width, 3]`.
 * @see Zhong et al. 2017, arXiv:1708.04896
 */
export function eraseAtRandom(pixels: Uint8Array, width: number, erase: RandomErasing, draw: Draw): void {
  const rectangle = drawErasure(draw, erase, width, pixels.length / 3 / width);
  if (!rectangle) return;
  const fill = fillOf(draw, erasingSettings(erase).fill, pixels);
  for (let y = rectangle.top; y < rectangle.top + rectangle.height; y++) {
    const start = y * width + rectangle.left;
    for (let pixel = start; pixel < start + rectangle.width; pixel++) {
      const color = fill(pixel);
      pixels[pixel * 3] = color >>> 16;
      pixels[pixel * 3 + 1] = color >>> 8;
      pixels[pixel * 3 + 2] = color;
    }
  }
}
