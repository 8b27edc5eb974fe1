import * as tf from '@tensorflow/tfjs';
import { expectedGot } from '../errors.js';
import { cropViews } from '../evaluation/crops.js';
import { combineHeads } from '../evaluation/heads.js';
import { distinctViews, type DistinctViews } from '../evaluation/scoreViews.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import type { ImageSource } from './classifier.js';
import type { ClassifierSettings } from './classifierOptions.js';
import { readImage, readViews } from './readImage.js';

/** Views computed at once: native backends gain nothing more from larger batches, and 8 pictures of 299² are 8 MB. */
const VIEWS_AT_ONCE = 8;

/** Pictures read for a network, `[pictures · views, height, width, 3]`, RGB 0–255. */
type Pixels = readonly (Uint8Array | Float32Array)[];

/** One of the networks that a classifier asks. */
export class ClassifierMember {
  /** From the input to the heads that are asked for; it shares the model's layers and owns nothing. */
  private readonly graph: tf.LayersModel;
  private readonly headNames: readonly string[];
  private readonly size: readonly [height: number, width: number];
  private readonly distinct: DistinctViews;

  constructor(
    readonly model: InceptionModel,
    private readonly settings: ClassifierSettings,
  ) {
    const [height, width] = model.spec.inputShape;
    this.size = [height, width];
    this.distinct = distinctViews(cropViews(this.size, settings.crops));
    this.headNames = settings.heads === 'main' ? ['main'] : Object.keys(model.heads);
    const outputs = this.headNames.map((name) => model.heads[name]);
    this.graph = tf.model({ inputs: model.inputs, outputs, name: `${model.name}_classifier` });
  }

  /** How many views of a picture it computes. */
  get views(): number {
    return this.distinct.views.length;
  }

  /** @returns The views of one picture, as this network is to see them. @throws InceptionError As `classify`. */
  read(where: string, image: ImageSource): Promise<Uint8Array | Float32Array> {
    const { size, settings } = this;
    if (settings.crops === 1) return readImage(where, image, { size, cropFraction: settings.cropFraction });
    return readViews(where, image, { size, views: this.distinct.views });
  }

  /**
   * @param pictures As `read` gives them.
   * @returns One probability a class for each picture: the mean over its crops, of what the heads make of each picture.
   * @throws InceptionError `CORRUPT_WEIGHTS` if one is not finite.
   */
  async answer(pictures: Pixels): Promise<number[][]> {
    const rows = await this.rowsOf(pictures);
    return pictures.map((_, picture) => {
      const byHead = Object.fromEntries(this.headNames.map((name, head) => [name, this.meanOverCrops(rows[head], picture)]));
      const probabilities = combineHeads(byHead, this.settings.heads);
      if (probabilities.every(Number.isFinite)) return probabilities;
      const advice = 'Its weights are not finite: training diverged, or they do not belong to it.';
      throw expectedGot('CORRUPT_WEIGHTS', this.model.name, 'probabilities', probabilities, advice);
    });
  }

  private meanOverCrops(rows: readonly Float32Array[], picture: number): ArrayLike<number> {
    const { views, positions } = this.distinct;
    const first = picture * views.length;
    if (views.length === 1) return rows[first];
    return Array.from(rows[first], (_, label) => positions.reduce((sum, view) => sum + rows[first + view][label], 0) / positions.length);
  }

  /** By head: the probabilities of every view. */
  private async rowsOf(pictures: Pixels): Promise<Float32Array[][]> {
    const [height, width] = this.size;
    const length = height * width * 3;
    const byHead: Float32Array[][] = this.headNames.map(() => []);
    const views = pictures.flatMap((pixels) =>
      Array.from({ length: this.views }, (_, view) => pixels.subarray(view * length, (view + 1) * length)),
    );
    for (let from = 0; from < views.length; from += VIEWS_AT_ONCE) {
      const part = views.slice(from, from + VIEWS_AT_ONCE);
      const pixels = new Float32Array(part.length * length);
      part.forEach((view, index) => pixels.set(view, index * length));
      const heads = await this.probabilities(pixels, [part.length, height, width, 3]);
      heads.forEach((rows, head) => byHead[head].push(...rows));
    }
    return byHead;
  }

  /** By head: one row of probabilities for each picture of a batch. */
  private async probabilities(pixels: Float32Array, shape: [number, number, number, number]): Promise<Float32Array[][]> {
    const { classes, classifierActivation } = this.model.spec;
    const outputs = tf.tidy(() => {
      const input = this.model.preprocess(tf.tensor4d(pixels, shape));
      const heads = [this.graph.predict(input)].flat() as tf.Tensor2D[];
      return classifierActivation === 'linear' ? heads.map((logits) => tf.softmax(logits)) : heads;
    });
    try {
      const values = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      return values.map((all) => Array.from({ length: shape[0] }, (_, row) => all.subarray(row * classes, (row + 1) * classes)));
    } finally {
      tf.dispose(outputs);
    }
  }
}
