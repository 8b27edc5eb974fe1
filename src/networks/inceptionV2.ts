import type { InceptionV2Options } from '../spec/inceptionV2.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which an Inception v2's endpoints are called. */
export type InceptionV2Endpoint =
  | 'conv1'
  | 'pool1'
  | 'conv2_reduce'
  | 'conv2'
  | 'pool2'
  | `inception_${'3a' | '3b' | '3c' | '4a' | '4b' | '4c' | '4d' | '4e' | '5a' | '5b'}`;

/** Inception v2 classifies once; without the top not at all. */
export type InceptionV2Head = 'main';

/**
 * Inception v2 (BN-Inception): GoogLeNet with batch normalisation and two 3×3 convolutions for each 5×5.
 *
 * Input `[batch, 224, 224, 3]` by default. Trainable parameters at 1000 classes: 11,178,336 (`'slim'`, whose first convolution is separable),
 * 11,295,240 (`'caffe'`). `'slim'` takes any size; the branches of `'caffe'` fit together only at some, 224 among them.
 *
 * @param options Variant, classes, input, width, stem and seed; see {@link InceptionV2Options}.
 * @returns `[batch, classes]` probabilities.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable, or branches do not fit together at this size;
 *   `INPUT_TOO_SMALL` with the minimum below it.
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, Figure 5.
 * @example
 * ```ts
 * const model = inceptionV2({ classes: 10, inputShape: [64, 64, 3], widthMultiplier: 0.25 });
 * model.endpoints.inception_3c.shape; // [null, 4, 4, 144]
 * ```
 */
export function inceptionV2(
  options: InceptionV2Options & Pick<BuildOptions, 'seed'> = {},
): InceptionModel<InceptionV2Endpoint, InceptionV2Head> {
  return publishedNetwork('inception-v2', options, 'inceptionV2');
}
