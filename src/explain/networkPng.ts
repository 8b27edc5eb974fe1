import sharp from 'sharp';
import type { SpecOrModel } from '../cost/specOf.js';
import type { DrawingOptions } from './drawingOptions.js';
import { networkPicture } from './networkSvg.js';

/** Pixels of a side: the picture library draws no larger. */
const LARGEST_SIDE = 32_767;

/** A picture in pixels. */
export interface NetworkPng {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1, or less where the picture had to be made smaller to be drawn at all. */
  readonly scale: number;
}

/**
 * What `networkSvg` draws as a PNG, for documents that take no SVG. The fonts are those of the machine it is made on.
 *
 * @returns The file, its size in pixels, and by how much it had to be scaled down: a PNG has at most 32,767 pixels a side here.
 * @throws InceptionError as `costOf` does; `INVALID_ARGUMENT` for an unknown option.
 * @example
 * ```ts
 * const { data } = await networkPng(networkSpec('inception-v3'));
 * await writeFile('inception-v3.png', data);
 * ```
 */
export async function networkPng(specOrModel: SpecOrModel, options: DrawingOptions = {}): Promise<NetworkPng> {
  const { svg, width, height } = networkPicture(specOrModel, options, 'networkPng');
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const drawn = await sharp(Buffer.from(svg), { density: 72 * scale, limitInputPixels: false })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { data: drawn.data, width: drawn.info.width, height: drawn.info.height, scale };
}
