import type { WindowGeometry } from './convolutionGeometry.js';

/** A rectangle of one picture's output positions, and where it stands in its tile. */
export interface TilePart {
  readonly picture: number;
  readonly line: number;
  readonly lines: number;
  readonly column: number;
  readonly columns: number;
  /** Positions of the tile that come before this part. */
  readonly before: number;
}

/** Output positions that are worked on together. */
export interface OutputTile {
  readonly positions: number;
  readonly parts: readonly TilePart[];
}

/** Cuts a convolution's output into tiles of at most `limit` positions, each of one or several rectangles. */
export function outputTiles({ batchSize, outHeight, outWidth }: WindowGeometry, limit: number): OutputTile[] {
  const columns = evenPart(outWidth, limit);
  const lines = evenPart(outHeight, Math.max(1, Math.floor(limit / columns)));
  const tiles: { positions: number; parts: TilePart[] }[] = [];
  let tile = { positions: limit, parts: [] as TilePart[] };
  for (let picture = 0; picture < batchSize; picture++) {
    for (let line = 0; line < outHeight; line += lines) {
      for (let column = 0; column < outWidth; column += columns) {
        const part = { picture, line, column, lines: Math.min(lines, outHeight - line), columns: Math.min(columns, outWidth - column) };
        const positions = part.lines * part.columns;
        if (tile.positions + positions > limit) tiles.push((tile = { positions: 0, parts: [] }));
        tile.parts.push({ ...part, before: tile.positions });
        tile.positions += positions;
      }
    }
  }
  return tiles;
}

/** The size of the parts, none above `limit`, when a length is cut into as few and as even ones as possible. */
function evenPart(length: number, limit: number): number {
  return Math.ceil(length / Math.ceil(length / limit));
}
