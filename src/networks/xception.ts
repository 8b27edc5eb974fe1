import type { XceptionOptions } from '../spec/xception.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which an Xception's endpoints are called; a `finalModule` leaves some out. */
export type XceptionEndpoint =
  `block1_conv${1 | 2}` | `block${2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13}` | `block14_sepconv${1 | 2}`;

/** Xception classifies once; without the top not at all. */
export type XceptionHead = 'main';

/**
 * Xception: Inception taken to its end, every channel a branch of its own, in separable convolutions with shortcuts.
 *
 * Input `[batch, 299, 299, 3]` by default, any size from 7. Trainable parameters at 1000 classes: 22,855,952 in both variants.
 *
 * @param options Variant, classes, input, width, stem and seed; see {@link XceptionOptions}.
 * @returns `[batch, classes]` probabilities.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Chollet 2016, arXiv:1610.02357, Figure 5.
 * @example
 * ```ts
 * const model = xception({ classes: 10, inputShape: [71, 71, 3], widthMultiplier: 0.125 });
 * model.endpoints.block13.shape; // [null, 3, 3, 128]
 * ```
 */
export function xception(options: XceptionOptions & Pick<BuildOptions, 'seed'> = {}): InceptionModel<XceptionEndpoint, XceptionHead> {
  return publishedNetwork('xception', options, 'xception');
}
