import type { InceptionResNetV2Options } from '../spec/inceptionResnetV2.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** The trunk's stages by which an Inception-ResNet v2's endpoints are called; smaller stems and a `finalModule` leave some out. */
export type InceptionResNetV2Endpoint =
  | `conv_${'1a' | '2a' | '2b' | '3b' | '4a' | '7b'}`
  | `pool_${'3a' | '5a'}`
  | `mixed_${'5b' | '6a' | '7a'}`
  | `block${35 | 8}_${Digit | 10}`
  | `block17_${Digit | 10 | `1${Digit}` | 20}`;

/** An Inception-ResNet v2's classifiers; the auxiliary one only with `auxiliaryHeads`, none without the top. */
export type InceptionResNetV2Head = 'main' | 'auxiliary_block17_20';

/**
 * Inception-ResNet v2: forty residual Inception modules, at about Inception v4's cost.
 *
 * Input `[batch, 299, 299, 3]` by default, any size from 75 (with head from 107). Trainable parameters at 1000 classes: 55,813,192
 * (`'keras'`, `'slim'`), 55,843,464 with gamma (`'timm'`; with head 59,211,120).
 *
 * @param options Variant, classes, input, head, width, stem and seed; see {@link InceptionResNetV2Options}.
 * @returns `[batch, classes]` probabilities; with `auxiliaryHeads` an array of two: main, auxiliary_block17_20.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Szegedy et al. 2016, arXiv:1602.07261, Figures 16–19 and §3.3; the released code where it differs from the paper's stem.
 * @example
 * ```ts
 * const model = inceptionResNetV2({ classes: 10, inputShape: [75, 75, 3], widthMultiplier: 0.125 });
 * model.endpoints.conv_7b.shape; // [null, 1, 1, 192]
 * ```
 */
export function inceptionResNetV2(
  options: InceptionResNetV2Options & Pick<BuildOptions, 'seed'> = {},
): InceptionModel<InceptionResNetV2Endpoint, InceptionResNetV2Head> {
  return publishedNetwork('inception-resnet-v2', options, 'inceptionResNetV2');
}
