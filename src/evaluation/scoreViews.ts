import type { PictureView } from '../data/pictureView.js';
import type { PictureBytes } from './imagesTensor.js';
import { meanOfLogs } from './metrics.js';
import type { LogProbabilities, Scorer } from './scorer.js';

/** Views without their repetitions: GoogLeNet's 144 hold the whole of each square once a scale, which is the same view four times. */
export interface DistinctViews {
  readonly views: readonly PictureView[];
  /** For each view that was asked for, which of `views` it is. */
  readonly positions: readonly number[];
}

/** Leaves out what would be computed twice. */
export function distinctViews(all: readonly PictureView[]): DistinctViews {
  const views: PictureView[] = [];
  const known = new Map<string, number>();
  const positions = all.map((view) => {
    const key = JSON.stringify([view.frame, view.place, view.side, view.mirror]);
    const position = known.get(key) ?? views.push(view) - 1;
    known.set(key, position);
    return position;
  });
  return { views, positions };
}

/** Scores pictures, at most `limit` at once. */
async function scoreParts(scorer: Scorer, { pixels, shape }: PictureBytes, limit: number): Promise<LogProbabilities> {
  const [count, height, width, channels] = shape;
  const length = height * width * channels;
  const byHead: Record<string, Float64Array[]> = Object.fromEntries(scorer.heads.map((head) => [head, []]));
  for (let from = 0; from < count; from += limit) {
    const to = Math.min(count, from + limit);
    const part = { pixels: pixels.subarray(from * length, to * length), shape: [to - from, height, width, channels] as const };
    for (const [head, rows] of Object.entries(await scorer.score(part))) byHead[head].push(...rows);
  }
  return byHead;
}

/**
 * What a model says of pictures by the mean of the probabilities it gives to their views.
 *
 * @param pictures All views of the first picture, then of the next, in the order of `positions`' views.
 * @param limit The most views to compute at once.
 * @returns One row per picture.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §7.
 */
export async function scoreViews(
  scorer: Scorer,
  pictures: PictureBytes,
  { views, positions }: DistinctViews,
  limit: number,
): Promise<LogProbabilities> {
  const scored = await scoreParts(scorer, pictures, limit);
  if (views.length === 1) return scored;
  const count = pictures.shape[0] / views.length;
  const average = (rows: readonly Float64Array[]): Float64Array[] =>
    Array.from({ length: count }, (_, picture) => meanOfLogs(positions.map((position) => rows[picture * views.length + position])));
  return Object.fromEntries(Object.entries(scored).map(([head, rows]) => [head, average(rows)]));
}
