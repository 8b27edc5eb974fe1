import type { PictureView } from './pictureView.js';

/** One batch of pictures as bytes. No tensor is owned here, so that prefetching and aborting cannot leak one. */
export interface ImageBatch {
  /** RGB, 0–255, laid out `[count, height, width, 3]`. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: 3];
  /** The class index of each picture. */
  readonly labels: Int32Array;
  /** The position of each picture in the dataset, 0 ≤ index < `dataset.count`. */
  readonly indices: Int32Array;
  /** Where pictures were mixed (mixup, CutMix): what else is in each of them. Absent where none was. */
  readonly mixed?: MixedLabels;
}

/** The views that {@link ImageDataset.views} is to cut from every picture. */
export interface ViewRequest {
  /** Of each view, in pixels. */
  readonly size: readonly [height: number, width: number];
  /** Default: the one view that evaluation sees. */
  readonly views?: readonly PictureView[];
}

/** The views of some pictures. */
export interface ViewBatch {
  /** RGB, 0–255, `[pictures · views, height, width, 3]`: all views of the first picture, then of the next. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [views: number, height: number, width: number, channels: 3];
  /** The class index of each picture. */
  readonly labels: Int32Array;
  /** The position of each picture in the dataset. */
  readonly indices: Int32Array;
}

/** The second class of each picture of a batch, and how much of the picture is still its first. */
export interface MixedLabels {
  /** Class indices; a picture's own where it was not mixed. */
  readonly labels: Int32Array;
  /** The first class's share of each picture, 0 to 1. */
  readonly shares: Float32Array;
}

/** One picture of a dataset, as a record of what was learned from keeps it. */
export interface PictureRecord {
  /** As `nameOf` gives it: for folders `class/file`. */
  readonly name: string;
  /** The name of its class. */
  readonly label: string;
  /** Of the file's bytes, in lower-case hexadecimal, where it was read beforehand. */
  readonly sha256?: string;
}

/**
 * Labelled pictures in batches. What comes out is a function of (dataset, seed, epoch) alone: no stream of random numbers is shared,
 * so prefetching, skipping and resuming cannot change it.
 */
export interface ImageDataset {
  /** The class names; a label is an index into them. */
  readonly classes: readonly string[];
  /** How many pictures of each class, in the order of `classes`. */
  readonly classCounts: readonly number[];
  /** How many pictures in all. */
  readonly count: number;
  /** Height and width in pixels. */
  readonly size: readonly [height: number, width: number];
  /** The largest size of a batch. */
  readonly batch: number;
  /** `⌈count / batch⌉`. */
  readonly batchesPerEpoch: number;
  /** The name of a picture: its path below the folder, or its number. */
  nameOf(index: number): string;
  /** What else decides the batches: seed, order, augmentation. Plain JSON, for records; absent where nothing does. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Every picture in the order of the indices. Absent where the pictures have no identity beyond their number. */
  manifest?(): readonly PictureRecord[];
  /**
   * The batches of one epoch, in that epoch's order, starting at batch `from` (default 0). Their sizes differ by one
   * picture at most, and none is larger than `batch`. The pictures of the
   * next batches are decoded while the caller computes. Leaving the loop early frees everything.
   */
  batches(epoch: number, from?: number): AsyncIterable<ImageBatch>;
  /**
   * Every picture once, in the order of the indices, each cut into the same views from the picture as it was given, never varied. Where two
   * requests have equally many views, their batches have the same pictures. Absent where the whole pictures are not at hand.
   */
  views?(request: ViewRequest): AsyncIterable<ViewBatch>;
  /** Ends worker threads. Safe to call twice. */
  close(): Promise<void>;
}
