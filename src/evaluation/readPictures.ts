import type { ImageDataset, ViewBatch } from '../data/dataset.js';
import { expectedGot } from '../errors.js';
import type { InputSize } from './assertDatasetFits.js';
import { cropViews, type CropCount } from './crops.js';
import type { PictureBytes } from './imagesTensor.js';
import { distinctViews } from './scoreViews.js';

/** Some pictures as each of several networks is to see them. */
export interface PicturesRead {
  readonly labels: Int32Array;
  readonly indices: Int32Array;
  /** One for each size that was asked for. */
  readonly inputs: readonly PictureBytes[];
}

/** Items of several sources side by side, until one ends; all are left when the caller leaves. */
async function* sideBySide<Item>(sources: readonly AsyncIterable<Item>[]): AsyncGenerator<Item[], void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    for (;;) {
      const results = await Promise.all(iterators.map((iterator) => iterator.next()));
      if (results.some(({ done }) => done)) return;
      yield results.map(({ value }) => value as Item);
    }
  } finally {
    await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
  }
}

/** @throws InceptionError `INVALID_ARGUMENT` if the dataset cannot give views. */
function viewSources(where: string, dataset: ImageDataset, sizes: readonly InputSize[], crops: CropCount): AsyncIterable<ViewBatch>[] {
  if (dataset.views === undefined) {
    const expected = 'a dataset that gives views of its pictures, from imageFolder or imageArrays';
    throw expectedGot('INVALID_ARGUMENT', where, expected, 'one without', 'Use one crop, and networks of its picture size.');
  }
  // One crop is the dataset's own centre, which need not be the usual share of the picture.
  return sizes.map((size) => dataset.views!({ size, views: crops === 1 ? undefined : distinctViews(cropViews(size, crops)).views }));
}

/**
 * Reads a dataset once for all networks: its own batches where they will do, otherwise views cut from the pictures.
 *
 * @param sizes One for each network.
 * @throws InceptionError `INVALID_ARGUMENT` if views are needed and the dataset cannot give any.
 */
export async function* readPictures(
  where: string,
  dataset: ImageDataset,
  sizes: readonly InputSize[],
  crops: CropCount,
): AsyncGenerator<PicturesRead, void, undefined> {
  const different = [...new Map(sizes.map((size) => [String(size), size])).values()];
  const places = sizes.map((size) => different.findIndex((other) => String(other) === String(size)));
  const isOwn = crops === 1 && different.length === 1 && String(different[0]) === String(dataset.size);
  const sources = isOwn ? [dataset.batches(0)] : viewSources(where, dataset, different, crops);
  for await (const batches of sideBySide<ViewBatch>(sources)) {
    const [{ labels, indices }] = batches;
    yield { labels, indices, inputs: places.map((place) => batches[place]) };
  }
}
