import type { InceptionV4Options } from '../spec/inceptionV4.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which an Inception v4's endpoints are called; a `finalModule` leaves some out. */
export type InceptionV4Endpoint =
  | `conv_${'1a' | '2a' | '2b'}`
  | `mixed_${'3a' | '4a' | `5${'a' | 'b' | 'c' | 'd' | 'e'}` | `6${'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h'}` | `7${'a' | 'b' | 'c' | 'd'}`}`;

/** An Inception v4's classifiers; the auxiliary one only with `auxiliaryHeads`, none without the top. */
export type InceptionV4Head = 'main' | 'auxiliary_6h';

/**
 * Inception v4: a stem that joins three times, and fourteen uniform modules.
 *
 * Input `[batch, 299, 299, 3]` by default, any size from 75 (with head from 107). Trainable parameters at 1000 classes: 42,679,816
 * (`'timm'`; with head 46,039,280), 42,648,232 without gamma (`'slim'`).
 *
 * @param options Variant, classes, input, head, width, stem and seed; see {@link InceptionV4Options}.
 * @returns `[batch, classes]` probabilities; with `auxiliaryHeads` an array of two: main, auxiliary_6h.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Szegedy et al. 2016, arXiv:1602.07261, Figures 3–9.
 * @example
 * ```ts
 * const model = inceptionV4({ classes: 10, inputShape: [75, 75, 3], widthMultiplier: 0.125 });
 * model.endpoints.mixed_7d.shape; // [null, 1, 1, 192]
 * ```
 */
export function inceptionV4(
  options: InceptionV4Options & Pick<BuildOptions, 'seed'> = {},
): InceptionModel<InceptionV4Endpoint, InceptionV4Head> {
  return publishedNetwork('inception-v4', options, 'inceptionV4');
}
