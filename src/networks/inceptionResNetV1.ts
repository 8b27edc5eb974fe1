import type { InceptionResNetV1Options } from '../spec/inceptionResnetV1.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which an Inception-ResNet v1's endpoints are called; smaller stems and a `finalModule` leave some out. */
export type InceptionResNetV1Endpoint =
  | `conv_${'1a' | '2a' | '2b' | '3b' | '4a' | '4b'}`
  | 'pool_3a'
  | `block35_${1 | 2 | 3 | 4 | 5}`
  | 'mixed_6a'
  | `block17_${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`
  | 'mixed_7a'
  | `block8_${1 | 2 | 3 | 4 | 5 | 6}`;

/** Inception-ResNet v1 classifies once; without the top not at all. */
export type InceptionResNetV1Head = 'main';

/**
 * Inception-ResNet v1: Inception modules whose output is scaled down and added to their input, at about Inception v3's cost.
 *
 * Input `[batch, 299, 299, 3]` (`'paper'`) or `[batch, 160, 160, 3]` (`'facenet'`) by default, any size from 75. Trainable parameters at 1000
 * classes: 24,357,096 (`'paper'`), 23,995,624 (`'facenet'`, through an embedding of 512 numbers: `featureExtractor(model, 'features')`).
 *
 * @param options Variant, classes, input, width, stem and seed; see {@link InceptionResNetV1Options}.
 * @returns `[batch, classes]` probabilities.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Szegedy et al. 2016, arXiv:1602.07261, Figures 10–15 and §3.3.
 * @example
 * ```ts
 * const model = inceptionResNetV1({ variant: 'facenet', classes: 10, widthMultiplier: 0.125, inputShape: [80, 80, 3] });
 * featureExtractor(model, 'features').outputs[0].shape; // [null, 64]
 * ```
 */
export function inceptionResNetV1(
  options: InceptionResNetV1Options & Pick<BuildOptions, 'seed'> = {},
): InceptionModel<InceptionResNetV1Endpoint, InceptionResNetV1Head> {
  return publishedNetwork('inception-resnet-v1', options, 'inceptionResNetV1');
}
