import { invalidArgument } from '../errors.js';

/** A height and a width in pixels, or one number for both. */
export type PictureSize = number | readonly [height: number, width: number];

/** The settings that every dataset has. */
export interface BatchOptions {
  /** Pictures a batch. Default 32. */
  batch?: number;
  /** Decides split, order and augmentation: a whole number, 0 to 2⁵³ − 1. Default 0. */
  seed?: number;
  /** Worker threads. Default: one less than there are cores, at least 1, at most 4; 0 decodes on the calling thread. */
  workers?: number;
  /** Batches made ahead. Default: two more than there are workers. The pictures do not depend on it. */
  prefetch?: number;
}

function checkWhole(where: string, value: unknown, smallest: number, expected: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < smallest) throw invalidArgument(where, expected, value);
}

/** @returns Height and width in pixels. @throws InceptionError `INVALID_ARGUMENT` unless both are positive whole numbers. */
export function checkSize(where: string, size: PictureSize): [height: number, width: number] {
  const sides: unknown[] = Array.isArray(size) ? [...(size as unknown[])] : [size, size];
  if (sides.length !== 2 || !sides.every((side) => Number.isSafeInteger(side) && (side as number) > 0)) {
    throw invalidArgument(where, 'a positive whole number of pixels, or [height, width]', size);
  }
  return sides as [number, number];
}

/** @throws InceptionError `INVALID_ARGUMENT` unless 0 < fraction ≤ 1. */
export function checkCropFraction(where: string, fraction: number): void {
  if (!(fraction > 0 && fraction <= 1)) throw invalidArgument(where, 'a share of each side, 0 < share ≤ 1', fraction);
}

/** @throws InceptionError `INVALID_ARGUMENT` naming the first setting that is not a whole number in its range. */
export function checkBatchOptions(where: string, { batch, seed, workers, prefetch }: Required<BatchOptions>): void {
  checkWhole(`${where}.batch`, batch, 1, 'a positive whole number');
  checkWhole(`${where}.seed`, seed, 0, 'a whole number from 0 to 2⁵³ − 1');
  checkWhole(`${where}.workers`, workers, 0, 'a whole number of threads, or 0 for none');
  checkWhole(`${where}.prefetch`, prefetch, 0, 'a whole number of batches, or 0 for none');
}
