import type { ImageDataset, PictureRecord } from '../data/dataset.js';

/** What a training learned from, as its checkpoint remembers it. Plain JSON. */
export interface DataRecord {
  readonly classes: readonly string[];
  readonly count: number;
  readonly size: readonly [height: number, width: number];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Absent where the pictures have no identity. */
  readonly pictures?: readonly PictureRecord[];
}

export function dataRecord(dataset: ImageDataset): DataRecord {
  const { classes, count, size, settings } = dataset;
  const record = { classes, count, size, settings, pictures: dataset.manifest?.() };
  return JSON.parse(JSON.stringify(record)) as DataRecord;
}
