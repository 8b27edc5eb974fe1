import { invalidArgument } from '../errors.js';
import type { ImageBatch, ImageDataset, PictureRecord } from './dataset.js';
import { epochOrder } from './epochOrder.js';
import type { Fingerprint } from './fingerprint.js';
import type { PicturePool } from './picturePool.js';
import type { PictureSource } from './pictureTask.js';
import type { Preparation } from './preparePicture.js';

/** A labelled picture of a dataset. */
export interface LabelledPicture {
  readonly name: string;
  readonly label: number;
  readonly source: PictureSource;
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
  readonly manifest?: () => readonly PictureRecord[];
  private readonly options: PictureDatasetOptions;

  constructor(options: PictureDatasetOptions) {
    const { classes, pictures, preparation, batch } = options;
    const counts = classes.map(() => 0);
    for (const { label } of pictures) counts[label]++;
    this.options = options;
    this.classes = classes;
    this.classCounts = counts;
    this.count = pictures.length;
    this.size = preparation.size;
    this.batch = batch;
    this.batchesPerEpoch = Math.ceil(pictures.length / batch);
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

  close(): Promise<void> {
    return this.options.release();
  }

  private async *prefetched(epoch: number, from: number): AsyncGenerator<ImageBatch, void, undefined> {
    const { preparation, shuffle, prefetch } = this.options;
    const order = shuffle ? epochOrder(this.count, preparation.seed, epoch) : Int32Array.from({ length: this.count }, (_, index) => index);
    const ahead: Promise<ImageBatch>[] = [];
    let next = from;
    const request = (wanted: number): void => {
      while (ahead.length < wanted && next < this.batchesPerEpoch) {
        const made = this.make(order.slice(this.startOf(next), this.startOf(++next)), epoch);
        // Nobody awaits it if the caller leaves the loop; its failure is then of no interest.
        made.catch(() => undefined);
        ahead.push(made);
      }
    };
    for (request(prefetch + 1); ahead.length > 0; request(prefetch + 1)) {
      const batch = await ahead.shift()!;
      request(prefetch);
      yield batch;
    }
  }

  /** Batches are as equal as they can be: a last one of three would give batch normalisation the statistics of three pictures. */
  private startOf(batch: number): number {
    return Math.floor((batch * this.count) / this.batchesPerEpoch);
  }

  private async make(indices: Int32Array, epoch: number): Promise<ImageBatch> {
    const { pictures, pool, preparation } = this.options;
    const items = Array.from(indices, (index) => ({ index, source: pictures[index].source }));
    const pixels = await pool.run({ kind: 'batch', preparation, epoch, items });
    const [height, width] = this.size;
    return { pixels, shape: [indices.length, height, width, 3], labels: indices.map((index) => pictures[index].label), indices };
  }
}
