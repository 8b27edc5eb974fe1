import { expectedGot } from '../errors.js';
import { cropViews } from '../evaluation/crops.js';
import { combineHeads } from '../evaluation/heads.js';
import { logSoftmax } from '../evaluation/metrics.js';
import { distinctViews, type DistinctViews } from '../evaluation/scoreViews.js';
import type { PicturePool } from '../data/picturePool.js';
import type { ImageSource } from './classifier.js';
import type { ClassifierEngine, Pixels } from './classifierEngine.js';
import type { ClassifierSettings } from './classifierOptions.js';
import type { PictureNetwork } from './pictureNetwork.js';
import { readImage, readViews } from './readImage.js';

/** One of the networks that a classifier asks, and what computes it. */
export class ClassifierMember {
  private readonly distinct: DistinctViews;

  constructor(
    readonly network: PictureNetwork,
    readonly engine: ClassifierEngine,
    private readonly settings: ClassifierSettings,
  ) {
    this.distinct = distinctViews(cropViews(network.size, settings.crops));
  }

  /** How many views of a picture it computes. */
  get views(): number {
    return this.distinct.views.length;
  }

  /**
   * @param pool The threads that decode files, or none to decode them in this one.
   * @returns The views of one picture, as this network is to see them: `[views, height, width, 3]`, RGB 0–255.
   * @throws InceptionError As `classify`.
   */
  read(where: string, image: ImageSource, pool?: PicturePool): Promise<Pixels> {
    const { size } = this.network;
    const { crops, cropFraction } = this.settings;
    if (crops === 1) return readImage(where, image, { size, cropFraction }, pool);
    return readViews(where, image, { size, views: this.distinct.views }, pool);
  }

  /**
   * @param pictures As `read` gives them.
   * @returns One probability a class for each picture: the mean over its crops, of what the heads make of each picture.
   * @throws InceptionError `CORRUPT_WEIGHTS` if one is not finite.
   */
  async answer(pictures: readonly Pixels[]): Promise<number[][]> {
    const rows = await this.rowsOf(pictures);
    const { name, headNames } = this.network;
    return pictures.map((_, picture) => {
      const byHead = Object.fromEntries(headNames.map((head, index) => [head, this.meanOverCrops(rows[index], picture)]));
      const probabilities = combineHeads(byHead, this.settings.heads);
      if (probabilities.every(Number.isFinite)) return probabilities;
      const advice = 'Its weights are not finite: training diverged, or they do not belong to it.';
      throw expectedGot('CORRUPT_WEIGHTS', name, 'probabilities', probabilities, advice);
    });
  }

  private meanOverCrops(rows: readonly ArrayLike<number>[], picture: number): ArrayLike<number> {
    const { views, positions } = this.distinct;
    const first = picture * views.length;
    if (views.length === 1) return rows[first];
    return Array.from(rows[first], (_, label) => positions.reduce((sum, view) => sum + rows[first + view][label], 0) / positions.length);
  }

  /** By head: the probabilities of every view. */
  private async rowsOf(pictures: readonly Pixels[]): Promise<ArrayLike<number>[][]> {
    const { size, headNames, atOnce, endsIn } = this.network;
    const length = size[0] * size[1] * 3;
    const byHead: ArrayLike<number>[][] = headNames.map(() => []);
    const views = pictures.flatMap((pixels) =>
      Array.from({ length: this.views }, (_, view) => pixels.subarray(view * length, (view + 1) * length)),
    );
    for (let from = 0; from < views.length; from += atOnce) {
      const heads = await this.engine.run(views.slice(from, from + atOnce));
      heads.forEach((rows, head) => byHead[head].push(...(endsIn === 'logits' ? rows.map(softmax) : rows)));
    }
    return byHead;
  }
}

const softmax = (logits: Float32Array): Float64Array => logSoftmax(logits).map(Math.exp);
