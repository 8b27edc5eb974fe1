import type { ViewBatch } from './dataset.js';
import { madeAhead } from './madeAhead.js';
import type { LabelledPicture } from './pictureDataset.js';
import type { PicturePool } from './picturePool.js';
import type { PictureSource } from './pictureTask.js';
import type { ViewPlan } from './writeViews.js';

/** What views are cut with. */
export interface ViewBatchesOptions {
  /** The most views of a batch; a picture of more than that has a batch of its own. */
  readonly batch: number;
  readonly prefetch: number;
  readonly pool: PicturePool;
}

/** What is kept decoded of a file may be its centre alone: views are cut from the file itself. */
const wholeOf = ({ path, source }: LabelledPicture): PictureSource => (path === undefined ? source : { path });

/** The views of pictures, in the pictures' order, cut on the pool's threads. */
export function viewBatches(
  pictures: readonly LabelledPicture[],
  { size, views }: ViewPlan,
  { batch, prefetch, pool }: ViewBatchesOptions,
): AsyncIterable<ViewBatch> {
  const together = Math.max(1, Math.floor(batch / views.length));
  const to = Math.ceil(pictures.length / together);
  return madeAhead({ from: 0, to, ahead: prefetch }, async (position) => {
    const part = pictures.slice(position * together, (position + 1) * together);
    const pixels = await pool.run({ kind: 'views', size, views, sources: part.map(wholeOf) });
    return {
      pixels,
      shape: [part.length * views.length, ...size, 3] as const,
      labels: Int32Array.from(part, ({ label }) => label),
      indices: Int32Array.from(part, (_, index) => position * together + index),
    };
  });
}
