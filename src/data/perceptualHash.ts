import type { Picture } from './resample.js';

/** Cells across and down: eight differences between neighbours in each of eight rows make 64 bits. */
const THUMBNAIL_COLUMNS = 9;
const THUMBNAIL_ROWS = 8;

/** A thumbnail's length. */
export const THUMBNAIL_BYTES = THUMBNAIL_ROWS * THUMBNAIL_COLUMNS * 3;

/** Rec. 601 luma in thousandths. */
const LUMA = [299, 587, 114] as const;

/** Where the cells of one axis begin and end, in whole pixels; each has one at least, so that a picture of one pixel has cells too. */
function cellBounds(length: number, cells: number): { from: number; to: number }[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * length) / cells);
    return { from, to: Math.max(from + 1, Math.floor(((cell + 1) * length) / cells)) };
  });
}

/**
 * The mean color of each of 9 × 8 cells that divide the whole picture: cell `i` of `n` along a side of `s` pixels begins at
 * `⌊i·s/n⌋` and ends before `⌊(i + 1)·s/n⌋`.
 *
 * @param picture Upright.
 * @returns RGB, rounded, `[8, 9, 3]`: 216 bytes.
 */
export function thumbnailOf({ pixels, width, height }: Picture): Uint8Array {
  const columns = cellBounds(width, THUMBNAIL_COLUMNS);
  const thumbnail = new Uint8Array(THUMBNAIL_BYTES);
  let at = 0;
  for (const row of cellBounds(height, THUMBNAIL_ROWS)) {
    for (const column of columns) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let y = row.from; y < row.to; y++) {
        for (let i = (y * width + column.from) * 3, end = (y * width + column.to) * 3; i < end; i += 3) {
          red += pixels[i];
          green += pixels[i + 1];
          blue += pixels[i + 2];
        }
      }
      const count = (row.to - row.from) * (column.to - column.from);
      for (const sum of [red, green, blue]) thumbnail[at++] = Math.round(sum / count);
    }
  }
  return thumbnail;
}

/**
 * The 64-bit difference hash of a picture. Bit `8·row + column`, counted from the most significant, is 1 where the Rec. 601 luma of the
 * thumbnail's cell (row, column), rounded to a whole level, is less than that of its right neighbour. Pictures that differ in size,
 * compression or slightly in exposure differ in few bits; a picture of one color has none set.
 *
 * @param thumbnail As {@link thumbnailOf} gives it.
 * @returns 16 hexadecimal digits.
 */
export function perceptualHash(thumbnail: Uint8Array): string {
  const luma = (cell: number): number =>
    Math.round(LUMA.reduce((sum, part, channel) => sum + part * thumbnail[cell * 3 + channel], 0) / 1000);
  let digits = '';
  for (let row = 0; row < THUMBNAIL_ROWS; row++) {
    let byte = 0;
    for (let column = 1; column < THUMBNAIL_COLUMNS; column++) {
      const cell = row * THUMBNAIL_COLUMNS + column;
      byte = (byte << 1) | Number(luma(cell - 1) < luma(cell));
    }
    digits += byte.toString(16).padStart(2, '0');
  }
  return digits;
}
