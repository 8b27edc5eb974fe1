import { invalidArgument } from '../errors.js';
import { balancedOrder } from './balancedOrder.js';
import type { ImageBatch, ImageDataset, PictureRecord, ViewBatch, ViewRequest } from './dataset.js';
import { drawMixing } from './drawMixing.js';
import { epochOrder, inSequence, occurrencesIn } from './epochOrder.js';
import type { Fingerprint } from './fingerprint.js';
import { madeAhead } from './madeAhead.js';
import { mixedLabels } from './mixBatch.js';
import type { PicturePool } from './picturePool.js';
import type { PictureSource } from './pictureTask.js';
import { centerView } from './pictureView.js';
import type { Preparation } from './preparePicture.js';
import type { Sampling } from './sampling.js';
import { viewBatches } from './viewBatches.js';

/** A labelled picture of a dataset. */
export interface LabelledPicture {
  readonly name: string;
  readonly label: number;
  readonly source: PictureSource;
  /** Where it is a file's: the file, whatever of it is kept in memory. */
  readonly path?: string;
  /** Of files that were read beforehand. */
  readonly fingerprint?: Fingerprint;
}

/** What a {@link PictureDataset} is made of. */
export interface PictureDatasetOptions {
  readonly classes: readonly string[];
  readonly pictures: readonly LabelledPicture[];
  readonly preparation: Preparation;
  readonly batch: number;
  /** Whether each epoch has its own order; otherwise every epoch has the pictures' order. */
  readonly shuffle: boolean;
  /** Whether an epoch has every picture once (default) or every class equally often. */
  readonly sampling?: Sampling;
  /** How many batches are made ahead of the one being computed on. */
  readonly prefetch: number;
  /** May be shared by several datasets. */
  readonly pool: PicturePool;
  /** Ends the pool if no other dataset uses it. */
  readonly release: () => Promise<void>;
}

/** Whether a picture is a file's; one that was handed over in memory has no identity beyond its number. */
const isFile = ({ source, fingerprint }: LabelledPicture): boolean => fingerprint !== undefined || 'path' in source;

const recordOf = ({ name, label, fingerprint }: LabelledPicture, classes: readonly string[]): PictureRecord => ({
  name,
  label: classes[label],
  ...(fingerprint && { sha256: fingerprint.sha256 }),
});

/** A dataset over files or pictures in memory; both take the same way through order, augmentation and batches. */
export class PictureDataset implements ImageDataset {
  readonly classes: readonly string[];
  readonly classCounts: readonly number[];
  readonly count: number;
  readonly size: readonly [height: number, width: number];
  readonly batch: number;
  readonly batchesPerEpoch: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly manifest?: () => readonly PictureRecord[];
  private readonly options: PictureDatasetOptions;

  constructor(options: PictureDatasetOptions) {
    const { classes, pictures, preparation, batch, shuffle, sampling = 'natural' } = options;
    const { seed, cropFraction, augmentation } = preparation;
    const counts = classes.map(() => 0);
    for (const { label } of pictures) counts[label]++;
    this.options = options;
    this.classes = classes;
    this.classCounts = counts;
    this.count = pictures.length;
    this.size = preparation.size;
    this.batch = batch;
    this.batchesPerEpoch = Math.ceil(pictures.length / batch);
    this.settings = { seed, shuffle, sampling, cropFraction, augmentation };
    if (pictures.every(isFile)) this.manifest = () => pictures.map((picture) => recordOf(picture, classes));
  }

  nameOf(index: number): string {
    const picture = this.options.pictures[index];
    if (!picture) throw invalidArgument('dataset.nameOf.index', `a whole number from 0 to ${this.count - 1}`, index);
    return picture.name;
  }

  batches(epoch: number, from = 0): AsyncIterable<ImageBatch> {
    if (!Number.isSafeInteger(epoch) || epoch < 0) throw invalidArgument('dataset.batches.epoch', 'a whole number from 0', epoch);
    if (!Number.isInteger(from) || from < 0 || from > this.batchesPerEpoch) {
      throw invalidArgument('dataset.batches.from', `a whole number from 0 to ${this.batchesPerEpoch}`, from);
    }
    return this.prefetched(epoch, from);
  }

  views({ size, views }: ViewRequest): AsyncIterable<ViewBatch> {
    const { pictures, preparation } = this.options;
    return viewBatches(pictures, { size, views: views ?? [centerView(preparation.cropFraction)] }, this.options);
  }

  close(): Promise<void> {
    return this.options.release();
  }

  private prefetched(epoch: number, from: number): AsyncIterable<ImageBatch> {
    const order = this.orderOf(epoch);
    const occurrences = occurrencesIn(order, this.count);
    return madeAhead({ from, to: this.batchesPerEpoch, ahead: this.options.prefetch }, (batch) => {
      const [start, end] = [this.startOf(batch), this.startOf(batch + 1)];
      return this.make(order.slice(start, end), occurrences.subarray(start, end), epoch);
    });
  }

  /** Batches are as equal as they can be: a last one of three would give batch normalisation the statistics of three pictures. */
  private startOf(batch: number): number {
    return Math.floor((batch * this.count) / this.batchesPerEpoch);
  }

  private orderOf(epoch: number): Int32Array {
    const { pictures, preparation, shuffle: shuffled, sampling } = this.options;
    const { seed } = preparation;
    if (sampling === 'balanced') return balancedOrder({ labels: pictures.map(({ label }) => label), seed, shuffled }, epoch);
    return shuffled ? epochOrder(this.count, seed, epoch) : inSequence(this.count);
  }

  private async make(indices: Int32Array, occurrences: Int32Array, epoch: number): Promise<ImageBatch> {
    const { pictures, pool, preparation } = this.options;
    const { seed, augmentation } = preparation;
    const items = Array.from(indices, (index, i) => ({ index, occurrence: occurrences[i], source: pictures[index].source }));
    const draws = items.map(({ index, occurrence }) => ({ seed, epoch, index, occurrence }));
    const mixing = drawMixing(draws, augmentation, this.size);
    const pixels = await pool.run({ kind: 'batch', preparation, epoch, items, ...(mixing && { mixing }) });
    const [height, width] = this.size;
    const labels = indices.map((index) => pictures[index].label);
    const shape = [indices.length, height, width, 3] as const;
    return { pixels, shape, labels, indices, ...(mixing && { mixed: mixedLabels(labels, mixing) }) };
  }
}
