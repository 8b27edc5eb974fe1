import sharp from 'sharp';
import { InceptionError } from '../errors.js';
import { isDrawing, reasonInBytes } from './pictureFormats.js';
import type { Picture } from './resample.js';

/** What shows through transparent pixels: white, the paper most cut-out pictures were made for. */
export const ALPHA_BACKGROUND = { r: 255, g: 255, b: 255 };

/** Pictures of more pixels than this (16,384 × 16,384) are refused: decoded, one would take 800 MB. */
export const MAX_PICTURE_PIXELS = 16_384 * 16_384;

/** Grey pictures as three equal channels. */
function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) pixels.fill(data[from], to, to + 3);
  return pixels;
}

/** A decoder's complaint on one line. */
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0];

/**
 * Decodes one picture to RGB bytes: first frame, turned as its EXIF orientation says, transparency flattened on white, 16 bits brought to
 * 8, CMYK and grey to RGB. Colour profiles are ignored, as every training pipeline ignores them.
 *
 * @param bytes JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG.
 * @param shorterSide Pictures larger than this are shrunk while decoding until their shorter side is this many pixels; smaller ones keep their size.
 * @param where How an error names the picture.
 * @throws InceptionError `UNREADABLE_IMAGE` if the bytes are no picture, are cut short or damaged.
 */
export async function decodePicture(bytes: Uint8Array, shorterSide: number, where: string): Promise<Picture> {
  if (bytes.length === 0) throw new InceptionError('UNREADABLE_IMAGE', `${where}: expected a picture, got an empty file.`);
  const known = reasonInBytes(bytes);
  if (known) throw new InceptionError('UNREADABLE_IMAGE', `${where}: expected a picture. ${known}`);
  try {
    // 'error' refuses truncated and damaged files, and lets pass the harmless warnings that many cameras' files give.
    const { data, info } = await sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: MAX_PICTURE_PIXELS })
      .autoOrient()
      .resize({ width: shorterSide, height: shorterSide, fit: 'outside', kernel: 'linear', withoutEnlargement: !isDrawing(bytes) })
      .flatten({ background: ALPHA_BACKGROUND })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: toRgb(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    throw new InceptionError(
      'UNREADABLE_IMAGE',
      `${where}: expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG picture, got one that does not decode (${firstLine(error)}).`,
      { cause: error },
    );
  }
}
