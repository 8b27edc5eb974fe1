import type { InceptionV3Options } from '../spec/inceptionV3.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which an Inception v3's endpoints are called; smaller stems and a `finalModule` leave some out. */
export type InceptionV3Endpoint =
  | `conv_${'1a' | '2a' | '2b' | '3b' | '4a'}`
  | `pool_${'3a' | '5a'}`
  | `mixed_${'5b' | '5c' | '5d' | '6a' | '6b' | '6c' | '6d' | '6e' | '7a' | '7b' | '7c'}`;

/** An Inception v3's classifiers; the auxiliary one only with `auxiliaryHeads`, none without the top. */
export type InceptionV3Head = 'main' | 'auxiliary_6e';

/**
 * Inception v3: factorised convolutions, 48 layers deep, one late auxiliary head.
 *
 * Input `[batch, 299, 299, 3]` by default, any size from 75 (with head from 107). Trainable parameters at 1000 classes: 23,817,352
 * (`'keras'`, `'slim'`), 23,834,568 with gamma (`'torchvision'`, `'timm'`; with head 27,161,264).
 *
 * @param options Variant, classes, input, head, width, stem and seed; see {@link InceptionV3Options}.
 * @returns `[batch, classes]` probabilities; with `auxiliaryHeads` an array of two: main, auxiliary_6e.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Szegedy et al. 2015, arXiv:1512.00567, Table 1 and Figures 5–7.
 * @example
 * ```ts
 * const model = inceptionV3({ classes: 10, inputShape: [107, 107, 3], widthMultiplier: 0.25, auxiliaryHeads: true });
 * model.outputNames; // ['main', 'auxiliary_6e']
 * ```
 */
export function inceptionV3(
  options: InceptionV3Options & Pick<BuildOptions, 'seed'> = {},
): InceptionModel<InceptionV3Endpoint, InceptionV3Head> {
  return publishedNetwork('inception-v3', options, 'inceptionV3');
}
