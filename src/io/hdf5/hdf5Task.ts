import type { NumberType } from '../numberType.js';

/** How a dataset's bytes are to be understood. Whatever is no number is `other`: it is listed, and cannot be read. */
export type Hdf5Type = NumberType | 'other';

/** A dataset as the file describes it. */
export interface Hdf5DatasetInfo {
  /** From the root, without the leading slash. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: Hdf5Type;
  /** Rows of a compressed piece along each axis; `null` if the values lie in one piece. */
  readonly chunks: readonly number[] | null;
}

/** A group: what it says of itself. Texts only: Keras writes nothing else that a reader needs. */
export interface Hdf5GroupInfo {
  readonly path: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Everything in a file but the values. */
export interface Hdf5Contents {
  readonly groups: readonly Hdf5GroupInfo[];
  readonly datasets: readonly Hdf5DatasetInfo[];
}

/** Some of a dataset's rows along one axis. */
export interface Hdf5Slice {
  readonly dataset: Hdf5DatasetInfo;
  readonly axis: number;
  readonly from: number;
  readonly rows: number;
}

/** What is asked of the library. Every task opens the file and closes it: nothing outlives a task, least of all one that failed. */
export type Hdf5Task =
  { readonly kind: 'scan'; readonly file: string } | { readonly kind: 'read'; readonly file: string; readonly slice: Hdf5Slice };

/** A task's outcome: what was asked for, or what is wrong with the file, in a few words. */
export type Hdf5Answer = ({ readonly result: Hdf5Contents | Uint8Array<ArrayBuffer> } | { readonly problem: string }) & {
  /** Whether the library is as it was. If not it must not be used again: a trap, a file that it could not close, memory that it does not give back. */
  readonly isReusable: boolean;
};
