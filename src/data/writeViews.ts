import { readFile } from 'node:fs/promises';
import { NO_AUGMENTATION } from './augmentation.js';
import { decodePicture } from './decodePicture.js';
import type { PictureSource } from './pictureTask.js';
import { viewRectangle, type PictureView } from './pictureView.js';
import { decodedShorterSide, writeBytes } from './preparePicture.js';
import { resample, type Picture } from './resample.js';

/** What is to be made of each picture. */
export interface ViewPlan {
  /** The network's input in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly views: readonly PictureView[];
}

/** Cut views from pictures. */
export interface ViewsTask extends ViewPlan {
  readonly kind: 'views';
  readonly sources: readonly PictureSource[];
}

/** The shorter side in pixels that a picture is decoded to, if it is larger: no view is enlarged. */
export function viewedShorterSide({ size, views }: ViewPlan): number {
  const smallest = Math.min(...views.map(({ side }) => side));
  return Math.max(
    decodedShorterSide({ size, cropFraction: 1, augmentation: NO_AUGMENTATION, seed: 0 }),
    Math.ceil(Math.max(...size) / smallest),
  );
}

const sameArea = (one: PictureView, other: PictureView): boolean =>
  one.frame === other.frame && one.side === other.side && one.place.join() === other.place.join();

/**
 * Resamples every view straight from the picture.
 *
 * @param output Receives the RGB bytes, `[views, height, width, 3]`.
 */
export function writeViews(picture: Picture, { size, views }: ViewPlan, output: Uint8Array): void {
  const [height, width] = size;
  const length = height * width * 3;
  let values: Float32Array = new Float32Array();
  views.forEach((view, index) => {
    const before = views[index - 1];
    // A view and its mirror image, one after the other, are resampled once.
    if (!before || !sameArea(before, view)) values = resample(picture, viewRectangle(view, picture, width / height), size);
    writeBytes(values, width, view.mirror, output.subarray(index * length, (index + 1) * length));
  });
}

async function readWhole(source: PictureSource, plan: ViewPlan): Promise<Picture> {
  if ('path' in source) return decodePicture(await readFile(source.path), viewedShorterSide(plan), source.path);
  const { memory, offset, width, height } = source;
  return { pixels: new Uint8Array(memory, offset, width * height * 3), width, height };
}

/** The views of pictures, one picture after the other: RGB bytes, `[sources · views, height, width, 3]`. */
export async function cutViews(task: ViewsTask): Promise<Uint8Array> {
  const length = task.views.length * task.size[0] * task.size[1] * 3;
  const output = new Uint8Array(task.sources.length * length);
  for (const [index, source] of task.sources.entries()) {
    writeViews(await readWhole(source, task), task, output.subarray(index * length, (index + 1) * length));
  }
  return output;
}
