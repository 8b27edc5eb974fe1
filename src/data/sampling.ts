import { invalidArgument } from '../errors.js';

/**
 * Which pictures an epoch is made of: each once, or as many of each class. A balanced epoch is as long as a natural one: pictures of small
 * classes repeat, those of large ones take turns over the epochs.
 */
export type Sampling = 'natural' | 'balanced';

/** @throws InceptionError `INVALID_ARGUMENT` unless it is one of the two. */
export function checkSampling(where: string, sampling: unknown): asserts sampling is Sampling {
  if (sampling !== 'natural' && sampling !== 'balanced') throw invalidArgument(where, "'natural' or 'balanced'", sampling);
}
